"""An emergency in the first message is answered first, in any wording, and an everyday ache is not one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, shows_steps, titles, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "I fell and can't stand on my leg",
        "came off the bike this morning, leg turned right out and it won't move",
        "it's all gone numb down below and I can't feel myself wee",
        "can't get my breath and my chest hurts",
        "hip is boiling hot, I've got a temperature and I can't walk on it",
        "my foot has turned cold and blue",
        "gran slipped on the step and her leg looks shorter",
        "I don't want to be alive any more",
    ],
)
def test_the_warning_comes_first_without_anything_to_press(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert urgency(reply) is Urgency.emergency
    assert cards(reply)[0] == "emergency"
    assert titles(reply) == []


def test_whatever_else_is_asked_the_warning_comes_first(visitor: Visitors) -> None:
    reply = visitor().say("When are you open? Which exercise is best? I fell and can't stand on my leg.")
    assert cards(reply)[0] == "emergency"
    assert not shows_steps(reply)


@pytest.mark.parametrize(
    "text",
    [
        "my hip is a bit stiff in the morning",
        "slight ache in my hip after gardening",
        "my hip clicks when I get up, is that normal?",
        "is walking good for hip pain?",
        "what if I fall?",
        "I do not have numbness and I can walk fine",
    ],
)
def test_an_everyday_ache_raises_no_alarm(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert urgency(reply) < Urgency.urgent
    assert "emergency" not in cards(reply)
