"""In the check: what bars exercises is said at once, a word is explained, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import answer, facts, question, said

Visitors = Callable[[], Visitor]


def test_after_an_injury_it_says_that_no_steps_will_be_shown(visitor: Visitors) -> None:
    someone = visitor()
    reply = answer(someone, someone.say("check my hip please"))
    reply = someone.say("yes")
    assert content().flags["injury_walking"].why in said(reply)
    assert question(reply) == "cannot_weight_bear"


@pytest.mark.parametrize("text", ["define injury", "what counts as an injury?", "what is an injury"])
def test_a_word_is_explained_and_answers_nothing(visitor: Visitors, text: str) -> None:
    someone = visitor()
    answer(someone, someone.say("check my hip please"))
    reply = someone.say(text)
    assert content().wording["check"]["explain"]["injury"] in said(reply)
    assert "injury" not in facts(reply)
    assert question(reply) == "injury"


@pytest.mark.parametrize("text", ["I'm 58 and a man", "me 47 bloke", "me, 45, a woman after the menopause"])
def test_who_cannot_be_pregnant_is_not_asked(visitor: Visitors, text: str) -> None:
    someone = visitor()
    reply = someone.say("check my hip please")
    assert facts(someone.say(text))["pregnant"] is False
    assert question(reply) is not None


def test_a_correction_is_thanked_for_once(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I fell last week")
    someone.say("check my hip please")
    reply = said(someone.say("sorry, I meant I did not fall, and I am pregnant"))
    assert reply.count(content().wording["corrected"]) == 1
