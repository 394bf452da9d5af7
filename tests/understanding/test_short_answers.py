"""Yes, no, a number, a word: read in the light of the safety question that was put."""

from __future__ import annotations

import pytest

from bot.advice.exercise_gate import SAFETY_QUESTIONS
from tests.understanding.reading import facts

YES = ["yes", "Yes.", "yeah", "yep", "aye", "I have", "afraid so", "yes I am", "YES!!", "i think so"]
NO = ["no", "No.", "nope", "nah", "never", "none", "no I haven't", "not at all", "i don't think so", "NO"]


@pytest.mark.parametrize("question", ["injury", "any_warning_sign", "pregnant"])
@pytest.mark.parametrize("text", YES)
def test_yes_to_a_yes_or_no_question(question: str, text: str) -> None:
    assert facts(text, question).get(question) is True


@pytest.mark.parametrize("question", ["injury", "any_warning_sign", "pregnant"])
@pytest.mark.parametrize("text", NO)
def test_no_to_a_yes_or_no_question(question: str, text: str) -> None:
    assert facts(text, question).get(question) is False


@pytest.mark.parametrize(
    "text", ["yes", "yes I can", "I can", "just about", "with a stick", "mostly", "yeah with a limp"]
)
def test_yes_to_can_you_stand_means_that_they_can(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is False


@pytest.mark.parametrize(
    "text",
    ["no", "no I can't", "I can't", "not at all", "nope", "can't stand on it", "can't really", "barely"],
)
def test_no_to_can_you_stand_means_that_they_cannot(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "own"),
        ("yes, in 2019", "own"),
        ("no", "negated"),
        ("never", "negated"),
        ("no, none", "negated"),
        ("it's planned for the spring", "considering"),
    ],
)
def test_a_replacement(text: str, value: str) -> None:
    assert facts(text, "hip_replacement").get("hip_replacement") == value


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
@pytest.mark.parametrize("text", ["yes", "no", "7", "maybe", "why do you ask?", "I don't know", "banana"])
def test_a_short_answer_settles_no_other_question_of_the_check(question: str, text: str) -> None:
    others = set(facts(text, question)) & set(SAFETY_QUESTIONS) - {question}
    assert others == set()


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
@pytest.mark.parametrize(
    "text",
    [
        "why do you ask?",
        "I don't know",
        "banana",
        "what does that mean?",
        "hmm",
        "not sure",
        "no idea",
        "can't remember",
    ],
)
def test_what_is_no_answer_settles_nothing(question: str, text: str) -> None:
    assert facts(text, question) == {}


def test_more_than_a_yes_says_more() -> None:
    found = facts("yes, I fell yesterday and I can't stand on it", "injury")
    assert found["injury"] is True
    assert found["cannot_weight_bear"] is True


def test_a_yes_to_the_warning_signs_may_name_one() -> None:
    found = facts("yes, my calf is swollen", "any_warning_sign")
    assert found["calf_swelling"] is True


def test_without_a_question_a_yes_says_nothing() -> None:
    assert facts("yes") == {}
    assert facts("no") == {}
