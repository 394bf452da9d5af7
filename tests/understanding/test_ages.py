"""Ages of people, and numbers that are not."""

from __future__ import annotations

import pytest

from tests.understanding.reading import after, facts

UNDER_16 = [
    "little one came off the swing and is limping",
    "the little one arrived home with a limp",
    "our lad's fourteen and his groin aches",
    "my daughter's 9, she limps",
    "he is twelve, it's his hip",
    "my 4 year old is limping",
    "My daughter is 9 and her knee hurts",
    "I'm 14 and my hip hurts after football",
    "he's 12, sore groin",
    "my seven year old won't walk",
    "Son aged 11 with a sore hip",
    "my 10-yr-old has hip pain",
    "13yo with hip pain",
    "our toddler is limping",
    "my grandson is hobbling",
    "my lad has been limping since PE at school",
    "she is 15 and has thigh pain",
    "he's only in P4 and his thigh is sore",
    "our Ella in 6th grade keeps limping",
    "she's in year 8 and her hip hurts",
]

ADULT = [
    ("I'm 34 and my hip clicks", False),
    ("58 year old, sore hip", False),
    ("I am 71", True),
    ("I'm seventy-six and a bit stiff", True),
    ("my dad turned sixty last month and his hip aches", False),
    ("I shall be ninety in May, so what do you expect", True),
    ("he will be 81 next week", True),
    ("My mum is 83 and her hip aches", True),
    ("aged 65 with a stiff hip", True),
    ("turned 50 last week and my hip hurts", False),
    ("42F hip pain", False),
    ("just turned 80", True),
    ("my son is 30 and his hip aches", False),
    ("I'm 64, nearly there", False),
    ("I'm <NAME>, 68. My left hip niggles", True),
    ("This is <NAME> here, 54 and fit, sore hip", False),
    ("my name is <NAME> aged 71", True),
    ("male, 72, stiff hip", True),
    ("which painkiller for my mother 81 years", True),
    ("I'm nearly 60 and my hip aches", False),
]


UNDER_16 += ["i'm almost 16, sore hip", "I turn 16 in May and my hip clicks", "am 14 and it hurts after PE"]


@pytest.mark.parametrize("text", UNDER_16)
def test_a_child_is_under_16(text: str) -> None:
    assert facts(text).get("under_16") is True


@pytest.mark.parametrize(("text", "over_65"), ADULT)
def test_an_adults_age_says_both_that_they_are_no_child_and_whether_they_are_65(
    text: str, over_65: bool
) -> None:
    found = facts(text)
    assert found.get("under_16") is False
    assert found.get("over_65") is over_65


@pytest.mark.parametrize(
    "text",
    [
        "my hip replacement is 12 years old",
        "my car is 10 years old",
        "it hurts after 10 minutes",
        "when I was 12 I broke my arm",
        "I can walk 5 miles",
        "pain is 6 out of 10",
        "is 8 weeks too long to wait",
        "at 10 am it is worst",
        "I do 10 reps",
        "hurt it carrying my toddler upstairs",
        "my dog is 9 years old and pulls",
        "I weigh 14 stone",
        "My son says I should see a physio about my hip",
        "My granddaughter is 9 and typed this for me. My hip aches on the stairs.",
        "my metal hip is seven years old and clicks",
        "new hip, 8 years old, sore when I set off",
        "the pain is 7 out of 10 now",
        "is 12 mins on the bike a good start",
        "I ran after my 4 year old and now my hip is sore",
        "my puppy is limping, she's 1 and it is her hip",
        "my daughter lives abroad, and I have had this sore hip",
        "my son is 17 and his hip clicks",
        "my grandson, 16, has hip pain after rugby",
    ],
)
def test_other_numbers_and_children_in_passing_make_nobody_a_child(text: str) -> None:
    assert facts(text).get("under_16") is not True


