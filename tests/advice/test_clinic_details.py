"""What the clinic has set is said; what it has not set is never made up."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.advice.advise import advise, contact_in_words
from bot.advice.content import Content
from bot.advice.vocabulary import TOPICS
from bot.channel.safety_card import safety_card
from tests.advice.turns import CONTENT, a_turn, with_clinic

NOTHING: dict[str, Any] = {
    "phone": None,
    "email": None,
    "address": None,
    "booking_link": None,
    "directions": None,
}
SET: dict[str, Any] = {
    "phone": "01234 567890",
    "email": "hello@clinic.example",
    "address": "1 High Street, Bedford",
    "booking_link": "https://book.example",
    "directions": "There is a car park behind the house.",
}


def _asked_for_a_person(content: Content) -> str:
    return advise(a_turn(intent="talk_to_human"), content).text


def _asked_where(content: Content) -> str:
    return advise(a_turn(topics=("location",), intent="location"), content).text


def test_an_unset_phone_is_said_honestly() -> None:
    text = _asked_for_a_person(with_clinic(**NOTHING))
    assert "I have not been given the phone number" in text
    assert not re.search(r"\d{4}", text)
    assert "None" not in text


def test_an_unset_address_is_said_honestly() -> None:
    text = _asked_where(with_clinic(**NOTHING))
    assert "Bedford" in text
    assert "I have not been given the exact address" in text
    assert "I do not have details on parking" in text
    assert "None" not in text


def test_what_is_set_is_said() -> None:
    content = with_clinic(**SET)
    person = _asked_for_a_person(content)
    for key in ("phone", "booking_link", "email"):
        assert SET[key] in person
    where = _asked_where(content)
    assert SET["address"] in where
    assert SET["directions"] in where
    assert "not been given" not in person + where


@pytest.mark.parametrize("key", ["phone", "booking_link", "email"])
def test_one_way_to_reach_the_clinic_is_enough(key: str) -> None:
    words = contact_in_words(with_clinic(**{**NOTHING, key: SET[key]}))
    assert SET[key] in words
    assert "not been given" not in words


LINES = {
    "GB": {
        "number": "999",
        "place": "A&E",
        "advice": "NHS 111",
        "crisis": "116 123",
        "never": ["911", "988", "811"],
    },
    "US": {
        "number": "911",
        "place": "the ER",
        "advice": "doctor's advice line",
        "crisis": "988",
        "never": ["999", "111", "NHS", "A&E", "116 123"],
    },
    "CA": {
        "number": "911",
        "place": "the ER",
        "advice": "811",
        "crisis": "988",
        "never": ["999", "NHS", "A&E", "116 123"],
    },
    None: {
        "number": "999 (911 in the US or Canada)",
        "place": "A&E (the ER)",
        "advice": "NHS 111 (or your doctor's advice line)",
        "crisis": "",
        "never": ["116 123", "988"],
    },
}


def _everything_said(content: Content) -> str:
    said = [message["text"] for message in safety_card(content)]
    for flag in content.flags.values():
        said.append(advise(a_turn(suspected=(flag.id,), new_facts=(flag.id,)), content).text)
    for topic in TOPICS:
        said.append(advise(a_turn(topics=(topic,), intent="follow_up"), content).text)
    for scope in content.wording["scopes"]:
        said.append(advise(a_turn(scope=scope, intent=scope), content).text)
    said.append(content.fill(content.wording["notice"]))
    return "\n".join(said)


@pytest.mark.parametrize("country", LINES)
def test_the_numbers_are_those_of_the_country(country: str | None) -> None:
    lines = LINES[country]
    content = with_clinic(country=country, **NOTHING)
    break_ = advise(a_turn(suspected=("fracture_dislocation",), new_facts=("fracture_dislocation",)), content)
    assert f"Call {lines['number']} now" in break_.text
    nerves = advise(a_turn(suspected=("cauda_equina",), new_facts=("cauda_equina",)), content)
    assert f"Go to {lines['place']} now" in nerves.text
    clot = advise(a_turn(suspected=("leg_clot",), new_facts=("leg_clot",)), content)
    assert f"Call {lines['advice']}" in clot.text or f"Call your {lines['advice']}" in clot.text
    crisis = advise(a_turn(suspected=("crisis",), new_facts=("crisis",)), content)
    assert str(lines["crisis"]) in crisis.text
    said = _everything_said(content)
    for wrong in lines["never"]:
        assert not re.search(rf"\b{re.escape(wrong)}\b", said), wrong


@pytest.mark.parametrize("country", LINES)
def test_no_placeholder_and_no_none_is_ever_said(country: str | None) -> None:
    said = _everything_said(with_clinic(country=country, **NOTHING))
    assert not re.search(r"[{}]", said)
    assert "None" not in said


def test_without_a_crisis_line_only_the_emergency_number_is_given() -> None:
    content = with_clinic(country=None)
    text = advise(a_turn(facts={"suicidal": True}, new_facts=("suicidal",)), content).text
    assert "You can also call" not in text
    assert "999" in text
    assert "Let us leave the hip for now" in text


def test_the_safety_card_needs_nothing_but_the_content() -> None:
    [card] = safety_card(CONTENT)
    assert card["choices"] == []
    assert card["card"]["kind"] == "fallback"
    assert CONTENT.clinic.lines.emergency in card["text"]
