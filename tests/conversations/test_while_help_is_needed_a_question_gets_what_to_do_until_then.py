"""In an emergency or a same-day case, a question what to do meanwhile is answered with the rest of the flag's advice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import cards, said

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text", ["shall I take him to hospital in my car", "can he have some tea", "may he eat?"]
)
def test_driving_eating_and_drinking_are_answered(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("my husband fell off the roof and can't stand on his leg")
    reply = someone.say(text)
    assert cards(reply)[0] == "emergency"
    assert content().flags["fracture_dislocation"].more in said(reply)
    assert content().wording["question_waits"] not in said(reply)


@pytest.mark.parametrize(
    "text", ["can I come to the clinic tomorrow?", "shall I book in with you for monday?"]
)
def test_a_hot_hip_does_not_wait_for_the_clinic(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("my hip is hot and swollen and I feel shivery")
    reply = someone.say(text)
    assert cards(reply)[0] == "urgent"
    assert content().wording["not_the_clinic"] in said(reply)
    assert "It opens" not in said(reply)


def test_other_exercises_wait_too(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("my son is 9 and his hip hurts")
    reply = someone.say("how about swimming or the bike instead")
    assert content().wording["no_exercises_now"] in said(reply)
