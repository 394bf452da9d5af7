"""Pain for three months or more: a physiotherapist first, then the answer, and never exercise steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, facts, said, shows_steps, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "I've had hip pain for two years, which exercises should I do?",
        "my hip has been sore since christmas. how do I do the butterfly stretch?",
        "hip pain on and off for years, show me the steps of the knee lift",
        "5 months of groin pain, what is the best exercise?",
    ],
)
def test_it_is_steered_in_the_same_turn(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert urgency(reply) is Urgency.soon
    assert facts(reply)["chronic"] is True
    assert cards(reply)[0] == "soon"
    assert "physiotherapist" in reply["messages"][0]["text"]
    assert not shows_steps(reply)


def test_it_is_remembered_in_later_turns(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("my hip has hurt for about two years now")
    for text in (
        "is walking good?",
        "which exercise is best?",
        "how do I do the leg back exercise?",
        "thanks",
    ):
        reply = someone.say(text)
        assert facts(reply)["chronic"] is True
        assert urgency(reply) is Urgency.soon
        assert not shows_steps(reply)


def test_it_is_not_explained_at_length_twice(visitor: Visitors) -> None:
    someone = visitor()
    first = said(someone.say("I've had this for two years. is walking good?"))
    again = said(someone.say("and what causes it?"))
    assert "Your pain has lasted three months or more." in first
    assert "Your pain has lasted three months or more." not in again
    assert "physiotherapist" in again
