"""Questions of the kind "what if", worries and things read about are not reports."""

from __future__ import annotations

import pytest

from bot.understanding.assertion import Assertion
from tests.understanding.reading import assertion, facts

SUPPOSED = [
    ("What if I fall while doing the exercises?", "injury"),
    ("what would happen if i fell on my hip", "injury"),
    ("Can arthritis make my leg numb?", "leg_numb"),
    ("does a bad hip cause numbness in the leg", "leg_numb"),
    ("I'm worried about getting a fever", "fever"),
    ("scared of falling since my friend broke hers", "injury"),
    ("How would I know if it was infected?", "infection"),
    ("is there a risk of dislocation", "dislocated"),
    ("Do people get chest pain after sitting too long?", "chest_pain"),
    ("If I get a fever should I ring you?", "fever"),
    ("can someone with osteoporosis do these stretches", "fragile_bones"),
    ("I read about a woman whose leg went numb", "leg_numb"),
    ("what are the signs of a broken hip", "broken_bone"),
    ("How likely is a fracture at my age, say a broken hip?", "broken_bone"),
    ("will it get worse if i keep walking", "getting_worse"),
    ("the leaflet says to watch for a fever", "fever"),
    ("how do you tell if a leg is infected", "infection"),
    ("in case of a fever, who do I call", "fever"),
    ("which exercises should I avoid if I am pregnant", "pregnant"),
    ("why do hips lock up", "locking"),
    ("symptoms of a swollen calf", "calf_swelling"),
    ("what if I fall during the exercises?", "injury"),
    ("what would happen if I broke my hip?", "broken_bone"),
    ("what should I do if I fall?", "injury"),
    ("can arthritis cause numbness in the leg?", "leg_numb"),
    ("is a fever a sign of hip infection?", "fever"),
    ("how would I know if I had a blood clot in my calf?", "calf_swelling"),
    ("I'm worried that I might fall", "injury"),
    ("I'm scared of losing control of my bladder", "bladder_bowel_change"),
    ("I read about people who can't stand after surgery", "cannot_weight_bear"),
    ("does hip pain get worse in pregnancy?", "pregnant"),
    ("if my calf ever swelled would I phone you or the hospital", "calf_swelling"),
    ("if one day my hip would swell after a swim, must I stop", "hot_swollen"),
    ("in case my calf would swell after the jab, are jabs a bad idea", "calf_swelling"),
    ("suppose I got a fever, who would I call?", "fever"),
    ("which symptoms are dangerous, for example chest pain?", "chest_pain"),
    ("should people with cancer do these exercises?", "cancer_history"),
    ("how do I prevent a fall?", "injury"),
    ("do blood thinners make hip pain worse?", "blood_thinners"),
    ("could walking make my leg give way?", "giving_way"),
    ("the leaflet says to look out for a swollen calf", "calf_swelling"),
    ("what are the signs of a dislocated hip?", "dislocated"),
]

FIGURES_OF_SPEECH = [
    "I nearly died laughing when I saw the waiting list",
    "this hip will be the death of me",
    "I'm dying for a cup of tea",
    "physio costs an arm and a leg",
    "I could murder a biscuit",
    "the new leggings are to die for",
    "I nearly wet myself laughing",
    "this hip will be the death of me haha",
    "I can't stand my neighbour",
    "I fell in love with pilates",
    "I fell asleep in the chair",
    "the news was a bit of a blow",
    "I fell behind with my exercises",
]

STATEMENTS_WORDED_LIKE_QUESTIONS = [
    ("there is a lump in my groin", "groin_lump"),
    ("there is a fever as well", "fever"),
    ("it is an awful pain", "severe_pain"),
    ("I do the shopping and my leg goes numb", "leg_numb"),
    ("my hip is getting worse and my leg is numb", "leg_numb"),
    ("Another problem is that my leg gives way", "giving_way"),
    ("I need a stick and my leg gives way", "giving_way"),
    ("The pain prevents me from sleeping and my leg is numb", "leg_numb"),
    ("I am avoiding stairs because my leg gives way", "giving_way"),
    ("I am scared because I can't feel when I wipe", "saddle_numbness"),
]


