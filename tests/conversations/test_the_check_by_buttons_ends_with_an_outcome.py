"""The whole check by buttons: each question once, then an outcome card, and steps for those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.exercise_gate import SAFETY_QUESTIONS
from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import (
    GOOD,
    answer,
    cards,
    check_by_buttons,
    facts,
    press,
    question,
    said,
    shows_steps,
    urgency,
)

Visitors = Callable[[], Visitor]


def test_an_eligible_adult_gets_an_outcome_card_and_the_first_exercise(visitor: Visitors) -> None:
    someone = visitor()
    asked = []
    reply = someone.say("please check my hip")
    while (now := question(reply)) is not None:
        asked.append(now)
        reply = answer(someone, reply)
    assert asked == list(SAFETY_QUESTIONS)
    assert urgency(reply) is Urgency.self_care
    assert cards(reply)[0] == "outcome"
    assert reply["advice"]["exercises"] == ["hip_extension"]
    assert shows_steps(reply)


def test_the_exercise_that_was_asked_for_is_the_one_shown_at_the_end(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("how do I do the leg out to the side exercise?")
    assert not shows_steps(reply)
    assert question(reply) == "under_16"
    reply = check_by_buttons(someone, reply)
    assert reply["advice"]["exercises"] == ["hip_abduction"]


def test_after_the_check_other_steps_are_shown_at_once(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("please check my hip"))
    reply = someone.say("show me how to do the knee lift")
    assert reply["advice"]["exercises"] == ["hip_flexion"]
    assert question(reply) is None


def test_the_next_exercise_is_a_button(visitor: Visitors) -> None:
    someone = visitor()
    reply = check_by_buttons(someone, someone.say("please check my hip"))
    reply = press(someone, reply, "Next: leg out to the side")
    assert reply["advice"]["exercises"] == ["hip_abduction"]


def test_somebody_over_65_is_not_asked_about_a_pregnancy(visitor: Visitors) -> None:
    someone = visitor()
    asked = []
    reply = someone.say("please check my hip")
    while (now := question(reply)) is not None:
        asked.append(now)
        reply = answer(someone, reply, **{**GOOD, "under_16": {"under_16": False, "over_65": True}}[now])
    assert "pregnant" not in asked
    assert shows_steps(reply)


def test_what_is_known_is_not_asked_again(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I'm 40, I've not had a fall and the pain is 2 out of 10")
    asked = []
    reply = someone.say("please check my hip")
    while (now := question(reply)) is not None:
        asked.append(now)
        reply = answer(someone, reply)
    assert not {"under_16", "injury", "pain_score"} & set(asked)
    assert cards(reply)[0] == "outcome"


@pytest.mark.parametrize(
    ("asked", "value", "tier"),
    [
        ("under_16", True, Urgency.urgent),
        ("injury", True, Urgency.soon),
        ("cannot_weight_bear", True, Urgency.urgent),
        ("any_warning_sign", True, Urgency.urgent),
        ("hip_replacement", "own", Urgency.soon),
        ("pregnant", True, Urgency.soon),
        ("chronic", True, Urgency.soon),
        ("pain_score", 6, Urgency.soon),
        ("pain_score", 8, Urgency.urgent),
    ],
)
def test_each_answer_that_forbids_exercise_withholds_the_steps(
    visitor: Visitors, asked: str, value: object, tier: Urgency
) -> None:
    someone = visitor()
    begun = someone.say("how do I do the leg back exercise?")
    reply = check_by_buttons(someone, begun, **{asked: {asked: value}})
    assert urgency(reply) is tier
    assert not shows_steps(reply)
    assert cards(reply)[0] == ("outcome" if tier is Urgency.soon else tier.name)
    assert not shows_steps(someone.say("show me the steps anyway"))
    assert not shows_steps(someone.say("which exercise is best?"))


@pytest.mark.parametrize(
    ("asked", "meaning"),
    [
        ("pain_score", {"pain_score": 5}),
        ("hip_replacement", {"hip_replacement": "considering"}),
        ("chronic", {"chronic": False, "over_two_weeks": True}),
    ],
)
def test_an_answer_that_does_not_forbid_exercise_shows_the_steps(
    visitor: Visitors, asked: str, meaning: dict[str, object]
) -> None:
    someone = visitor()
    assert shows_steps(check_by_buttons(someone, someone.say("please check my hip"), **{asked: meaning}))


def test_a_fall_and_a_leg_that_cannot_stand_end_the_check_with_an_emergency(visitor: Visitors) -> None:
    someone = visitor()
    reply = check_by_buttons(
        someone,
        someone.say("check my hip"),
        injury={"injury": True},
        cannot_weight_bear={"cannot_weight_bear": True},
    )
    assert urgency(reply) is Urgency.emergency
    assert cards(reply)[0] == "emergency"
    assert question(reply) is None


def test_the_outcome_says_back_what_was_noted(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("it wakes me at night")
    reply = check_by_buttons(someone, someone.say("please check my hip"))
    assert "it wakes you at night" in said(reply)
    assert facts(reply)["wakes_at_night"] is True
