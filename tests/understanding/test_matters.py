"""What a message is after besides its topics."""

from __future__ import annotations

import pytest

from bot.advice.vocabulary import CLINIC_MATTERS, MATTERS
from bot.understanding.matters import clinic_matters, matters, not_english
from bot.understanding.normalise import normaliser


def _clinic(text: str) -> tuple[str, ...]:
    return clinic_matters(normaliser()(text))


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("how much is a session", "price"),
        ("My hip aches. What are your prices?", "price"),
        ("can I reschedule my visit", "booking"),
        ("can I ring you", "contact"),
        ("do I need a referral", "cover"),
        ("who will I see", "staff"),
        ("your phone just rings out and nobody answers the phone", "no_answer"),
    ],
)
def test_a_matter_of_the_clinic_is_found(text: str, matter: str) -> None:
    assert matter in _clinic(text)


@pytest.mark.parametrize(
    "text",
    [
        "how much should I walk",
        "how much does it cost to feed a hamster",
        "hip surgery cost private",
        "book a table for two tonight",
        "nobody answers my question about the dog",
        "how much is too much exercise",
        "is a free weight ok",
    ],
)
def test_other_prices_and_bookings_are_none(text: str) -> None:
    assert _clinic(text) == ()


def test_every_matter_found_is_in_the_vocabulary() -> None:
    texts = ("are you open on saturday or tomorrow?", "how much is it", "hip", "what now", "you are useless")
    found = {matter for text in texts for matter in matters(normaliser()(text))}
    assert found <= set(MATTERS)
    assert found & set(CLINIC_MATTERS)


@pytest.mark.parametrize("text", ["my hip hurts", "", "123", "is la hip bad", "he had a des res in Hamburg"])
def test_english_is_english(text: str) -> None:
    assert not not_english(normaliser()(text))


@pytest.mark.parametrize("question", ["injury", "pregnant", "pain_score"])
@pytest.mark.parametrize(
    "text", ["yes", "no", "3", "none of those", "I fell on Monday", "not that I know of"]
)
def test_an_answer_is_no_plea_to_explain(question: str, text: str) -> None:
    assert not set(matters(normaliser()(text), question)) & {"explain", "go_on", "leave_check", "which_unit"}


@pytest.mark.parametrize(
    "text",
    [
        "had my hip done in 2018, how much is a session and can I do squats",
        "what's the price of an appointment and are you open in the evenings?",
        "is swimming good for it and what does a visit cost",
    ],
)
def test_a_price_asked_beside_something_else_is_heard(text: str) -> None:
    assert "price" in clinic_matters(normaliser()(text))


@pytest.mark.parametrize(
    "text",
    ["how much is too much and can I do squats", "how much does it hurt and how much is a flight to Spain"],
)
def test_how_much_of_something_else_is_no_price_of_the_clinics(text: str) -> None:
    assert "price" not in clinic_matters(normaliser()(text))
