"""A follow-up question takes its subject from what was talked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import check_by_buttons, mentions_answer, shows_steps, urgency

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize("text", ["is it ok for me too?", "and what about me?", "is that ok in my case?"])
def test_is_it_ok_for_me_too_is_about_walking(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("is walking good for hip pain?")
    assert someone.say(text)["advice"]["topics"] == ["walking"]


def test_a_fact_and_a_follow_up_are_put_together(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("is walking good for hip pain?")
    someone.say("I've had mine for two years")
    reply = someone.say("is it ok for me too?")
    assert urgency(reply) is Urgency.soon
    assert mentions_answer(reply, "walking")


def test_the_next_one_is_the_next_exercise(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("how do I do the leg back exercise?"))
    reply = someone.say("how do I do the next one?")
    assert shows_steps(reply)
    assert reply["advice"]["exercises"] != ["hip_extension"]


def test_the_third_exercise_is_found_by_its_number(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("please check my hip"))
    assert someone.say("show me exercise number 3")["advice"]["exercises"] == ["hip_abduction"]


def test_without_anything_before_a_follow_up_still_gets_an_answer(visitor: Visitors) -> None:
    reply = visitor().say("is it ok for me too?")
    assert reply["messages"]
    assert reply["advice"]["topics"] == []
