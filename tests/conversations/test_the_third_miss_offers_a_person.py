"""Every message gets an answer; after three in a row that missed, a person is offered."""

from __future__ import annotations

from collections.abc import Callable

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import said

Visitors = Callable[[], Visitor]
OFFER = content().wording["offer_person"].split("{")[0].strip()


def test_the_third_question_outside_the_guide_offers_a_person(visitor: Visitors) -> None:
    someone = visitor()
    replies = [
        said(someone.say(text))
        for text in (
            "who won the football last night?",
            "what is the capital of France?",
            "can you book me a flight to Rome?",
        )
    ]
    assert [OFFER in reply for reply in replies] == [False, False, True]


def test_three_messages_of_nonsense_offer_a_person_too(visitor: Visitors) -> None:
    someone = visitor()
    replies = [said(someone.say(text)) for text in ("qwxz plonk", "sdfsdf", "blah blah")]
    assert OFFER in replies[2]
    assert OFFER not in replies[0]


def test_an_answer_in_between_starts_the_count_anew(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("who won the football last night?")
    someone.say("what is the capital of France?")
    someone.say("is walking good for my hip?")
    assert OFFER not in said(someone.say("can you book me a flight to Rome?"))
