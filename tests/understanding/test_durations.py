"""How long it has hurt, in any wording: three months or more is chronic (on Monday, 23 November 2026)."""

from __future__ import annotations

import pytest

from tests.understanding.reading import facts

CHRONIC = [
    "do you take people who've had hip trouble for six years",
    "what would make a hip hurt for half a year",
    "it started hurting the year I retired, five years back",
    "I've had a bad hip most of my working life",
    "after two years of pain, is it worth an injection",
    "it started when I was carrying my eldest and he's 30 now",
    "arthritis in the hip, diagnosed 2003",
    "both have ached since sophomore year and I'm 26",
    "mum's hip has hurt since she turned 75 and she's 79 now",
    "my left hip has hurt on and off since I moved five years ago",
    "for half a year now it pinches when I row",
    "it has given me gyp ever since I changed buses, which is four summers back now",
    "is swimming any use if it's been stiff for three years",
    "does heat help when my hip has been bad for a year",
    "why is this hip still at it after seven months",
    "my hip clicks and has done for ten years",
    "three monsoons now with this hip",
    "I gave up the milk round five years ago when my hip packed in",
    "four years of pain and they talk of an operation",
    "I first felt it at my cousin's wedding in April and it never left",
    "can't remember the last time my hip was right",
    "hip started playing up round about easter",
    "it came on about christmas time",
    "I've had hip pain for two years",
    "ever since I gave up the shop 3 years back my hip has ached",
    "it came on just after my 50th and I'm 54 now",
    "my hip has hurt for 3 months",
    "three months of groin pain",
    "it's been sore for about four months now",
    "hip pain, 6 months",
    "six months of this",
    "it's been a year",
    "nearly a year of hip pain",
    "over a year now",
    "a year and a half of pain",
    "18 months of aching",
    "my hip has been bad for a couple of years",
    "it has ached for a few years",
    "several years of pain",
    "on and off for years",
    "for years",
    "years and years of hip trouble",
    "for months now",
    "months and months",
    "it has gone on for ages",
    "donkey's years",
    "I have had this for as long as I can remember",
    "since my twenties",
    "since I was a teenager it has ached",
    "since Christmas",
    "ever since last Christmas my hip hurts",
    "since Easter",
    "since January",
    "since March it has hurt",
    "since June",
    "it started in February",
    "since 2019",
    "since 2024 my hip aches",
    "it began in 2021",
    "since last year",
    "since last winter",
    "since the spring",
    "since before covid",
    "since lockdown",
    "12 weeks of pain and 14 weeks of limping",
    "it has hurt for 14 weeks",
    "twenty weeks of pain",
    "100 days of pain",
    "chronic hip pain",
    "long-standing hip pain",
    "a long term hip problem",
    "half a year of pain",
    "two and a half years",
    "it started five months ago",
    "the pain came on 2 years ago",
    "it first hurt about ten months ago",
    "3-4 months",
    "4+ months",
    "decades of pain",
    "hurting for 2yrs",
    "6 mths of pain",
    "my hip's been sore since summer 2024",
    "my hip has hurt since last Christmas",
    "going on 2 yrs",
    "3mths",
    "nigh on a year of this",
    "getting on for four months",
    "coming up to three months now",
    "on off 10 years",
    "my hip has ached since August",
    "since the end of July it has been sore",
    "since mid July",
    "90 days",
    "Pain since my hip replacement in 2015",
    "hip aching since I retired in 2021",
    "it started when I was pregnant, 3 years ago the pain began",
    "it has hurt ever since the floods, and that was 2021",
    "my hip has ached since we got the puppy, that's four years now",
    "sore since my boy was born and he's twelve now",
    "I was 44 when the hip began to ache and I'm 51 now",
    "my hip first hurt when I was 60, I've just turned 66",
    "less than a year, maybe ten months",
    "two years, it went away after physio, now it's back",
    "I've put up with it all my life",
    "I've walked with a limp all my life",
    "started on 2 May",
    "it was fine until the move in February",
    "knees bad for years and the hip for two years",
    "my hip has hurt for three years and it flared up again on Sunday",
]
NOT_CHRONIC = [
    "since the weekend mate, sore after shifting my daughter's piano",
    "a twinge, maybe five days",
    "foot drags since tuesday and my bum aches",
    "still sore 4 days after a long hike",
    "tweaked it at aqua class on weds",
    "my nan had it for ten years, me one week of hip pain",
    "stiff hip since wknd digging",
    "carried crates all day yesterday, hip like concrete",
    "slipped on wet leaves yesterday but the groin only nags a bit",
    "moved the sofa last night omg my hip",
    "four days ago I dig the garden, now hip hurts",
    "thigh sore since tuesdays run",
    "our baby came in april. my hip has been sore for a week",
    "I play golf twice a week and have done for 15 years. about a week back my hip began to hurt",
    "her hip was replaced six years back and this past week her thigh is sore",
    "had hip pain years ago but that went, now a fresh twinge since monday",
    "it started about two weeks ago",
    "it started yesterday",
    "since this morning",
    "since last night my hip hurts",
    "it has hurt for two days",
    "three days of pain",
    "for a week",
    "a week or so",
    "two weeks of hip pain",
    "my hip has hurt for a fortnight",
    "it's been sore for 3 weeks",
    "a month of pain",
    "for about six weeks",
    "8 weeks of aching",
    "two months",
    "it came on four days ago",
    "since Saturday",
    "since last week",
    "since the weekend",
    "since last month",
    "it started at Halloween, since Halloween it aches",
    "a fortnight",
    "since bonfire night",
    "since the clocks went back",
    "12 weeks",
    "just under 3 months",
    "my hip has ached since September",
    "a month or two",
    "a good few weeks",
    "not long, a couple of days",
    "a few hours",
    "after the show two weekends ago my hip felt tight",
    "my hip has been sore not even a fortnight",
    "less than two months of this ache",
    "groin pain for no more than five weeks",
    "my hip has ached since we got the puppy, that's three weeks now",
    "this hip pain is five weeks old",
    "lived in the hills and hiked all my life. The hip has been nagging for six weeks",
    "back trouble since 2011. The hip only hurts since Tuesday",
    "knees bad for years but this groin pain is ten days old",
    "the last bout was three years ago. It returned on Sunday",
    "no trouble at all until last week, then the groin began to ache",
    "this morning after breakfast it started, right side of the hip",
    "sore since half term",
    "started on 2 November",
]
NOT_SAID = [
    "how many lengths a day are too many for a hip",
    "drove a taxi 20 yrs, hips tight. What does arthritis feel like?",
    "my knee's been bad since 2009, what causes hip pain",
    "would thirty years of laying bricks have worn my hip",
    "what if one day my hip swells up",
    "I'd give my left arm for one night without that dog",
    "max dose of codeine 67 yrs",
    "she began crawling at 9 months and one hip is tight",
    "as a girl I limped for a month, fine after. Is walking good?",
    "I bowl on Saturdays and have done for thirty years",
    "my hip is a false one since 2011",
    "I was a postman for thirty years. My hip aches when I get up",
    "she was a nurse for 40 years, her hip aches",
    "I am 45 years old",
    "I'm 30 years of age and my hip aches",
    "my hip was replaced two years ago",
    "I had an operation 3 years ago",
    "hold it for 6 seconds",
    "how long should I hold the stretch?",
    "I walk for two hours every day",
    "I exercise three times a week",
    "I am 20 weeks pregnant",
    "my appointment is in two weeks",
    "I fell ten years ago",
    "my dog is 12 years old",
    "I've been married for forty years",
    "how many weeks until it gets better?",
    "will it last for months?",
    "I have worked here for five years",
    "is walking good?",
    "should I wait two weeks?",
    "no pain for years, it's fine",
    "no trouble since my hip replacement in 2015",
    "I've been swimming for 20 years",
    "I had an x-ray 2 years ago",
    "I ran for 30 minutes",
    "I work 5 days a week",
    "I run 20 miles a week",
    "stiff in the morning for half an hour and I am 60",
    "it aches for two hours after walking",
    "do it three times a day",
    "I've had a dog for 4 years",
    "I'm 6 months pregnant",
    "six months gone and my hips hurt at night",
    "they say it is 18 months on the waiting list",
    "it takes ages to get going",
    "I've been on steroids for years",
    "I've sat at a desk for fifteen years and my hip feels tight",
    "my back has been bad for ten years",
    "they gave me a ceramic hip and it has lasted twelve years so far",
    "my wife has had back trouble for years",
    "my gran suffered with her hips for thirty years. What does it feel like?",
    "the stretch takes ages to do",
    "I was 44 when the hip began to ache",
    "she was 70 when it started. What can she do?",
    "I've been at this practice with the same doctor for twenty years, is a hip check free",
    "my father has had Parkinson's for eight years and holds his hip when he walks",
    "done yoga all my life",
    "is a hip that aches for six weeks a long time? it feels like forever",
    "does pain for four months count as chronic?",
    "I've an Exeter hip from 2014 and no trouble with it",
]


