"""Yes, no, a number, a word: read in the light of the safety question that was put."""

from __future__ import annotations

import pytest

from bot.advice.exercise_gate import SAFETY_QUESTIONS
from tests.understanding.reading import facts, hear

YES = ["yes", "Yes.", "yeah", "yep", "aye", "I have", "afraid so", "yes I am", "YES!!", "i think so"]
NO = ["no", "No.", "nope", "nah", "never", "none", "no I haven't", "not at all", "i don't think so", "NO"]


@pytest.mark.parametrize("question", ["injury", "any_warning_sign", "pregnant"])
@pytest.mark.parametrize("text", YES)
def test_yes_to_a_yes_or_no_question(question: str, text: str) -> None:
    assert facts(text, question).get(question) is True


@pytest.mark.parametrize("question", ["injury", "any_warning_sign", "pregnant"])
@pytest.mark.parametrize("text", NO)
def test_no_to_a_yes_or_no_question(question: str, text: str) -> None:
    assert facts(text, question).get(question) is False


@pytest.mark.parametrize(
    "text", ["yes", "yes I can", "I can", "just about", "with a stick", "mostly", "yeah with a limp"]
)
def test_yes_to_can_you_stand_means_that_they_can(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is False


@pytest.mark.parametrize(
    "text",
    ["no, I can stand on it", "no I can walk fine", "nope, it takes my weight", "no, walking on it okay"],
)
def test_a_no_with_more_behind_it_means_what_is_behind_it(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is False


@pytest.mark.parametrize(
    "text",
    [
        "no, I can hardly stand",
        "no I can't walk on it",
        "no, I can't put weight on it",
        "nope it won't hold me",
        "no, it won't take my weight",
    ],
)
def test_a_no_that_says_so_twice_is_a_no(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is True


@pytest.mark.parametrize(
    "text",
    ["no", "no I can't", "I can't", "not at all", "nope", "can't stand on it", "can't really", "barely"],
)
def test_no_to_can_you_stand_means_that_they_cannot(text: str) -> None:
    assert facts(text, "cannot_weight_bear").get("cannot_weight_bear") is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "own"),
        ("yes, in 2019", "own"),
        ("no", "negated"),
        ("never", "negated"),
        ("no, none", "negated"),
        ("it's planned for the spring", "considering"),
    ],
)
def test_a_replacement(text: str, value: str) -> None:
    assert facts(text, "hip_replacement").get("hip_replacement") == value


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
@pytest.mark.parametrize("text", ["yes", "no", "7", "maybe", "why do you ask?", "I don't know", "banana"])
def test_a_short_answer_settles_no_other_question_of_the_check(question: str, text: str) -> None:
    others = set(facts(text, question)) & set(SAFETY_QUESTIONS) - {question}
    assert others == set()


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
@pytest.mark.parametrize(
    "text",
    [
        "why do you ask?",
        "I don't know",
        "banana",
        "what does that mean?",
        "hmm",
        "not sure",
        "no idea",
        "can't remember",
    ],
)
def test_what_is_no_answer_settles_nothing(question: str, text: str) -> None:
    assert facts(text, question) == {}


def test_more_than_a_yes_says_more() -> None:
    found = facts("yes, I fell yesterday and I can't stand on it", "injury")
    assert found["injury"] is True
    assert found["cannot_weight_bear"] is True


def test_a_yes_to_the_warning_signs_may_name_one() -> None:
    found = facts("yes, my calf is swollen", "any_warning_sign")
    assert found["calf_swelling"] is True


def test_without_a_question_a_yes_says_nothing() -> None:
    assert facts("yes") == {}
    assert facts("no") == {}


@pytest.mark.parametrize(
    "text",
    [
        "yes please",
        "Yes",
        "ok",
        "okay go on then",
        "yes thanks",
        "yeah that would be good",
        "sure, why not",
        "aye",
    ],
)
def test_yes_takes_what_was_offered(text: str) -> None:
    assert hear(text, {"offered": ["start_check"]}, intent="follow_up").intent == "start_check"
    chosen = hear(text, {"offered": ["walking", "none_of_these"]}, intent="nlu_fallback")
    assert chosen.topics == ("walking",)


@pytest.mark.parametrize(
    "text", ["ok thanks", "ok bye", "fine thanks", "yes but it hurts", "ok where are you", "right"]
)
def test_thanks_and_more_than_a_yes_start_nothing(text: str) -> None:
    assert hear(text, {"offered": ["start_check"]}).intent != "start_check"


def test_yes_without_an_offer_starts_nothing() -> None:
    assert hear("yes please", {}, intent="affirm").intent == "affirm"
    assert hear("yes please", {"offered": []}, intent="affirm").intent == "affirm"


@pytest.mark.parametrize(
    ("text", "topic"),
    [("the first one", "walking"), ("2", "causes"), ("second please", "causes"), ("the last", "causes")],
)
def test_a_number_picks_from_the_choices(text: str, topic: str) -> None:
    offered = ["walking", "causes", "none_of_these"]
    assert hear(text, {"offered": offered}, intent="follow_up").topics == (topic,)


