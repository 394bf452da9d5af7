"""A question is answered, or told honestly that the guide does not hold it; it is not taken for a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import mentions_answer, said

Visitors = Callable[[], Visitor]
THANKS = content().wording["reported"]


@pytest.mark.parametrize(
    ("before", "text", "topic"),
    [
        ("do I need an x-ray?", "would I need one at 52", "arthritis_xray"),
        ("is walking good for me?", "is half an hour enough", "walking"),
        ("would an x-ray show it?", "and what about swimming", "best_exercise"),
        ("is walking good and do I need an x-ray?", "ok and how often", "walking"),
    ],
)
def test_a_short_question_finds_its_answer(visitor: Visitors, before: str, text: str, topic: str) -> None:
    someone = visitor()
    someone.say(before)
    reply = someone.say(text)
    assert reply["advice"]["topics"] == [topic]
    assert mentions_answer(reply, topic)
    assert THANKS not in said(reply)


def test_no_medicine_is_stopped_by_oneself(visitor: Visitors) -> None:
    reply = visitor().say("should I stop taking my apixaban")
    assert content().wording["matters"]["stop_medicine"].split("{")[0] in said(reply)
    assert reply["advice"]["scope"] == "medicine_dose"
    assert THANKS not in said(reply)


def test_how_many_after_a_medicine_is_about_the_medicine(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("can I take naproxen for my hip?")
    reply = someone.say("how many")
    assert reply["advice"]["scope"] == "medicine_dose"


def test_a_remark_about_the_weather_is_not_noted(visitor: Visitors) -> None:
    assert THANKS not in said(visitor().say("lovely weather isn't it"))


def test_single_words_are_asked_for_more_and_not_all_answered_alike(visitor: Visitors) -> None:
    someone = visitor()
    replies = [said(someone.say(text)) for text in ("sore hip", "left")]
    assert content().wording["matters"]["one_word"] in replies[0]
    assert content().wording["matters"]["side"] in replies[1]


def test_what_if_it_hurts_after_the_steps_is_about_safety(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("which exercise is best?")
    reply = someone.say("what if it hurts")
    assert mentions_answer(reply, "exercise_safety")


def test_falling_and_not_getting_up_names_the_emergency_number(visitor: Visitors) -> None:
    reply = visitor().say("what happens if I fall on my bad hip and can't get up?")
    assert content().fill(content().wording["matters"]["fall_alone"]) in said(reply)
