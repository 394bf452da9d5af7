"""What is over, and what only began in the past."""

from __future__ import annotations

import pytest

from tests.understanding.reading import facts


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I fell off a horse ten years ago and it healed", "injury"),
        ("I broke my leg as a child", "broken_bone"),
        ("I used to have a fever every winter", "fever"),
        ("back in 2009 I had a swollen calf", "calf_swelling"),
        ("I had a lump in the groin years ago, all fixed", "groin_lump"),
        ("when I was a boy I limped", "limp"),
        ("the numbness has gone now", "leg_numb"),
        ("I was pregnant in 2015", "pregnant"),
        ("had a bad fall in 2012, no trouble since", "injury"),
        ("the fever has settled", "fever"),
        ("bit of a fever in october with a cold, long gone", "fever"),
        ("it ached for years, completely gone since the summer", "chronic"),
        ("my hip was sore for six months, all better", "chronic"),
        ("I had hip pain for a whole year but it went away", "chronic"),
        ("my hip hurt for years and it's fine now", "chronic"),
        ("my aunt had hip pain for years before she died", "chronic"),
        ("five months of groin pain went away for good, this is only since Friday", "chronic"),
        ("the bother I had for a year cleared up, then it started again on Tuesday", "chronic"),
        ("when I fractured my hip the surgeon pinned it", "broken_bone"),
    ],
)
def test_what_is_over_is_no_fact_of_today(text: str, fact: str) -> None:
    assert facts(text).get(fact) is not True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I fell yesterday", "injury"),
        ("I fell and they put me in a chair", "injury"),
        ("I broke my hip and they say it is bad", "broken_bone"),
        ("I fell over last night", "injury"),
        ("I tripped on Saturday and it still hurts", "injury"),
        ("I had cancer ten years ago", "cancer_history"),
        ("I broke this hip years ago", "avn_risk"),
        ("it has been getting worse since last year", "getting_worse"),
        ("years ago I was fine but now I can't stand on it", "cannot_weight_bear"),
        ("I used to run, today my calf is swollen", "calf_swelling"),
        ("had the left hip replaced eight years ago and now he can't stand on it", "cannot_weight_bear"),
        ("new hip in 2014 and it's swollen since tuesday", "hot_swollen"),
        ("had twins three weeks ago and my calf is huge", "calf_swelling"),
    ],
)
def test_what_began_in_the_past_and_counts_today_is_a_fact(text: str, fact: str) -> None:
    assert facts(text)[fact] is True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I'm 70 years old and I fell and can't stand", "cannot_weight_bear"),
        ("my 5 year old has a fever and won't walk", "fever"),
        ("79-year-old, hip is red and hot with a fever", "fever"),
        ("My old hip is hot and swollen", "hot_swollen"),
        ("my husband is 80 years old, he's confused", "confusion"),
    ],
)
def test_an_age_does_not_make_a_sign_old(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("my leg has been numb since 2019", "leg_numb"),
        ("my foot is cold and numb, it started in 2024", "leg_cold_pale"),
        ("the weakness in my leg began two years ago", "leg_weakness"),
    ],
)
def test_a_date_since_when_it_lasts_is_not_the_date_it_ended(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("she is always muddled, it's her dementia", "confusion"),
        ("I've been breathless for years with my COPD", "breathless"),
        ("stress incontinence for years, since the kids", "bladder_bowel_change"),
        ("motorbike crash in the eighties, my hip is stiff", "injury"),
    ],
)
def test_what_has_been_so_for_years_is_no_alarm(text: str, fact: str) -> None:
    assert facts(text).get(fact) is not True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("she has dementia but is more muddled than ever since yesterday", "confusion"),
        ("I've been breathless for years and it's suddenly worse", "breathless"),
    ],
)
def test_what_is_worse_of_late_is_one(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    "text",
    [
        "I fell off a horse in March and my hip is still sore",
        "a plate and two screws in it from a car crash",
        "she had a new hip after a fall and is doing well",
        "broke my thigh bone as a boy and they pinned it",
    ],
)
def test_an_injury_that_a_long_pain_or_an_operation_comes_from_is_no_new_one(text: str) -> None:
    assert not {"injury", "major_injury", "broken_bone"} & set(facts(text))


def test_a_new_fall_on_an_old_injury_is_one() -> None:
    assert (
        facts("I fell off a horse in March, it is still sore, and I fell again yesterday")["injury"] is True
    )


def test_not_so_much_as_denies() -> None:
    assert facts("I haven't so much as stumbled")["injury"] is False


@pytest.mark.parametrize(
    "text",
    [
        "my hip has hurt for two years and I fell down the stairs",
        "sore for ages, I slipped in the bath and it is worse",
        "bad since March and I tripped over the cat",
        "I fell on the path, the hip has been stiff for years",
    ],
)
def test_a_fall_beside_a_long_pain_is_a_new_one(text: str) -> None:
    assert facts(text)["injury"] is True


@pytest.mark.parametrize(
    "text", ["I fell off my bike in March", "as a girl I broke my leg", "I fell hard in 2014"]
)
def test_the_time_of_an_injury_makes_it_old(text: str) -> None:
    assert not {"injury", "major_injury", "broken_bone"} & set(facts(text + " and my hip still hurts"))


def test_this_year_is_not_long_ago() -> None:
    assert facts("I fell hard in 2026")["injury"] is True
