"""What a visitor says is so: the fact is found in everyday words."""

from __future__ import annotations

import pytest

from bot.understanding.assertion import Assertion
from tests.understanding.reading import assertion, facts


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I came a cropper on the wet leaves this morning", "injury"),
        ("knocked my left hip on the table", "injury"),
        ("tripped over the dog and landed on my side", "injury"),
        ("I did slip on the kitchen floor on Monday", "injury"),
        ("my knee went and I hit the ground", "injury"),
        ("missed the last step in the dark", "injury"),
        ("my dog pulled me over in the park", "injury"),
        ("I can't put my foot to the floor", "cannot_weight_bear"),
        ("she can't even make it to the toilet with that hip", "cannot_weight_bear"),
        ("I can't stand up on that leg at all", "cannot_weight_bear"),
        ("my foot is pointing the wrong way", "leg_deformity"),
        ("that leg looks shorter than the other one", "leg_deformity"),
        ("everything is numb between my legs", "saddle_numbness"),
        ("I can't feel it when I wipe", "saddle_numbness"),
        ("I can't pee since last night", "bladder_bowel_change"),
        ("both my legs have gone weak", "both_legs_weak"),
        ("I'm struggling to breathe", "breathless"),
        ("he's puffing just getting out of bed", "breathless"),
        ("there is a tight pain in my chest", "chest_pain"),
        ("I am coughing up blood", "coughing_blood"),
        ("my foot is ice cold and white", "leg_cold_pale"),
        ("my calf is swollen and sore", "calf_swelling"),
        ("I have a fever of 39", "fever"),
        ("I feel hot and shivery", "fever"),
        ("the hip is red hot and swollen", "hot_swollen"),
        ("the scar is leaking pus", "wound_problem"),
        ("my left testicle is killing me", "testicle_pain"),
        ("I came off a double decker bus and my hip hurts", "injury"),
        ("five weeks ago it began, the doctor gave me nothing, no better", "not_better_with_care"),
        ("I had three weeks of time off work with it", "stops_normal_tasks"),
        ("there's a lump in my groin", "groin_lump"),
        ("I'm 20 weeks pregnant", "pregnant"),
        ("my period is two weeks late", "late_period"),
        ("I was treated for breast cancer", "cancer_history"),
        ("I take warfarin", "blood_thinners"),
        ("I have osteoporosis", "fragile_bones"),
        ("it wakes me every night", "wakes_at_night"),
        ("it's getting worse every day", "getting_worse"),
        ("my leg keeps giving way", "giving_way"),
        ("the hip locks when I stand up", "locking"),
        ("I have pins and needles down my leg", "leg_numb"),
        ("my foot keeps dragging on the ground", "foot_drop"),
        ("the pain is unbearable", "severe_pain"),
        ("I've lost two stone without trying", "weight_loss"),
        ("I wake up drenched in sweat", "night_sweats"),
        ("I want to end my life", "suicidal"),
        ("I took too many tablets", "overdose"),
        ("I've gone blind in one eye", "sight_loss"),
        ("been sick 5 times since lunch", "vomiting"),
        ("my head has been pounding since Tuesday", "new_headache"),
        ("I limp", "limp"),
        ("it pinches at the front when I bend", "pinching"),
        ("it burns when I pee", "urinary_symptoms"),
        ("a tearing pain went through my back", "tearing_pain"),
        ("I had hip surgery in the spring", "hip_surgery"),
    ],
)
def test_the_fact_is_found(text: str, fact: str) -> None:
    assert assertion(text, fact) is Assertion.affirmed
    assert facts(text)[fact] is True


@pytest.mark.parametrize(
    "text",
    [
        "is walking good for my hip",
        "what time do you open on fridays",
        "thank you, that helps",
        "hello",
        "which exercise should I start with",
        "where do I park",
        "does arthritis show on an x-ray",
    ],
)
def test_a_plain_question_establishes_nothing(text: str) -> None:
    assert facts(text) == {}


def test_two_facts_in_one_breath_are_both_found() -> None:
    found = facts("I fell off my bike and now I can't stand on my right leg")
    assert found["injury"] is True
    assert found["cannot_weight_bear"] is True


@pytest.mark.parametrize(
    "text",
    [
        "fell asleep in the chair and woke up stiff",
        "I fell for an old joke, sorry",
        "I crash on the couch every evening, hip is sore then",
        "sent that by accident, my hip aches",
        "we had a fall out over money",
        "spring and fall are the worst for my joints",
        "I popped round to the neighbours and it began to ache",
    ],
)
def test_words_that_only_sound_like_a_fall_or_a_pop_are_neither(text: str) -> None:
    assert not {"injury", "hip_pop"} & set(facts(text))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I collapsed onto the sofa after the shopping", "collapse"),
        ("the grandchildren leave me breathless", "breathless"),
        ("only my calf is swollen and sore, on that side", "hot_swollen"),
    ],
)
def test_words_of_tiredness_and_of_another_part_are_no_such_sign(text: str, sign: str) -> None:
    assert sign not in facts(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("only since our fishing trip in May", "injury"),
        ("nothing fell on me", "injury"),
        ("a horse threw me back in '88 and my hip has ached since", "injury"),
        ("an ache like a hot poker in my hip", "hot_swollen"),
        ("how much pain is too much when I stretch?", "severe_pain"),
        ("I can hardly bend down to do my laces", "cannot_move_leg"),
        ("my wife says I'm talking nonsense, it's been a year", "confusion"),
        ("they popped a new hip in", "hip_pop"),
        ("do I pop my ankle over the knee", "hip_pop"),
        ("this hip has been rotten", "unwell"),
    ],
)
def test_words_of_a_sign_in_another_sense_are_no_sign(text: str, fact: str) -> None:
    assert facts(text).get(fact) is not True


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("sore since a bad trip on the stairs", "injury"),
        ("my hip is hot and puffy", "hot_swollen"),
        ("the pain is too much", "severe_pain"),
        ("I can't bend my leg", "cannot_move_leg"),
        ("he's hot and talking nonsense", "confusion"),
        ("I heard a pop in my hip", "hip_pop"),
        ("I've been rotten all week", "unwell"),
        ("my mum's been really poorly", "unwell"),
    ],
)
def test_the_same_words_in_their_own_sense_are(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True


def test_walking_normally_in_a_list_is_a_leg_that_takes_weight() -> None:
    assert facts("no falls, no fever, walking normally, 3/10").get("cannot_weight_bear") is False
