"""What completes an emergency may come a turn later, whatever is asked with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, said, shows_steps, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("I had a fall on Sunday", "now I can't put any weight on that leg"),
        ("I can't stand on my left leg", "I should have said, I fell down the stairs this morning"),
        ("I've got an artificial hip", "it went clunk and the leg looks shorter"),
        ("I have a fever", "and I can't walk on this hip"),
        ("I'm seven weeks pregnant", "I've started bleeding"),
        ("I had breast cancer", "lately my legs are getting weak"),
        ("there's a lump in my groin", "and now I keep being sick"),
    ],
)
def test_the_second_half_completes_the_emergency(visitor: Visitors, first: str, then: str) -> None:
    someone = visitor()
    before = someone.say(first)
    assert urgency(before) < Urgency.emergency
    after = someone.say(then)
    assert urgency(after) is Urgency.emergency
    assert cards(after)[0] == "emergency"
    assert content().clinic.lines.emergency in after["messages"][0]["text"]


def test_a_question_in_between_does_not_lose_the_first_half(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I had a fall on Sunday")
    someone.say("what are your opening hours?")
    someone.say("thanks")
    assert urgency(someone.say("I can't put any weight on the leg now")) is Urgency.emergency


def test_the_emergency_comes_before_the_question_asked_with_it(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I had a fall on Sunday")
    reply = someone.say("which exercise is best? I can't put any weight on the leg")
    assert cards(reply)[0] == "emergency"
    assert not shows_steps(reply)


def test_it_is_said_again_in_every_later_turn(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I fell and can't stand on my leg")
    for text in ("is walking good?", "when are you open?", "thanks", "banana"):
        reply = someone.say(text)
        assert urgency(reply) is Urgency.emergency
        assert cards(reply)[0] == "emergency"
        assert content().clinic.lines.emergency in said(reply)
