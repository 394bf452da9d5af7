"""Facts across turns: playing down lowers nothing, correcting the fact does."""

from __future__ import annotations

import pytest

from bot.advice.content import content
from bot.advice.triage import assess
from bot.advice.vocabulary import Urgency
from tests.understanding.reading import after, hear

FELL = {"injury": True, "cannot_weight_bear": True}


@pytest.mark.parametrize(
    "text",
    [
        "it's probably nothing",
        "I'm sure it's fine",
        "my wife says I'm making a fuss",
        "no need to worry about me",
        "it isn't that bad really",
        "I don't want to bother anybody",
        "forget about the hospital, I just want exercises",
        "I'll walk it off",
        "no pain no gain",
        "no",
        "it's only a bruise I think",
        "I can stand it",
    ],
)
def test_playing_down_keeps_the_facts_and_the_tier(text: str) -> None:
    known = after(text, FELL, last_turn=("injury", "cannot_weight_bear"), intent="play_down")
    assert known["injury"] is True
    assert known["cannot_weight_bear"] is True
    assert assess(known, (), content()).urgency is Urgency.emergency


@pytest.mark.parametrize(
    ("text", "known", "fact"),
    [
        ("sorry, that was wrong, I have not had a fall", {"injury": True}, "injury"),
        ("correction: I don't have a fever", {"fever": True}, "fever"),
        ("my mistake, I am not pregnant", {"pregnant": True}, "pregnant"),
        (
            "I meant to say I can stand on it, I was wrong before",
            {"cannot_weight_bear": True},
            "cannot_weight_bear",
        ),
        ("oh I misread that, no swelling in my calf", {"calf_swelling": True}, "calf_swelling"),
    ],
)
def test_correcting_a_fact_takes_it_back(text: str, known: dict[str, object], fact: str) -> None:
    assert after(text, known, last_turn=(fact,)).get(fact) is False


def test_without_a_word_of_correction_a_denial_takes_nothing_back() -> None:
    assert after("I have no fever", {"fever": True})["fever"] is True


@pytest.mark.parametrize("text", ["ten DAYS, stupid phone", "ten days, autocorrect!", "not years, ten days"])
def test_a_slip_of_the_keyboard_is_corrected_by_the_right_span(text: str) -> None:
    assert after(text, {"chronic": True})["chronic"] is False


def test_what_was_unknown_may_be_denied() -> None:
    assert after("I have no fever", {})["fever"] is False


@pytest.mark.parametrize(
    "text",
    [
        "sorry, that was my sister, not me",
        "not me, my neighbour",
        "that was about my friend",
        "it was my mum who had it, not me",
    ],
)
def test_what_was_somebody_elses_is_taken_back(text: str) -> None:
    known = {"hip_replacement": "own"}
    assert after(text, known, last_turn=("hip_replacement",))["hip_replacement"] == "other_person"


def test_taking_back_what_is_named_leaves_the_other_facts() -> None:
    known = {"chronic": True, "injury": True}
    left = after("ignore what I said about the fall", known, last_turn=("injury",), intent="correction")
    assert left["injury"] is False
    assert left["chronic"] is True


@pytest.mark.parametrize(
    "text",
    ["ignore that, that was wrong", "forget I said anything", "forget the fall", "scratch that please"],
)
def test_taking_back_without_saying_what_is_true_takes_nothing_back(text: str) -> None:
    assert after(text, {"injury": True}, last_turn=("injury",), intent="correction")["injury"] is True


@pytest.mark.parametrize(
    "text",
    [
        "that was my husband who told me to write",
        "it's my wife who wants me to ask",
        "that was my daughter saying I must ask",
        "that's my mum worrying again",
    ],
)
def test_a_relative_who_only_spoke_takes_no_fact_over(text: str) -> None:
    assert after(text, {"injury": True}, last_turn=("injury",))["injury"] is True


def test_correcting_a_fact_takes_back_the_suspicion_that_rests_on_it() -> None:
    settled = hear(
        "sorry, I was wrong, my calf is not swollen",
        {"calf_swelling": True, "suspected_flags": ["leg_clot"]},
        last_turn=("calf_swelling", "leg_clot"),
        intent="correction",
    )
    assert settled.facts["calf_swelling"] is False
    assert "leg_clot" not in settled.suspected


def test_waving_an_alarm_away_without_naming_the_fact_keeps_it() -> None:
    settled = hear(
        "ignore that, that was wrong",
        {"suspected_flags": ["leg_clot"]},
        last_turn=("leg_clot",),
        intent="correction",
    )
    assert "leg_clot" in settled.suspected