@pytest.mark.parametrize("text", CHRONIC)
def test_three_months_or_more_is_chronic(text: str) -> None:
    assert facts(text).get("chronic") is True


@pytest.mark.parametrize("text", NOT_CHRONIC)
def test_less_than_three_months_is_not(text: str) -> None:
    assert facts(text).get("chronic") is False


@pytest.mark.parametrize("text", NOT_SAID)
def test_another_span_of_time_says_nothing(text: str) -> None:
    assert "chronic" not in facts(text)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("it has hurt for 10 days", False),
        ("two weeks of pain", False),
        ("it has hurt for three weeks", True),
        ("two months of pain", True),
    ],
)
def test_more_than_two_weeks_is_told_apart(text: str, long: bool) -> None:
    assert facts(text)["over_two_weeks"] is long


def test_the_longest_span_counts() -> None:
    assert facts("it flared up two days ago but I've had it for three years")["chronic"] is True


@pytest.mark.parametrize(
    ("text", "chronic"),
    [
        ("2 weeks", False),
        ("about two months", False),
        ("three months", True),
        ("a year or so", True),
        ("since Christmas", True),
        ("years", True),
        ("a few days", False),
        ("too long! two years", True),
    ],
)
def test_a_short_answer_to_how_long(text: str, chronic: bool) -> None:
    assert facts(text, "chronic").get("chronic") is chronic


