"""Who asks for exercises gets the safety questions at once, and so does who answers one of them after the offer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import facts, question, said, shows_steps

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "i want exercises for my hip",
        "give me some exercises",
        "can I have some exercises please",
        "I'd like some gentle hip exercises",
        "exercises please",
    ],
)
def test_a_plain_request_starts_the_check(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert question(reply) == "under_16"
    assert reply["advice"]["topics"] == ["best_exercise"]
    assert not shows_steps(reply)


def test_a_question_about_exercises_is_answered_and_the_check_offered(visitor: Visitors) -> None:
    reply = visitor().say("which exercise is best for a sore hip?")
    assert question(reply) is None
    assert content().wording["gate"]["offer"] in said(reply)


@pytest.mark.parametrize(
    "text", ["I am 58", "I have not fallen", "no hip replacement", "it has hurt for 10 days"]
)
def test_an_answer_after_the_offer_starts_the_check(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("which exercise is best for a sore hip?")
    reply = someone.say(text)
    assert question(reply) is not None
    assert facts(reply)


def test_what_bars_steps_is_said_and_no_check_started(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("which exercise is best for a sore hip?")
    reply = someone.say("it has hurt for two years")
    assert question(reply) is None
    assert content().wording["gate"]["withheld"] in said(reply)


@pytest.mark.parametrize(
    "text", ["me 50", "my good self only, age 52 yrs", "she's in her late eighties", "I'm 34"]
)
def test_an_age_is_taken_as_told(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert reply["advice"]["scope"] is None
    assert content().wording["reported"] in said(reply)
