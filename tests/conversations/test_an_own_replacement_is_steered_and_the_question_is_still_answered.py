"""After an own hip replacement: the surgical team's physiotherapist, then the answer about walking."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, facts, mentions_answer, shows_steps, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "I had my hip replaced in 2015. Is walking good?",
        "got a metal hip three years back, is walking good for it?",
    ],
)
def test_it_is_steered_and_walking_is_answered(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert urgency(reply) is Urgency.soon
    assert facts(reply)["hip_replacement"] == "own"
    assert cards(reply)[:2] == ["soon", "answer"]
    assert "physiotherapist" in reply["messages"][0]["text"]
    assert mentions_answer(reply, "walking")
    assert reply["advice"]["topics"] == ["walking"]


def test_no_steps_are_shown_in_any_later_turn(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I've had a hip replacement")
    for text in ("which exercise is best?", "show me the butterfly stretch", "just give me the steps"):
        assert not shows_steps(someone.say(text))