def test_a_number_beyond_the_choices_and_no_to_all_of_them_pick_none() -> None:
    offered = ["walking", "causes", "none_of_these"]
    assert hear("4", {"offered": offered}, intent="answer").topics == ()
    assert hear("no", {"offered": offered}, intent="deny").intent == "none_of_these"


def test_a_yes_that_tells_of_an_emergency_is_one() -> None:
    heard = hear("yes, I fell and I can't stand on it", {"offered": ["start_check"]}, intent="affirm")
    assert heard.intent == "emergency"


def test_a_bare_number_that_nobody_asked_for_is_not_understood() -> None:
    heard = hear("4", {"last_topics": ["walking"]}, intent="follow_up")
    assert (heard.intent, heard.topics, heard.facts) == ("nlu_fallback", (), {})


@pytest.mark.parametrize(
    "text",
    [
        "no but it was pinned when I fell off the roof",
        "yes, keyhole surgery to mend the labrum",
        "not replaced, just a plate and screws",
    ],
)
def test_another_operation_told_where_a_replacement_is_asked_for_is_hip_surgery(text: str) -> None:
    told = facts(text, "hip_replacement")
    assert told["hip_replacement"] == "negated"
    assert told["hip_surgery"] is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes, it was replaced when the pins failed", "own"),
        ("no pins or plates either", "negated"),
        ("no, it was never pinned", "negated"),
    ],
)
def test_where_a_replacement_is_asked_for_no_other_operation_is_made_up(text: str, value: str) -> None:
    told = facts(text, "hip_replacement")
    assert told["hip_replacement"] == value
    assert "hip_surgery" not in told


def test_weeks_after_the_question_of_a_pregnancy_are_those_of_the_pregnancy() -> None:
    heard = facts("yes, 22 weeks", asked="pregnant")
    assert heard["pregnant"] is True
    assert "chronic" not in heard


def test_a_number_of_weeks_is_no_score() -> None:
    assert "pain_score" not in facts("2 weeks", asked="pain_score")


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        # who and how old
        ("under_16", "15. me", True),
        ("under_16", "son, eleven, plays rugby", True),
        ("under_16", "my grandson. I'm 68 and minding him, he's only five", True),
        ("under_16", "little man's 7", True),
        ("under_16", "for my wife, early sixties", False),
        ("under_16", "44f", False),
        ("under_16", "he's 4 years older than me", None),
        # an injury
        ("injury", "y", True),
        ("injury", "n", False),
        ("injury", "it just came on by itself", False),
        ("injury", "I broke it in 1990, healed, nothing since", False),
        ("injury", "a van rear ended me on Friday", True),
        # whether it takes weight
        ("cannot_weight_bear", "no trouble at all", False),
        ("cannot_weight_bear", "no problem walking", False),
        ("cannot_weight_bear", "hobbling but okay", False),
        ("cannot_weight_bear", "it can. I went round the block earlier", False),
        ("cannot_weight_bear", "walking is fine", False),
        ("cannot_weight_bear", "no can't put my weight on it", True),
        ("cannot_weight_bear", "no trouble until last night, now I can't stand", True),
        # warning signs
        ("any_warning_sign", "good heavens no", False),
        ("any_warning_sign", "thankfully none", False),
        ("any_warning_sign", "she hasn't got any of those", False),
        ("any_warning_sign", "why do you need to know", None),
        # a new hip
        ("hip_replacement", "both done, 2008 and 2015", "own"),
        ("hip_replacement", "the surgeon gave me a new one in May", "own"),
        ("hip_replacement", "not yet, I'm getting it in the new year", "considering"),
        ("hip_replacement", "on the waiting list since March", "considering"),
        ("hip_replacement", "my dad has one but me no", "negated"),
        ("hip_replacement", "had my knee done but nothing on the hip", "negated"),
        ("hip_replacement", "he's eight so no", "negated"),
        # a pregnancy
        ("pregnant", "certainly not", False),
        ("pregnant", "that ship has sailed", False),
        ("pregnant", "I'm 77 love", False),
        ("pregnant", "it's for my grandfather", False),
        ("pregnant", "can't rule it out", True),
        ("pregnant", "we found out last week", True),
        ("pregnant", "she's due in June", True),
        ("pregnant", "mind your own business", None),
        # how long
        ("chronic", "started in 2018 when I retired and got worse", True),
        ("chronic", "from two years ago, worse in winter", True),
        ("chronic", "only since yday", False),
        # how bad
        ("pain_score", "two sitting, six when I walk", 6),
        ("pain_score", "3 this morning, 5 by now", 5),
        ("pain_score", "between three and four", 4),
        ("pain_score", "no pain just now", 0),
        ("pain_score", "pretty bad", None),
    ],
)
def test_an_answer_in_peoples_own_words(asked: str, text: str, value: object) -> None:
    assert facts(text, asked).get(asked) == value
