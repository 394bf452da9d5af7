"""Whoever asks for a person is told how to reach one, in the check too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.advise import contact_in_words
from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import question, said

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    ["can I talk to a person?", "I want to speak to a human", "put me through to the receptionist please"],
)
def test_the_way_to_a_person_is_told(visitor: Visitors, text: str) -> None:
    assert contact_in_words(content()) in said(visitor().say(text))


def test_it_is_told_inside_the_check_and_the_check_can_go_on(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say("can I talk to a person?")
    assert contact_in_words(content()) in said(reply)
    assert content().wording["check"]["again"] not in said(reply)
    assert question(someone.say("52")) == "injury"


def test_the_assistant_says_that_it_is_a_computer(visitor: Visitors) -> None:
    reply = said(visitor().say("are you a real person?"))
    assert "computer" in reply
    assert "not a clinician" in reply
