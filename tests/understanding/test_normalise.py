"""Spelling made regular: typing errors and text-speak, and nothing else."""

from __future__ import annotations

import pytest

from bot.understanding.normalise import normaliser


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MY HIP HURTS", "my hip hurts"),
        ("cant walk", "can't walk"),
        ("I cannot walk", "i can't walk"),
        ("dont no", "don't no"),
        ("ive had it 2 yrs", "i've had it 2 years"),
        ("wot shud i do", "what should i do"),
        ("pls help", "please help"),
        ("is walkin ok 4 u", "is walking ok 4 you"),
        ("it keeps throbbin", "it keeps throbbing"),
        ("wots best 4 it", "what's best for it"),
        ("any side affects", "any side effects"),
        ("hip replacment", "hip replacement"),
        ("my hipp", "my hip"),
        ("exersise", "exercise"),
        ("excercises", "exercises"),
        ("arthritus", "arthritis"),
        ("phisio", "physio"),
        ("swolen", "swollen"),
        ("streching", "stretching"),
        ("painfull", "painful"),
        ("feever", "fever"),
        ("my hip hurtsssss", "my hip hurts"),
        ("it’s sore", "it's sore"),
        ("x ray", "x-ray"),
        ("aint better", "isn't better"),
        ("numbnes", "numbness"),
        ("surgary", "surgery"),
        ("osteoporrosis", "osteoporosis"),
        ("sore since last thurs", "sore since last thursday"),
        ("my sat nav, the sun and wed lock", "my sat nav, the sun and wed lock"),
        ("walking + yoga", "walking and yoga"),
        ("g'day, sore this wknd, i havnt slept", "hello, sore this weekend, i haven't slept"),
        ("is my appt at 3", "is my appointment at 3"),
    ],
)
def test_typing_errors_and_text_speak(typed: str, meant: str) -> None:
    assert normaliser()(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "my name is siobhan and i live in kempston",
        "dr okonkwo told me",
        "i asked mr przybylski",
        "we drove from llandudno to bedford",
        "my dog is called wanda",
        "i use voltarol",
        "the yoga is called ashtanga",
        "hippo",
        "warm, farm and harm are words",
        "the wall fell",
        "i talk while i walk",
        "pan, pin and pen",
    ],
)
def test_names_and_correct_words_are_left_alone(text: str) -> None:
    assert normaliser()(text).replace("doctor", "dr") == text


def test_doing_it_twice_changes_nothing() -> None:
    for text in ("wot shud i do abt my hipp, its sore", "I cannot WALK!!", "ive had it 2 yrs"):
        once = normaliser()(text)
        assert normaliser()(once) == once


def test_punctuation_and_the_order_of_words_are_kept() -> None:
    assert normaliser()("Hip, knee; back? No!") == "hip, knee; back? no!"


@pytest.mark.parametrize("text", ["", "   ", "🙂", "12", "髋关节", "a" * 2_000, "'" * 100])
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(normaliser()(text), str)
