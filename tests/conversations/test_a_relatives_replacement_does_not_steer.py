"""Somebody else's hip replacement says nothing about the visitor's hip."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, facts, mentions_answer, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "My mum had a hip replacement. Does walking help me?",
        "my neighbour has a metal hip. is walking good for mine?",
    ],
)
def test_the_answer_comes_without_a_steer(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert urgency(reply) is Urgency.self_care
    assert facts(reply).get("hip_replacement") != "own"
    assert "soon" not in cards(reply)
    assert mentions_answer(reply, "walking")


def test_a_replacement_that_is_only_considered_does_not_steer(visitor: Visitors) -> None:
    reply = visitor().say("my doctor says I might need a hip replacement one day. is walking good?")
    assert urgency(reply) is Urgency.self_care
    assert mentions_answer(reply, "walking")
