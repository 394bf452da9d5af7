"""Whose hip it is: a relative asked for is the person, one mentioned in passing or a stranger is not."""

from __future__ import annotations

import pytest

from bot.understanding.assertion import Assertion
from tests.understanding.reading import assertion, facts

ASKED_FOR = [
    ("My mum fell and can't get up", ["injury", "cannot_weight_bear"]),
    ("dad has a fever and his hip is red hot", ["fever", "hot_swollen"]),
    ("my husband can't feel anything when he wipes", ["saddle_numbness"]),
    ("My nan slipped on the ice, her leg looks shorter", ["injury", "leg_deformity"]),
    ("my nan slipped in the kitchen, her leg is twisted", ["injury", "leg_deformity"]),
    ("wife is 30 weeks pregnant and her hip aches", ["pregnant"]),
    ("My son is limping and has a fever", ["limp", "fever"]),
    ("our daughter is limping", ["limp"]),
    ("me mam's leg keeps giving way", ["giving_way"]),
    ("my wife's calf is swollen after her flight", ["calf_swelling"]),
    ("my partner is breathless and has chest pain", ["breathless", "chest_pain"]),
    ("my grandad can't get his breath", ["breathless"]),
    ("my husband is confused and very drowsy", ["confusion"]),
    ("Grandad fell in the garden. He can't stand.", ["injury", "cannot_weight_bear"]),
    (
        "Mum fell this morning and couldn't get up. Mine is only an old ache.",
        ["cannot_weight_bear"],
    ),
    ("Mum fell and couldn't get up. Mine is fine, what do I do for her?", ["cannot_weight_bear"]),
    ("my lad at the weekend started limping", ["limp"]),
    ("my neighbour fell, the ambulance has not come, she can't stand", ["cannot_weight_bear"]),
    ("Grandad has fallen and can't stand. Mine is fine.", ["cannot_weight_bear"]),
]

NOT_ASKED_FOR = [
    ("My friend has a fever, can I still do my hip exercises?", "fever"),
    ("a bloke at work had numbness in his leg", "leg_numb"),
    ("someone at the gym fell last week. Is my hip ok for squats?", "injury"),
    ("My sister is pregnant and asked about me, my hip aches", "pregnant"),
    ("my sister is pregnant, but it is my hip that aches", "pregnant"),
    ("my mum had cancer, and my hip hurts", "cancer_history"),
    ("my friend has cancer. I just want exercises for my own hip", "cancer_history"),
    ("My brother takes warfarin but I'm just asking about my hip", "blood_thinners"),
    ("my mate fell off a ladder, my own hip is just stiff", "injury"),
    ("a colleague of mine fell last week, is walking good for my hip?", "injury"),
    ("my neighbour had a clot in her calf, could mine be one?", "calf_swelling"),
    ("someone at the gym broke a hip, which exercises are safe for me?", "broken_bone"),
    ("people say they go numb after the operation", "leg_numb"),
    ("my mate keeps limping, how do I avoid that?", "limp"),
    ("Nan broke hers at new year and never got over it. Mine only creaks.", "broken_bone"),
    ("a friend is in hospital with a broken hip. how do I keep mine supple", "broken_bone"),
    ("the wee girl next door has a fever, she's been taken to hospital. is swimming good", "fever"),
    ("a lady on my course had an infection in her hip. mine's just tight", "infection"),
    ("My brother-in-law slipped and could not get up, not me. Is walking good?", "injury"),
]


@pytest.mark.parametrize(
    "text", ["my hip is hot and swollen, mate", "listen pal, my hip is hot", "hi man, my hip is hot"]
)
def test_whom_the_visitor_speaks_to_is_nobody_else(text: str) -> None:
    assert facts(text).get("hot_swollen") is True


@pytest.mark.parametrize(("text", "present"), ASKED_FOR)
def test_the_signs_of_a_relative_asked_for_count(text: str, present: list[str]) -> None:
    found = facts(text)
    assert {fact: found.get(fact) for fact in present} == dict.fromkeys(present, True)


