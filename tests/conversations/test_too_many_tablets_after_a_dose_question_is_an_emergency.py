"""A question about a dose gets a pharmacist; too many tablets stop the talk about hips."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, said, urgency

Visitors = Callable[[], Visitor]


def test_a_dose_is_never_given(visitor: Visitors) -> None:
    reply = visitor().say("how many ibuprofen can I take for my hip?")
    assert reply["advice"]["scope"] == "medicine_dose"
    assert "pharmacist" in said(reply)
    assert urgency(reply) is Urgency.self_care


@pytest.mark.parametrize(
    "text",
    [
        "I've already had twenty today",
        "I took too many of them",
        "I have swallowed two packets of paracetamol",
    ],
)
def test_too_many_tablets_stop_the_talk_about_hips(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("how many paracetamol can I take for my hip?")
    reply = someone.say(text)
    assert urgency(reply) is Urgency.emergency
    assert cards(reply)[0] == "emergency"
    assert reply["messages"][0]["card"]["flag"] == "crisis"
    assert "leave the hip" in said(reply)


def test_a_wish_to_die_is_answered_first(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("is walking good for my hip?")
    reply = someone.say("what's the point, I don't want to be here any more")
    assert urgency(reply) is Urgency.emergency
    assert reply["messages"][0]["card"]["flag"] == "crisis"
