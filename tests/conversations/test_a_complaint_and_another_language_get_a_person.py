"""Who is cross, or writes in another language, is told how to reach a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.advise import contact_in_words
from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import said

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "you are no help",
        "what a stupid bot",
        "this chat is useless",
        "you don't understand me",
        "I don't want exercises I want to complain",
        "Your physio last week made my hip WORSE. I want my money back.",
        "how do I make a complaint",
    ],
)
def test_a_complaint_is_answered_kindly(visitor: Visitors, text: str) -> None:
    reply = said(visitor().say(text))
    assert content().wording["matters"]["complaint"].partition("{")[0].strip() in reply
    assert contact_in_words(content()) in reply


@pytest.mark.parametrize(
    "text",
    [
        "tengo dolor en la cadera desde ayer",
        "j'ai mal à la hanche gauche",
        "Meine Hüfte tut weh",
        "boli mnie biodro",
        "do you speak polish?",
        "我的髋部很痛",
        "upadla jsem a nemohu vstát",
        "मेरे कूल्हे में दर्द है",
        "mera kulha bahut dard kar raha hai",
        "Spadłam ze schodów i nie mogę wstać",
    ],
)
def test_another_language_gets_the_emergency_number_and_the_clinic(visitor: Visitors, text: str) -> None:
    reply = said(visitor().say(text))
    assert "I can only read English" in reply
    assert content().clinic.lines.emergency in reply
    assert contact_in_words(content()) in reply


@pytest.mark.parametrize(
    "text",
    [
        "my leg is useless today",
        "my hip is sore, que sera",
        "the physio said it's la la land",
        "hip pn wrse stairs",
    ],
)
def test_a_sore_hip_in_english_is_neither(visitor: Visitors, text: str) -> None:
    reply = said(visitor().say(text))
    assert "I can only read English" not in reply
    assert content().wording["matters"]["complaint"].partition("{")[0].strip() not in reply
