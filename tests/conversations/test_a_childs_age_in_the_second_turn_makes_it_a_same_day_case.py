"""A child or teenager with a sore hip is seen the same day, also when the age comes later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import cards, facts, shows_steps, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "age", ["she is 9", "he's only 14", "my daughter is 11 years old", "it's for my 7 year old"]
)
def test_the_age_raises_the_tier(visitor: Visitors, age: str) -> None:
    someone = visitor()
    assert urgency(someone.say("my child's hip hurts a little")) < Urgency.emergency
    reply = someone.say(age)
    assert urgency(reply) is Urgency.urgent
    assert facts(reply)["under_16"] is True
    assert cards(reply)[0] == "urgent"
    assert not shows_steps(someone.say("which exercise is best for her?"))


def test_a_grown_up_daughter_is_no_child(visitor: Visitors) -> None:
    assert urgency(visitor().say("my daughter is 34 and has a mild ache in her hip")) < Urgency.urgent
