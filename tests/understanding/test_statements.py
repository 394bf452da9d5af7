"""How long it has hurt and whose hip is replaced, in words that the rules do not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[[str], dict[str, object]]


@pytest.mark.parametrize(
    "text",
    [
        "my hip has hurt ever since our wedding, and we have two at school by now",
        "on and off physio for a year with this hip and it still hurts. Some weeks are better",
        "the hip has never been right since I had my first baby, who is at college",
    ],
)
def test_a_long_time_told_without_a_number_is_chronic(told: Told, text: str) -> None:
    assert told(text).get("chronic") is True


@pytest.mark.parametrize(
    "text",
    [
        "I have been a postman for thirty years",
        "my girl is 11, limping since netball training",
        "in primary school I had hip pain for a year, then nothing for twenty years. It got sore on Monday",
        "we have had the dog for twelve years",
        "I have lived in this street since 1979",
        "my husband has worked at the brewery for decades",
        "I am 58 years of age and was told it is wear and tear",
        "driving a taxi since 2009, it twinges when I get out of the car",
        "married forty years, and he still won't go to anyone about his hip",
    ],
)
def test_a_long_time_of_something_else_is_not_the_pains(told: Told, text: str) -> None:
    assert told(text).get("chronic") is not True


@pytest.mark.parametrize(
    "text",
    [
        "the surgeon gave me a new ball and socket last winter",
        "I beep at every airport because of the metal in my hip",
        "my left hip is the artificial one",
    ],
)
def test_an_own_replacement_is_known_without_the_word(told: Told, text: str) -> None:
    assert told(text).get("hip_replacement") == "own"


@pytest.mark.parametrize(
    "text",
    [
        "I have had a knee replacement",
        "my shoulder replacement was a success",
        "the boiler needs replacing",
        "had a shoulder replacement in May, and my hip is sore from sleeping on one side",
        "the doctor replaced my tablets for the hip with a gel",
        "what exercise is best for a stiff hip",
        "they put a plate in my wrist and now the hip on that side aches",
    ],
)
def test_something_else_that_is_replaced_is_no_hip(told: Told, text: str) -> None:
    assert told(text).get("hip_replacement") != "own"


def test_a_sure_classifier_corrects_whether_an_operation_is_done(told: Told) -> None:
    text = "torn about whether to just have the replacement and be done"
    assert told(text)["hip_replacement"] == "considering"


def test_a_pain_ever_since_the_operation_is_as_old_as_it(told: Told) -> None:
    assert told("they did my hip in 2019 and it has ached ever since")["chronic"] is True


def test_a_planned_new_joint_is_not_there_yet(told: Told) -> None:
    assert told("I'm booked in for the surgery in June, a new joint").get("hip_replacement") == "considering"


def test_a_strangers_plastic_hip_is_the_strangers(told: Told) -> None:
    assert told("my neighbour had a plastic one put in").get("hip_replacement") == "other_person"


@pytest.mark.parametrize(
    "text", ["I have taken steroids for years for my lungs", "my second prosthesis, the old one wore out"]
)
def test_years_of_a_treatment_are_not_years_of_pain(told: Told, text: str) -> None:
    assert told(text).get("chronic") is not True
