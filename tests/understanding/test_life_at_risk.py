"""Too many tablets and the wish to die are heard; much of anything else is not."""

from __future__ import annotations

import pytest

from tests.understanding.reading import facts


@pytest.mark.parametrize(
    "text",
    [
        "I've taken too many painkillers",
        "took a whole box of tramadol",
        "she has taken a lot of tablets",
        "I swallowed a handful of co-codamol an hour ago",
        "ive took 20 paracetamol",
        "I've taken every tablet in the house",
        "think I had double my dose of morphine, I took double the dose",
        "my son has eaten all my tablets",
        "I took more than it says on the box",
        "I've had fourteen... well, had 14 since breakfast",
        "took 10 of them in the last hour",
        "I've had about 15 of them since supper",
        "lost track of how many codeine I've had",
        "the paracetamol I took since lunch must be 20",
        "don't know how many tablets he has taken",
    ],
)
def test_too_many_tablets_are_noticed(text: str) -> None:
    assert facts(text).get("overdose") is True


@pytest.mark.parametrize(
    "text",
    [
        "I've had a lot of pain",
        "I have had pain after every walk",
        "I take ibuprofen every morning",
        "I had too much to do in the garden",
        "I've had all the tests",
        "walking has taken too much out of me",
        "I take all my tablets as told",
        "I've taken too many days off",
        "I've had it all my life",
        "had more pain since the weekend",
        "I've taken 2 paracetamol and it still aches",
    ],
)
def test_much_pain_or_daily_tablets_are_no_overdose(text: str) -> None:
    assert "overdose" not in facts(text)


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to be here any more",
        "i just want to die",
        "honestly there's no point in living like this",
        "I've been cutting myself",
        "my dad says he wants to end his life",
        "some days I feel everybody is better off without me",
    ],
)
def test_the_wish_to_die_is_heard(text: str) -> None:
    assert facts(text).get("suicidal") is True


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to hurt myself doing the stretches",
        "scared of hurting myself more",
        "I could die of embarrassment when it clicks",
    ],
)
def test_fear_of_an_injury_and_figures_of_speech_are_no_wish_to_die(text: str) -> None:
    assert facts(text).get("suicidal") is not True