@pytest.mark.parametrize(
    ("text", "chronic"),
    [
        ("he has limped for as long as I've known him", True),
        ("sore since three xmases ago", True),
        ("I've had asthma for years and my hip has hurt since yesterday", False),
        ("I've had the dog ten years and my hip is sore since monday", False),
        ("still sore after five months of rest", True),
        ("still sore after twenty minutes of walking", False),
        ("since I retired in March", True),
        ("sore since the start of this month", False),
        ("from the last six months I'm having pain in the hip", True),
        ("it has been dodgy all year, mate", True),
        ("it started hurting in early August", True),
        ("my hip is older than the dog, I've had it longer than I've had the dog", True),
    ],
)
def test_how_long_something_else_has_been_there_is_not_how_long_it_hurts(text: str, chronic: bool) -> None:
    assert (facts(text).get("chronic") is True) is chronic


@pytest.mark.parametrize(
    "text",
    [
        "my hip ached for two years after the crash, then it went away",
        "I had a sore hip for eight months as a student, no trouble since. I want to keep fit",
        "Nothing wrong with me. My husband has had a bad hip for years. How would I notice it starting?",
        "five months of hip pain the year before last, and I have been fine ever since",
        "years of hip pain are finished at last",
        "my hip was bad for most of a year after the first baby, but it settled and never came back",
        "as a boy I limped for months with this hip. Right as rain since. Can I walk with it?",
        "at college it hurt for a whole year, then nothing for ten years. What causes it?",
        "one week of this and it feels like two years",
        "a welder for thirty years so my back is gone, but the hip is new",
        "I have a titanium hip, got it three summers back",
    ],
)
def test_a_long_time_that_is_over_or_another_persons_is_not_the_visitors(text: str) -> None:
    assert facts(text).get("chronic") is not True


@pytest.mark.parametrize(
    "text", ["pelvic girdle pain, 22 weeks", "spd, 30 weeks", "pregnant, 24 weeks, hip sore"]
)
def test_how_far_a_pregnancy_is_is_not_how_long_it_hurts(text: str) -> None:
    assert "chronic" not in facts(text)


def test_the_day_of_a_relative_that_the_pain_is_counted_from_leaves_it_ones_own() -> None:
    assert facts("My hip has hurt since my daughter's wedding in August")["chronic"] is True
    assert "chronic" not in facts(
        "my mum's hip has hurt since my daughter's wedding in August and mine is fine"
    )


@pytest.mark.parametrize(
    ("text", "chronic"),
    [
        ("I twisted it on the stairs in February and it still gives me grief", True),
        ("Went over on the ice in January. It has never settled.", True),
        ("the winter before last I slid on the steps, not right since", True),
        ("sore from a long hike in mid October and it hasn't eased", False),
        ("since Diwali last year it pains", True),
        ("it has bothered her since the spring of 2024", True),
        ("a hundred and ten days of this ache", True),
        ("my dad's hip has ached since he gave up the shop six years ago", True),
        ("I had a metal hip put in, the ache came on seven months back", True),
        ("no bother for years until about four weeks ago", False),
        ("day 4 of a sore hip", False),
        ("I was painting the shed all weekend and now my hip is stiff", False),
        ("strained the hip a fortnight ago", False),
        ("her brother had his hip done and now mine has ached for fourteen months", True),
        ("My operation is booked for May and it has hurt since last summer", True),
    ],
)
def test_a_time_told_without_since_counts_when_it_has_not_gone(text: str, chronic: bool) -> None:
    assert facts(text)["chronic"] is chronic


@pytest.mark.parametrize(
    "text",
    [
        "my hip was replaced in May and I still can't bend down",
        "I saw the consultant in June and it still hurts",
        "we moved to Leeds in April and still have no doctor",
        "four months since I last wrote to you",
        "she started nursery in September and it never left, the cold I mean",
        "not one night's rest with this hip",
        "can I do it with a new hip? I've had mine since I was 61",
    ],
)
def test_a_time_of_something_that_does_not_last_is_no_time_of_pain(text: str) -> None:
    assert "chronic" not in facts(text)


def test_a_fall_yesterday_does_not_hide_the_years_before_it() -> None:
    assert facts("my hip has ached for years and I fell on it yesterday") == {"chronic": True, "injury": True}


@pytest.mark.parametrize(
    "text",
    [
        "couple days back I carried a sofa and now my hip is sore",
        "hip sore the past month",
        "limping since the ladder slipped last week",
        "a twinge in my hip that wasn't there last month",
    ],
)
def test_what_came_lately_is_not_chronic(text: str) -> None:
    assert facts(text).get("chronic") is False


@pytest.mark.parametrize(
    "text",
    ["ten years ago I moved a piano and now my hip is sore", "bionic since 2015, and it squeaks"],
)
def test_the_year_of_something_else_is_no_time_of_pain(text: str) -> None:
    assert facts(text).get("chronic") is None
