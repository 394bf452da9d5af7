"""A sign that the visitor says they do not have is not one; a "not" that belongs to the sign leaves it standing."""

from __future__ import annotations

import pytest

from bot.understanding.assertion import Assertion
from tests.understanding.reading import assertion, facts

DENIED = [
    ("I do not have numbness between my legs", ["saddle_numbness"]),
    ("no fever, no redness, just an achy hip", ["fever"]),
    ("There's no weakness in my leg", ["leg_weakness"]),
    ("I haven't had a fall or any injury", ["injury"]),
    ("never had cancer", ["cancer_history"]),
    ("i have no history of cancer", ["cancer_history"]),
    ("I'm not pregnant", ["pregnant"]),
    ("no chest pain and I'm not breathless", ["chest_pain", "breathless"]),
    ("Without any temperature or shivering", ["fever"]),
    ("I'm not feeling sick", ["vomiting"]),
    ("Neither feverish nor shivery", ["fever"]),
    ("Fever: no. Fall: no.", ["fever", "injury"]),
    ("I didn't fall over, it just started aching", ["injury"]),
    ("not short of breath at all", ["breathless"]),
    ("my leg doesn't give way", ["giving_way"]),
    ("no blood when I cough", ["coughing_blood"]),
    ("it doesn't wake me up at night", ["wakes_at_night"]),
    ("no lump in my groin", ["groin_lump"]),
    ("I'm not suicidal, just fed up", ["suicidal"]),
    ("hip's sore, no fever tho", ["fever"]),
    ("the pain isn't getting any worse", ["getting_worse"]),
    ("nae fever", ["fever"]),
    ("i dont hav a fever n no chest pain", ["fever", "chest_pain"]),
    ("it hasn't locked up or given way", ["giving_way"]),
    ("I don't take blood thinners and I don't have osteoporosis", ["blood_thinners", "fragile_bones"]),
    ("I do not have a fever", ["fever"]),
    ("no numbness between my legs", ["saddle_numbness"]),
    ("I haven't had a fall", ["injury"]),
    ("I didn't fall or knock it", ["injury"]),
    ("I don't have chest pain", ["chest_pain"]),
    ("I'm not breathless", ["breathless"]),
    ("there is no swelling in my calf", ["calf_swelling"]),
    ("I am not pregnant", ["pregnant"]),
    ("it doesn't wake me at night", ["wakes_at_night"]),
    ("it isn't getting worse", ["getting_worse"]),
    ("my leg does not give way", ["giving_way"]),
    ("without any fever", ["fever"]),
    ("no lump in the groin", ["groin_lump"]),
    ("the leg is neither numb nor weak", ["leg_numb"]),
    ("I don't take blood thinners", ["blood_thinners"]),
    ("I am not suicidal", ["suicidal"]),
    ("fever: no", ["fever"]),
    ("I've not lost any weight", ["weight_loss"]),
    ("the hip is not hot or swollen", ["hot_swollen"]),
]

NOT_A_DENIAL = [
    ("I can't feel anything when I wipe", "saddle_numbness"),
    ("no feeling between my legs", "saddle_numbness"),
    ("no longer able to stand on it", "cannot_weight_bear"),
    ("my leg won't take any weight", "cannot_weight_bear"),
    ("haven't been able to wee since last night", "bladder_bowel_change"),
    ("I haven't been able to put any weight on it since Sunday", "cannot_weight_bear"),
    ("there is no doubt my leg is getting weaker", "leg_weakness"),
    ("no idea why but I have a fever", "fever"),
    ("it's not that bad but I can't put weight on it", "cannot_weight_bear"),
    ("No joke, I can't stand up", "cannot_weight_bear"),
    ("not sure if it matters but I have a temperature", "fever"),
    ("it never goes away", "never_eases"),
    ("the hip isn't getting better even after two weeks of rest", "not_better_with_care"),
    ("not only is it sore, my calf is swollen", "calf_swelling"),
    ("can't sleep because of it", "wakes_at_night"),
    ("he is not making sense", "confusion"),
    ("no fever but I fell", "injury"),
    ("any exercise gives me chest pain", "chest_pain"),
    ("I fell and can't lift my leg without severe pain", "severe_pain"),
    ("why can't I walk on it", "cannot_weight_bear"),
    ("no fever but I can't stand on the leg", "cannot_weight_bear"),
    ("I don't have a fever, my calf is swollen though", "calf_swelling"),
    ("not numb, but I can't pee", "bladder_bowel_change"),
    ("I'm not sure what happened, I fell and the leg is twisted", "injury"),
    ("no idea why, but I am struggling to breathe", "breathless"),
    ("I haven't slept, the pain is unbearable", "severe_pain"),
    ("it's no better and it's getting worse", "getting_worse"),
    ("I can no longer stand on it", "cannot_weight_bear"),
    ("no doubt I fell too hard", "injury"),
    ("nothing helps, the scar is leaking pus", "wound_problem"),
    ("I don't want to live any more", "suicidal"),
    ("I don't feel well and I have a fever", "fever"),
]