@pytest.mark.parametrize(("text", "fact"), NOT_ASKED_FOR)
def test_the_signs_of_somebody_mentioned_in_passing_do_not_count(text: str, fact: str) -> None:
    assert facts(text).get(fact) is not True


@pytest.mark.parametrize(
    "text",
    [
        "My neighbour has fallen and can't get up",
        "a man in the street fell over, he can't stand up",
        "old lady across the road fell, she can't get up",
    ],
)
def test_an_emergency_of_somebody_nearby_counts(text: str) -> None:
    assert facts(text).get("cannot_weight_bear") is True


@pytest.mark.parametrize(
    "text",
    [
        "70 year old man, fever and a hot hip",
        "I'm a 19 year old girl and I have a fever",
        "57 year old woman with a fever here",
        "mother of two here, hot hip and fever",
        "I am a 64-year-old lady with a fever",
    ],
)
def test_what_visitors_call_themselves_is_not_somebody_else(text: str) -> None:
    assert facts(text).get("fever") is True


@pytest.mark.parametrize(
    "text",
    ["tripped over the dog and landed on my side", "knocked over by the dog", "fell walking the dog"],
)
def test_a_dog_in_the_way_takes_no_fall_off_the_visitor(text: str) -> None:
    assert facts(text).get("injury") is True


def test_the_writers_own_signs_count_beside_a_relatives() -> None:
    found = facts("My mum has osteoporosis. I fell on my hip and I can't stand.")
    assert found.get("injury") is True
    assert found.get("cannot_weight_bear") is True
    assert found.get("fragile_bones") is not True


def test_the_visitors_own_fact_is_kept_beside_a_strangers() -> None:
    found = facts("my friend has a limp. I have a fever and my hip is hot")
    assert found["fever"] is True
    assert found.get("limp") is not True


def test_an_acute_sign_of_a_close_relative_counts_though_the_writers_hip_is_named_too() -> None:
    assert facts("my hip aches but my dad can't stand on his leg").get("cannot_weight_bear") is True


def test_a_strangers_sign_is_kept_with_its_assertion() -> None:
    assert assertion("a bloke at work had numbness in his leg", "leg_numb") is Assertion.other_person


@pytest.mark.parametrize(
    "text",
    [
        "My wife says it's nothing but I can't stand on it",
        "my daughter told me to ask: I can't put any weight on my leg",
        "Husband reckons I should wait. I can't walk at all.",
    ],
)
def test_a_relative_who_only_speaks_does_not_take_the_sign_away(text: str) -> None:
    assert facts(text).get("cannot_weight_bear") is True


def test_what_a_pet_has_is_nobodys_sign() -> None:
    assert facts("my cat can't stand on her back leg").get("cannot_weight_bear") is not True
    assert facts("I tripped over the dog and can't stand on my leg").get("cannot_weight_bear") is True


@pytest.mark.parametrize(
    "text",
    [
        "my uncle died of bone cancer",
        "we lost my sister to leukaemia",
        "my late husband had cancer, my hip aches",
    ],
)
def test_what_somebody_had_who_has_died_is_nobodys_sign(text: str) -> None:
    assert "cancer_history" not in facts(text)


def test_the_own_illness_beside_a_death_counts() -> None:
    assert facts("my dad died in May and now I have cancer").get("cancer_history") is True


@pytest.mark.parametrize(
    "text",
    [
        "my son is 9, he has been limping and had a temperature last night. Can I give him anything?",
        "my daughter is 12, she limps and has a fever. Should we take her somewhere?",
        "my lad is 8 and limping with a fever, I'm worried about him",
    ],
)
def test_a_parent_who_asks_what_to_do_speaks_of_no_hip_of_their_own(text: str) -> None:
    told = facts(text)
    assert (told.get("under_16"), told.get("fever"), told.get("limp")) == (True, True, True)
