"""A tier falls when the visitor corrects the fact itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import facts, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    ("stated", "corrected", "fact"),
    [
        ("I have a fever", "sorry, that was wrong, I don't have a fever", "fever"),
        ("I'm pregnant and my hip aches", "correction: I am not pregnant", "pregnant"),
        ("my pain is 8 out of 10", "sorry, I meant 2 out of 10", "pain_score"),
        ("I've had this for two years", "my mistake, I meant two weeks", "chronic"),
        ("I've had a hip replacement", "sorry, that was my sister, not me", "hip_replacement"),
    ],
)
def test_the_fact_is_taken_back_and_the_tier_falls(
    visitor: Visitors, stated: str, corrected: str, fact: str
) -> None:
    someone = visitor()
    before = someone.say(stated)
    assert fact in facts(before)
    after = someone.say(corrected)
    assert facts(after)[fact] != facts(before)[fact]
    assert urgency(after) < urgency(before)


def test_an_emergency_that_was_a_slip_of_the_tongue(visitor: Visitors) -> None:
    someone = visitor()
    assert urgency(someone.say("I fell and I can't stand on my leg")) is Urgency.emergency
    reply = someone.say("sorry, I mistyped: I did not fall and I can stand on my leg")
    assert urgency(reply) < Urgency.emergency
    assert facts(reply)["injury"] is False


def test_the_other_facts_stay(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("my hip has hurt for two years")
    someone.say("I have a fever")
    reply = someone.say("sorry, that was wrong, I don't have a fever")
    assert facts(reply)["fever"] is False
    assert facts(reply)["chronic"] is True
    assert urgency(reply) is Urgency.soon


def test_a_shorter_time_told_with_only_corrects_a_longer_one(visitor: Visitors) -> None:
    someone = visitor()
    assert urgency(someone.say("it's been bad ever since lockdown actually")) is Urgency.soon
    reply = someone.say("only since I started the new job a fortnight ago")
    assert facts(reply)["chronic"] is False
    assert urgency(reply) is Urgency.self_care
