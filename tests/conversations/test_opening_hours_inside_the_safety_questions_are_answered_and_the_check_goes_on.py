"""Any question may be asked in the middle of the check; it is answered, and the check goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from bot.advice.opening import week_in_words
from evaluation.stack import Visitor
from tests.conversations.talk import answer, check_by_buttons, mentions_answer, question, said

Visitors = Callable[[], Visitor]


def test_opening_hours_are_told_and_the_same_question_comes_again(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("please check my hip")
    assert question(reply) == "under_16"
    reply = someone.say("when are you open?")
    assert week_in_words(content().clinic) in said(reply)
    assert reply["advice"]["topics"] == ["opening_hours"]
    assert question(reply) == "under_16"
    reply = check_by_buttons(someone, reply)
    assert reply["messages"][0]["card"]["kind"] == "outcome"


@pytest.mark.parametrize(
    ("text", "topic"),
    [("is walking good for my hip?", "walking"), ("what causes hip pain?", "causes")],
)
def test_a_question_about_health_is_answered_too(visitor: Visitors, text: str, topic: str) -> None:
    someone = visitor()
    reply = answer(someone, someone.say("check my hip please"))
    assert question(reply) == "injury"
    reply = someone.say(text)
    assert mentions_answer(reply, topic)
    assert question(reply) == "injury"


def test_a_digression_does_not_count_as_an_answer_it_could_not_use(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    for text in ("when are you open?", "where are you?", "is walking good?", "thanks"):
        reply = someone.say(text)
        assert question(reply) == "under_16"
        assert content().wording["check"]["again"] not in said(reply)


def test_steps_asked_for_inside_the_check_have_to_wait(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say("how do I do the knee lift?")
    assert content().wording["gate"]["ask_again"] in said(reply)
    assert reply["advice"]["exercises"] == []
    assert question(reply) == "under_16"


def test_what_is_told_besides_the_answer_is_taken_up_at_once(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("how do I do the knee lift?")
    reply = someone.say("I'm 27 weeks pregnant by the way")
    assert "physio" in said(reply)
    assert reply["advice"]["urgency"] == "soon"
    assert content().wording["check"]["again"] not in said(reply)
    assert question(reply) == "under_16"
