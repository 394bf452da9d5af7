"""The rules that are data name only what exists, and a broken one is named."""

from __future__ import annotations

import pytest

from bot.advice.vocabulary import EXERCISES, TOPICS
from bot.understanding.rule_files import any_of, read_rules
from bot.understanding.topics import NAMED_IN_A_FOLLOW_UP


def test_words_of_topics_are_of_topics_and_exercises_that_exist() -> None:
    rules = read_rules("topics")
    assert {*rules["named"], *rules["named_in_a_follow_up"]} <= set(TOPICS)
    assert set(rules["exercises"]) == set(EXERCISES)


def test_a_follow_up_may_name_what_a_question_names_and_more() -> None:
    assert NAMED_IN_A_FOLLOW_UP["best_exercise"].search("and yoga")
    assert NAMED_IN_A_FOLLOW_UP["best_exercise"].search("and running")
    assert not NAMED_IN_A_FOLLOW_UP["best_exercise"].search("and the runner beans")


def test_words_are_whole_words() -> None:
    assert any_of(["gym", r"swim\w*"]).findall("a gym, a gymnast, swimming") == ["gym", "swimming"]


def test_a_broken_rule_is_named() -> None:
    with pytest.raises(ValueError, match=r"no regular expression: swim\(\? \("):
        any_of(["gym", "swim(?"])
