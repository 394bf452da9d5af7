"""Pain scores out of ten, as visitors write them."""

from __future__ import annotations

import pytest

from bot.understanding.assertion import Assertion
from tests.understanding.reading import assertion, facts

SCORES = [
    ("on a scale of 1 to 10, 2", 2),
    ("on a scale of 0 to 10 it's a 4", 4),
    ("between 1 and 10 it's a 6", 6),
    ("my hip is a 6 by teatime", 6),
    ("better today, maybe a 2, but it nags", 2),
    ("intensity 8 in the evening", 8),
    ("7/10", 7),
    ("my pain is 3 out of 10", 3),
    ("it's 2 out of 10", 2),
    ("I'd say my pain is a 3/10", 3),
    ("pain about 4 out of 10", 4),
    ("the pain is a 6", 6),
    ("pain level 3", 3),
    ("I would give it 8 out of ten", 8),
    ("eight out of ten", 8),
    ("4-5/10 most days", 5),
    ("between 5 and 6 out of 10, sometimes 7/10", 7),
    ("pain around 4 or 5", 5),
    ("6.5/10", 6.5),
    ("it was 0 out of 10", 0),
    ("10/10 agony", 10),
    ("3 outta 10", 3),
    ("9 out of 10 when i stand up", 9),
    ("pain of 2", 2),
    ("3 to 4 out of 10", 4),
]


@pytest.mark.parametrize(("text", "score"), SCORES)
def test_the_score_is_read_and_of_a_range_the_higher(text: str, score: float) -> None:
    assert facts(text).get("pain_score") == score


@pytest.mark.parametrize(
    "text",
    [
        "pain for about 3 weeks",
        "maybe a 3 mile walk",
        "the hip is a 2 minute walk from here",
        "it hurts after about 20 minutes",
        "I do 10 repeats",
        "the pain started at 6 am",
        "11/10 service",
        "pain at 12 weeks after the fall",
        "what does a score of pain mean",
        "I am 7 months along",
        "exercise 3 hurts",
        "not 8 out of 10",
    ],
)
def test_other_numbers_are_no_score(text: str) -> None:
    assert "pain_score" not in facts(text)


@pytest.mark.parametrize(
    "text", ["What if my pain is over 5 out of 10?", "my friend's pain is 9 out of 10, my own hip is fine"]
)
def test_a_supposed_or_strangers_score_is_not_the_visitors(text: str) -> None:
    assert "pain_score" not in facts(text)


def test_of_two_scores_the_last_counts() -> None:
    assert facts("walking it's 4/10. On stairs it's 7/10.")["pain_score"] == 7


def test_a_score_that_has_come_down_is_the_one_of_now() -> None:
    text = "it was a 9/10 on Friday but it is down to 4/10 today"
    assert facts(text)["pain_score"] == 4
    assert assertion(text, "pain_score") is Assertion.affirmed


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("2 out of 10", 2),
        ("about 3 out of ten", 3),
        ("4 outta 10", 4),
        ("2 or 3 out of 10", 3),
        ("10 out of 10", 10),
        ("on a scale of 1 to 10, 2", 2),
        ("0-10? 4", 4),
        ("from 0 to 10 about a 3", 3),
        ("3, with 10 being the worst", 3),
        ("it goes from 1 to 10", 10),
        ("5 to 6", 6),
    ],
)
def test_the_end_of_the_scale_is_no_score_in_an_answer(answer: str, score: float) -> None:
    assert facts(answer, "pain_score").get("pain_score") == score