def test_a_high_score_is_not_talked_down_but_may_be_corrected() -> None:
    assert after("it's 3 out of 10", {"pain_score": 8.0})["pain_score"] == 8
    assert after("sorry, I meant 3 out of 10", {"pain_score": 8.0})["pain_score"] == 3


def test_a_worse_score_always_counts() -> None:
    assert after("now it's 9 out of 10", {"pain_score": 3.0})["pain_score"] == 9


def test_an_own_replacement_is_not_forgotten_for_a_planned_one() -> None:
    known = {"hip_replacement": "own"}
    assert after("I might need a hip replacement on the other side", known)["hip_replacement"] == "own"
    assert after("my mum had a hip replacement too", known)["hip_replacement"] == "own"


def test_the_answer_to_the_question_just_put_counts() -> None:
    assert after("no", {}, asked="injury")["injury"] is False


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"injury": True}, "now I can't put any weight on it"),
        ({"hip_replacement": "own"}, "the leg suddenly looks shorter"),
        ({"fever": True}, "and I can't walk on it any more"),
        ({"pregnant": True}, "I am bleeding"),
        ({"cancer_history": True}, "my legs are getting weak"),
        ({"cannot_weight_bear": True}, "I should say that I fell this morning"),
        ({"groin_lump": True}, "I keep being sick"),
    ],
)
def test_a_fact_of_an_earlier_turn_completes_an_emergency(first: dict[str, object], then: str) -> None:
    settled = hear(then, first)
    assert settled.intent == "emergency"
    assert assess({**first, **settled.facts}, settled.suspected, content()).urgency is Urgency.emergency


def test_an_emergency_stays_one_in_every_later_turn() -> None:
    assert hear("is walking good?", FELL, intent="walking").intent == "emergency"
    assert hear("thanks", FELL, intent="thanks").intent == "emergency"


def test_a_same_day_case_leads_only_when_it_is_new() -> None:
    assert hear("my calf is swollen").intent == "urgent"
    assert hear("is walking good?", {"calf_swelling": True}, intent="walking").intent == "walking"


def test_starting_again_is_possible_in_an_emergency() -> None:
    assert hear("start again", FELL, intent="start_over").intent == "start_over"


def test_it_is_sore_tells_of_a_lump_only_where_there_is_one() -> None:
    assert "lump_changed" not in hear("it hurts when I walk").facts
    assert hear("it is hard and sore", {"groin_lump": True}).facts["lump_changed"] is True
    assert hear("there's a lump in my groin and it hurts").facts["lump_changed"] is True


def test_a_milder_report_of_a_known_fact_lowers_nothing() -> None:
    known = {"hip_replacement": "own", "chronic": True, "fever": True}
    assert after("no fever now, hardly any pain", known) == known


@pytest.mark.parametrize(
    "text",
    [
        "oh wait, that was my shoulder, sorry",
        "sorry, shoulder replacement",
        "my mistake, it was the knee they replaced",
        "no wait, I meant knee",
    ],
)
def test_an_operation_on_another_joint_takes_the_hip_replacement_back(text: str) -> None:
    known = {"hip_replacement": "own", "replacement_loose": True}
    left = after(text, known, last_turn=("hip_replacement", "replacement_loose"), intent="correction")
    assert left["hip_replacement"] == "negated"
    assert left["replacement_loose"] is False


@pytest.mark.parametrize("text", ["sorry, my knee hurts too", "sorry, I also had a knee replacement"])
def test_another_joint_beside_the_replaced_hip_takes_nothing_back(text: str) -> None:
    known = {"hip_replacement": "own"}
    assert after(text, known, last_turn=("hip_replacement",))["hip_replacement"] == "own"


@pytest.mark.parametrize(
    "text",
    [
        "only for about a fortnight",
        "actually it has only been 3 weeks",
        "no, it's just been since last week",
    ],
)
def test_a_shorter_time_with_only_corrects_a_longer_one(text: str) -> None:
    assert after(text, {"chronic": True})["chronic"] is False


def test_a_shorter_time_alone_does_not() -> None:
    assert after("it hurts more for 3 days", {"chronic": True})["chronic"] is True


def test_the_exercise_that_was_asked_for_is_taken_up_again_when_what_barred_it_is_corrected() -> None:
    known = {"chronic": True, "last_topics": ["exercise_howto:hip_flexion"]}
    heard = hear("sorry, I meant 4 weeks not 4 months", known, intent="correction")
    assert heard.facts["chronic"] is False
    assert heard.topics == ("exercise_howto:hip_flexion",)


def test_a_correction_that_leaves_a_bar_takes_up_no_exercise() -> None:
    known = {"chronic": True, "hip_replacement": "own", "last_topics": ["exercise_howto:hip_flexion"]}
    assert hear("sorry, I meant 4 weeks not 4 months", known, intent="correction").topics == ()
