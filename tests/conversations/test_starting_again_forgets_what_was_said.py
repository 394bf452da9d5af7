"""Start again: facts, warnings and topics of the conversation are put aside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import FELL, cards, facts, question, said, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize("words", ["start again", "start over please", "can we start from the beginning"])
@pytest.mark.parametrize("before", ["I've had hip pain for two years", "my calf is swollen", FELL])
def test_everything_known_is_forgotten(visitor: Visitors, words: str, before: str) -> None:
    someone = visitor()
    assert facts(someone.say(before))
    reply = someone.say(words)
    assert "start again" in said(reply)
    assert facts(reply) == {}
    after = someone.say("is walking good for my hip?")
    assert facts(after) == {}
    assert urgency(after) is Urgency.self_care


def test_it_works_inside_the_check(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    someone.say("52")
    reply = someone.say("start again")
    assert facts(reply) == {}
    assert question(reply) is None
    reply = someone.say("is walking good for my hip?")
    assert question(reply) is None
    assert cards(reply) == ["answer"]


def test_another_session_knows_nothing(visitor: Visitors) -> None:
    visitor().say("I've had hip pain for two years")
    assert facts(visitor().say("is walking good for my hip?")) == {}
