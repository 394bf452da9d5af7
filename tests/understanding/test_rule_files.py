"""The rules that are data name only what exists, and a broken one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.advice.vocabulary import EXERCISES, TOPICS
from bot.understanding import rule_files
from bot.understanding.rule_files import any_of, pattern_of, read_rules
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
    with pytest.raises(ValueError, match=r"no regular expression: {'walk"):
        any_of(["gym", {"walk(?": "on it)"}])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("rule", "found", "not_found"),
    [
        (r"\bswell\w*", "it swells", "it fell"),
        ({"words": ["hot", r"swell\w*"]}, "swelling", "a hotel"),
        ({"any": [{"words": ["hot", "warm"]}, r"fever\w*"]}, "feverish", "a hotel"),
        ({"any": ["red", "hot"]}, "hot", "warm"),
        ({"without": ["fever"], "with": {"words": ["bath", "hot"]}}, "a hot bath", "hot with a fever"),
    ],
)
def test_a_pattern_may_be_written_in_parts(rule: object, found: str, not_found: str) -> None:
    pattern = re.compile(pattern_of(rule))  # type: ignore[arg-type]
    assert pattern.search(found)
    assert not pattern.search(not_found)


def test_one_of_stands_within_a_word() -> None:
    assert re.fullmatch("un" + pattern_of({"one_of": ["well", "able"]}), "unwell")


@pytest.mark.parametrize(
    "rule",
    [
        {"words": ["hot", 5]},
        {"words": []},
        {"words": ["hot"], "any": ["x"]},
        {"without": ["hot"]},
        {"any": "hot"},
        {"words": "hot"},
        ["hot"],
    ],
)
def test_a_pattern_of_another_form_is_refused(rule: object) -> None:
    with pytest.raises(ValueError, match=r"no pattern|a list of texts is needed"):
        pattern_of(rule)  # type: ignore[arg-type]


def test_a_file_with_a_broken_pattern_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.yml").write_text("facts:\n  fever:\n    - words: [hot, no]\n    - without: [cold]\n")
    monkeypatch.setattr(rule_files, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"broken\.yml: no pattern: \{'without'"):
        read_rules("broken")
