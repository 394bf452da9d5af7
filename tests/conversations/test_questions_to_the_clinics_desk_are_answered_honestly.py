"""Prices, bookings and insurance are not known here: the assistant says so, and how to reach the clinic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.advise import contact_in_words
from bot.advice.content import content
from bot.advice.opening import week_in_words
from evaluation.stack import Visitor
from tests.conversations.talk import cards, question, said

Visitors = Callable[[], Visitor]
ASKED = [
    ("what do you charge for a visit", "price"),
    ("is the first appointment free?", "price"),
    ("can I book online", "booking"),
    ("I need to cancel my appointment for monday", "booking"),
    ("what's the number for the clinic", "contact"),
    ("do you accept axa insurance", "cover"),
    ("are you nhs or private?", "cover"),
    ("who will I see when I come", "staff"),
    ("which physio is best for hips?", "staff"),
    ("who is the manager", "staff"),
    ("can you book me in for thursday 2pm", "booking"),
    ("nobody picks up the phone at your place", "no_answer"),
]


@pytest.mark.parametrize(("text", "matter"), ASKED)
def test_it_says_what_it_does_not_have_and_how_to_reach_the_clinic(
    visitor: Visitors, text: str, matter: str
) -> None:
    reply = said(visitor().say(text))
    assert content().wording["matters"][matter] in reply
    assert contact_in_words(content()) in reply
    assert week_in_words(content().clinic) in reply
    assert content().wording["scopes"]["out_of_scope"] not in reply


def test_the_price_of_a_treatment_just_talked_of_is_no_question_for_the_way(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("is prolotherapy any good?")
    reply = someone.say("how much is it there?")
    assert content().wording["matters"]["price"] in said(reply)
    assert content().wording["location"]["no_address"] not in said(reply)


def test_in_the_check_it_is_answered_and_the_check_goes_on(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say("what does it cost btw")
    assert content().wording["matters"]["price"] in said(reply)
    assert content().wording["scopes"]["other_hip"] not in said(reply)
    assert question(reply) == "under_16"


@pytest.mark.parametrize("text", ["how much is a flight to Rome", "can you book me a taxi for six"])
def test_prices_and_bookings_of_other_things_are_still_not_its_subject(visitor: Visitors, text: str) -> None:
    assert content().wording["scopes"]["out_of_scope"] in said(visitor().say(text))


def test_an_emergency_names_no_clinic(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I fell and can't stand on my leg")
    reply = someone.say("how much is an appointment?")
    assert cards(reply)[0] == "emergency"
    assert contact_in_words(content()) not in said(reply)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("are you open on saturday?", "No, the clinic is closed on Saturdays."),
        ("are you open at the weekend?", "No, the clinic is closed on Saturdays and Sundays."),
        ("do you open on wednesdays?", "Yes, the clinic is open on Wednesdays, from 9am to 5pm."),
        ("what are your opening hours on a friday", "The clinic is open on Fridays, from 9am to 5pm."),
    ],
)
def test_a_named_day_is_answered_for_that_day(visitor: Visitors, text: str, answer: str) -> None:
    assert said(visitor().say(text)).startswith(answer)


def test_access_for_disabled_people_is_named(visitor: Visitors) -> None:
    assert "access for disabled people" in said(visitor().say("is there disabled access"))