@pytest.mark.parametrize(("text", "denied"), DENIED)
def test_what_is_denied_is_known_to_be_absent(text: str, denied: list[str]) -> None:
    found = facts(text)
    assert {fact: found.get(fact) for fact in denied} == dict.fromkeys(denied, False)


@pytest.mark.parametrize(("text", "fact"), NOT_A_DENIAL)
def test_a_negative_word_that_is_part_of_the_sign_or_belongs_elsewhere_denies_nothing(
    text: str, fact: str
) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    ("text", "denied", "present"),
    [
        ("I don't have a fever but my hip is hot", "fever", "hot_swollen"),
        ("no numbness down below but I can't wee", "saddle_numbness", "bladder_bowel_change"),
        ("no fall, however my leg is getting weaker", "injury", "leg_weakness"),
        ("I've no chest pain though I am breathless", "chest_pain", "breathless"),
        ("no injury. It locks up a lot.", "injury", "locking"),
        ("not pregnant, my calf is swollen", "pregnant", "calf_swelling"),
        ("no fever and now I can't stand on it", "fever", "cannot_weight_bear"),
    ],
)
def test_a_denial_ends_where_the_next_statement_begins(text: str, denied: str, present: str) -> None:
    found = facts(text)
    assert found.get(denied) is False
    assert found.get(present) is True


@pytest.mark.parametrize(
    "text",
    [
        "my hip isn't hot or swollen",
        "I can still stand on it and walk",
        "my calf isn't swollen",
        "no trouble going to the loo",
        "the doctor ruled out a fracture",
        "I can walk fine",
        "no temperature at all",
        "no pins and needles",
        "the hip doesn't lock",
        "my calf is not swollen",
        "the foot is no longer cold",
    ],
)
def test_a_denial_alone_establishes_no_sign(text: str) -> None:
    assert not [fact for fact, value in facts(text).items() if value is True]


def test_of_a_denial_and_an_affirmation_in_one_message_the_affirmation_counts() -> None:
    assert assertion("No fever yesterday. But I have a fever now.", "fever") is Assertion.affirmed


def test_a_list_of_denials_denies_each() -> None:
    found = facts("no fever, no lump in the groin, no chest pain")
    assert found == {"fever": False, "groin_lump": False, "chest_pain": False}


def test_whether_a_sign_is_normal_is_no_denial_of_it() -> None:
    assert facts("Is chest pain normal two weeks after surgery? I have it now.").get("chest_pain") is True
    assert facts("is chest tightness normal with a new hip").get("chest_pain") is True
    assert facts("my breathing is normal and my chest is fine").get("chest_pain") is not True


def test_a_hip_warm_from_a_bath_is_no_hot_joint() -> None:
    assert facts("my hip feels warm after a hot bath").get("hot_swollen") is not True
    assert facts("my hip feels hot and it's swollen").get("hot_swollen") is True


def test_what_an_exercise_must_not_do_is_no_sign() -> None:
    assert facts("something gentle that doesn't leave me out of breath").get("breathless") is not True


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("no but there is no feeling between my legs", "saddle_numbness"),
        ("nope, but I'm short of breath when I lie down", "breathless"),
        ("no but is a tight chest normal with this? my chest hurts", "chest_pain"),
        ("none of these except I can't wee properly", "bladder_bowel_change"),
        ("not really, only my calf is swollen", "calf_swelling"),
        ("no numbness, apart from between my legs", "saddle_numbness"),
    ],
)
def test_an_answer_of_no_does_not_reach_what_is_added_to_it(text: str, present: str) -> None:
    assert facts(text, asked="any_warning_sign").get(present) is True


@pytest.mark.parametrize("text", ["no fever except last winter", "no chest pain other than when I was a boy"])
def test_an_exception_that_is_over_is_none(text: str) -> None:
    assert True not in facts(text).values()


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("never any bother until I couldn't feel myself wipe on Friday", "saddle_numbness"),
        ("I never had numbness between my legs before today", "saddle_numbness"),
        ("I never used to wet the bed but I do now", "bladder_bowel_change"),
        ("apart from not being able to pee I am well", "bladder_bowel_change"),
        ("I don't feel right since my fall", "injury"),
        ("I can walk, but not without crying", "severe_pain"),
    ],
)
def test_what_was_not_until_now_is(text: str, present: str) -> None:
    assert facts(text).get(present) is True


@pytest.mark.parametrize("text", ["no, just the kerb", "none, only a wee bit off", "no but perhaps a little"])
@pytest.mark.parametrize("asked", ["injury", "any_warning_sign"])
def test_a_no_with_something_added_that_is_not_understood_is_asked_again(text: str, asked: str) -> None:
    assert facts(text, asked=asked) == {}