@pytest.mark.parametrize(
    "text", ["pensioner with a sore hip", "I'm in my seventies", "my nan slipped in the bath"]
)
def test_old_age_in_words_is_an_age(text: str) -> None:
    assert facts(text).get("over_65") is True


def test_fifteen_is_a_child_and_sixteen_is_not() -> None:
    assert facts("I'm 15 years old")["under_16"] is True
    assert facts("I'm 16 years old")["under_16"] is False


@pytest.mark.parametrize(
    "text",
    [
        "it has hurt since 9th grade",
        "I walk at eighty steps a minute",
        "hold it at thirty seconds?",
        "I'm twenty weeks pregnant",
    ],
)
def test_a_number_or_a_class_long_ago_is_no_age(text: str) -> None:
    assert not {"under_16", "over_65"} & set(facts(text))


@pytest.mark.parametrize(
    "text",
    [
        "I'm 27 weeks, by the way",
        "she's 31 weeks and her hip aches",
        "I'm 12 weeks",
        "seven months gone and my hips ache",
    ],
)
def test_so_many_weeks_along_is_a_pregnancy_and_no_duration(text: str) -> None:
    told = facts(text)
    assert told.get("pregnant") is True
    assert "chronic" not in told


@pytest.mark.parametrize(
    "text", ["I'm 6 weeks post op", "I'm 9 weeks into my rehab", "I'm 5 weeks after surgery"]
)
def test_so_many_weeks_after_something_is_no_pregnancy(text: str) -> None:
    assert "pregnant" not in facts(text)


def test_an_age_between_commas_is_no_duration() -> None:
    told = facts("slipped in the shower two weeks ago, 68 yrs, still sore")
    assert told.get("over_65") is True
    assert told.get("chronic") is False


def test_a_childs_own_complaint_still_makes_it_the_childs() -> None:
    assert facts("My granddaughter is 9 and limps. I have a bad hip myself.").get("under_16") is True


@pytest.mark.parametrize(
    "text",
    [
        "I'm 27 weeks pregnant by the way",
        "I am 12 weeks post op",
        "7/10",
        "it's a 7 out of 10",
        "11 stone",
        "about 3 months",
        "2 times a week",
    ],
)
def test_asked_for_an_age_a_number_of_something_else_is_none(text: str) -> None:
    assert {"under_16", "over_65"}.isdisjoint(facts(text, "under_16"))


@pytest.mark.parametrize(("text", "over_65"), [("72", True), ("45 yrs", False), ("he's 80 next month", True)])
def test_asked_for_an_age_a_bare_number_is_one(text: str, over_65: bool) -> None:
    held = facts(text, "under_16")
    assert (held["under_16"], held["over_65"]) == (False, over_65)


@pytest.mark.parametrize("text", ["pain is 4 or 5", "I have 2 kids", "about 6", "it began when I was 11"])
def test_asked_for_an_age_a_small_number_is_one_only_alone(text: str) -> None:
    assert "under_16" not in facts(text, asked="under_16")


@pytest.mark.parametrize("text", ["12", "he's 9", "nearly 14", "my daughter, 7", "8 years old", "a boy of 5"])
def test_asked_for_an_age_a_childs_age_is_one(text: str) -> None:
    assert facts(text, asked="under_16")["under_16"] is True


def test_who_says_that_they_are_no_child_is_none() -> None:
    assert after("I'm 52 and not a child", {"under_16": True})["under_16"] is False
    assert after("I'm 52, what should I do", {"under_16": True})["under_16"] is True


@pytest.mark.parametrize(
    "text",
    [
        "12,000 steps with a sore hip, too many?",
        "my daughter reckons a sore hip needs rest",
        "it began at my son's wedding, this hip",
        "it has hurt since I was pregnant with my second, he's in year 3",
        "my hip has hurt since when I was in year 7, I'm at college",
        "does my dog have a bad hip, he's a 4 year old",
    ],
)
def test_a_child_that_is_not_asked_for_makes_nobody_a_child(text: str) -> None:
    assert facts(text).get("under_16") is not True