@pytest.mark.parametrize(("text", "fact"), SUPPOSED)
def test_what_is_only_supposed_is_not_a_fact(text: str, fact: str) -> None:
    assert assertion(text, fact) in (Assertion.hypothetical, Assertion.other_person, None)
    assert fact not in facts(text)


@pytest.mark.parametrize(("text", "fact"), STATEMENTS_WORDED_LIKE_QUESTIONS)
def test_a_statement_that_holds_the_words_of_a_question_is_a_report(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize("text", FIGURES_OF_SPEECH)
def test_a_figure_of_speech_is_not_a_fact(text: str) -> None:
    assert True not in facts(text).values()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("What should I do, I can't stand on my leg?", "cannot_weight_bear"),
        ("why can't I feel when I wipe?", "saddle_numbness"),
        ("What do I do if my leg is numb, it's numb now", "leg_numb"),
        ("is it bad that I have a fever?", "fever"),
        ("I'm worried about my hip, I fell on it", "injury"),
        ("could it be serious? my calf is swollen", "calf_swelling"),
        ("should I worry that my calf is swollen?", "calf_swelling"),
        ("I fell yesterday, what should I do?", "injury"),
        ("is it bad that I can't feel it when I wipe?", "saddle_numbness"),
        ("why can't I stand on my leg?", "cannot_weight_bear"),
        ("I have a fever, can I still exercise?", "fever"),
        ("what do I do now that the scar is leaking pus?", "wound_problem"),
        ("could you help, I'm struggling to breathe", "breathless"),
        ("is it normal that my foot has gone cold and white?", "leg_cold_pale"),
        ("What's wrong with me, I'm breathless", "breathless"),
        ("should I worry that my foot keeps dragging", "foot_drop"),
        ("Can you help? I fell and my leg looks shorter.", "leg_deformity"),
    ],
)
def test_a_report_inside_a_question_is_still_a_report(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    "text", ["what is the point of living", "What if I took my own life, would anybody care"]
)
def test_a_cry_for_help_in_the_form_of_a_question_is_heard(text: str) -> None:
    assert facts(text).get("suicidal") is True


def test_a_condition_that_may_come_is_supposed_and_one_that_may_be_is_told() -> None:
    assert facts("If I had a tight chest and hip pain, would I ring you?").get("chest_pain") is not True
    assert facts("Supposing I had a fever, what then?").get("fever") is not True
    assert facts("could be pregnant, and bleeding a little").get("vaginal_bleeding") is True


def test_falling_in_another_sense_is_no_injury() -> None:
    for text in (
        "I fell off the wagon with my stretches",
        "a fall in the temperature and my hip stiffens",
        "sit and let your knees fall out, is that the one?",
        "crushed leg day and now my hips ache",
    ):
        assert facts(text).get("injury") is not True, text
    assert facts("a van hit me this morning").get("injury") is True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("why is my hip so hot and swollen?", "hot_swollen"),
        ("can you tell me why I can't pee", "bladder_bowel_change"),
        ("how come my calf is swollen", "calf_swelling"),
        ("should I worry that my foot drops", "foot_drop"),
        ("do you know why my leg looks shorter now", "leg_deformity"),
        ("is it serious that I can't feel anything between my legs", "saddle_numbness"),
        ("who do I call if I can't put weight on it since this morning", "cannot_weight_bear"),
    ],
)
def test_a_question_why_something_is_so_says_that_it_is(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


@pytest.mark.parametrize(
    "text",
    [
        "why do people get a fever after surgery",
        "what if my calf swells up",
        "who should I call if I ever can't stand",
        "is it cancer?",
        "I'm frightened it might be a tumour",
        "do I have cancer, do you think",
    ],
)
def test_a_general_question_or_a_fear_says_nothing(text: str) -> None:
    assert True not in facts(text).values()
