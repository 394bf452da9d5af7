"""The whole check in the visitor's own words, with answers that could not be used and with corrections."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from bot.advice.vocabulary import Urgency
from evaluation.stack import Visitor
from tests.conversations.talk import GOOD, answer, cards, facts, question, said, shows_steps, titles, urgency

Visitors = Callable[[], Visitor]
WORDS = {
    "under_16": "I'm 52",
    "injury": "no, nothing like that",
    "cannot_weight_bear": "yes I can",
    "any_warning_sign": "none of those",
    "hip_replacement": "no never",
    "pregnant": "no",
    "chronic": "about ten days",
    "pain_score": "maybe a 3",
}


def _answer(visitor: Visitor, reply: dict[str, object], words: dict[str, str]) -> dict[str, object]:
    asked: list[str] = []
    while (now := question(reply)) is not None:
        assert now not in asked, f"{now} was asked twice"
        asked.append(now)
        reply = visitor.say(words[now])
    return reply


def test_an_eligible_adult_gets_the_outcome_and_the_steps(visitor: Visitors) -> None:
    someone = visitor()
    reply = _answer(someone, someone.say("check my hip please"), WORDS)
    assert cards(reply)[0] == "outcome"
    assert urgency(reply) is Urgency.self_care
    assert shows_steps(reply)
    assert facts(reply)["pain_score"] == 3
    assert facts(reply)["chronic"] is False


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("under_16", "she's 12"),
        ("injury", "yeah I tripped on the stairs"),
        ("hip_replacement", "yes in 2019"),
        ("pregnant", "yes, 20 weeks"),
        ("chronic", "since last Christmas"),
        ("chronic", "two years"),
        ("pain_score", "6 I'd say"),
        ("pain_score", "8"),
        ("any_warning_sign", "yes, my calf is swollen"),
        ("any_warning_sign", "yes"),
        ("cannot_weight_bear", "no"),
    ],
)
def test_an_answer_in_words_that_forbids_exercise_withholds_the_steps(
    visitor: Visitors, asked: str, words: str
) -> None:
    someone = visitor()
    reply = _answer(someone, someone.say("check my hip please"), {**WORDS, asked: words})
    assert not shows_steps(reply)
    assert urgency(reply) >= Urgency.soon


def test_several_answers_in_one_sentence_are_all_taken(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("check my hip please")
    reply = someone.say("I'm 52, I've not had a fall, never had a hip replacement, pain is 2 out of 10")
    known = facts(reply)
    assert known["under_16"] is False
    assert known["injury"] is False
    assert known["hip_replacement"] == "negated"
    assert known["pain_score"] == 2
    assert question(reply) == "cannot_weight_bear"


def test_an_emergency_inside_the_check_stops_it(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say("I fell this morning and can't stand on my leg")
    assert cards(reply)[0] == "emergency"
    assert question(reply) is None
    assert urgency(someone.say("ok thanks")) is Urgency.emergency


def test_what_cannot_be_used_is_asked_again_then_choices_then_a_person(visitor: Visitors) -> None:
    someone = visitor()
    begun = someone.say("check my hip please")
    first = someone.say("hmm")
    assert content().wording["check"]["again"] in said(first)
    assert question(first) == "under_16"
    second = someone.say("hmm hmm")
    assert content().wording["check"]["choices"] in said(second)
    assert titles(second) == titles(begun)
    assert len(titles(second)) >= 2
    third = someone.say("hmm hmm hmm")
    assert content().wording["offer_person"].split(".")[0] in said(third)
    assert question(third) == "under_16"
    assert titles(third) == titles(begun)
    assert not shows_steps(someone.say("show me the leg back exercise"))


def test_i_do_not_know_is_not_taken_for_a_no(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("check my hip please")
    reply = someone.say("52")
    assert question(reply) == "injury"
    reply = someone.say("I don't know")
    assert facts(reply).get("injury") is None


def test_an_answer_may_be_corrected_inside_the_check(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say("12")
    assert facts(reply)["under_16"] is True
    reply = someone.say("sorry, I mistyped, I am 52 years old")
    assert facts(reply)["under_16"] is False
    assert urgency(reply) < Urgency.urgent


@pytest.mark.parametrize("words", ["my mum", "it's for my husband", "me"])
def test_who_it_is_for_is_an_answer_and_not_a_question_outside_the_guide(
    visitor: Visitors, words: str
) -> None:
    someone = visitor()
    someone.say("check my hip please")
    reply = someone.say(words)
    assert reply["advice"]["scope"] is None
    assert content().wording["scopes"]["out_of_scope"] not in said(reply)


def _asked(someone: Visitor, wanted: str) -> None:
    """Begins the check and answers by buttons up to the question ``wanted``."""
    reply = someone.say("check my hip please")
    while (now := question(reply)) != wanted:
        reply = answer(someone, reply, **GOOD[str(now)])


@pytest.mark.parametrize("words", ["it's for my wife", "for my dad", "my daughter"])
def test_for_whom_it_is_leads_to_their_age(visitor: Visitors, words: str) -> None:
    someone = visitor()
    _asked(someone, "under_16")
    reply = someone.say(words)
    assert content().wording["check"]["whose"] in said(reply)
    assert facts(reply)["for_relative"] is True
    assert question(reply) == "under_16"
    assert question(someone.say("58")) == "injury"


@pytest.mark.parametrize(
    ("asked", "words", "fact", "value"),
    [
        ("pregnant", "I'm a bloke haha", "pregnant", False),
        ("pregnant", "not sure, could be, I'm two weeks late", "pregnant", True),
        ("cannot_weight_bear", "sort of, with a walking stick", "cannot_weight_bear", False),
        ("pain_score", "3ish", "pain_score", 3),
        ("pain_score", "depends, 1 lying down but 9 going upstairs", "pain_score", 9),
        ("pain_score", "er, 4 in the morning and 6 by the evening", "pain_score", 6),
        ("pain_score", "was 8, down to 3", "pain_score", 8),
    ],
)
def test_a_natural_answer_is_taken(
    visitor: Visitors, asked: str, words: str, fact: str, value: object
) -> None:
    someone = visitor()
    _asked(someone, asked)
    reply = someone.say(words)
    assert facts(reply)[fact] == value
    assert question(reply) != asked


def test_a_man_is_not_asked_about_a_pregnancy(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("I'm a man, 41 years old, and my hip is a bit sore")
    reply = someone.say("check my hip please")
    while (now := question(reply)) is not None:
        assert now != "pregnant"
        reply = answer(someone, reply, **GOOD[now])


def test_a_number_without_its_unit_is_asked_for_it(visitor: Visitors) -> None:
    someone = visitor()
    _asked(someone, "chronic")
    reply = someone.say("about 4")
    assert content().wording["check"]["unit"] in said(reply)
    assert question(reply) == "chronic"
    reply = someone.say("months")
    assert facts(reply)["chronic"] is True
    assert question(reply) == "pain_score"


def test_what_is_told_early_is_thanked_for_and_nothing_is_scolded(visitor: Visitors) -> None:
    someone = visitor()
    _asked(someone, "injury")
    for words in ("it began last Monday", "ok carry on", "what's next?"):
        reply = someone.say(words)
        assert question(reply) == "injury"
        assert content().wording["check"]["again"] not in said(reply)
        assert content().wording["check"]["choices"] not in said(reply)
    assert facts(reply)["chronic"] is False


@pytest.mark.parametrize("asked", list(GOOD))
@pytest.mark.parametrize("words", ["what do you mean?", "why are you asking that"])
def test_the_check_says_its_question_in_other_words(visitor: Visitors, asked: str, words: str) -> None:
    someone = visitor()
    _asked(someone, asked)
    reply = someone.say(words)
    assert content().wording["check"]["explain"][asked] in said(reply)
    assert question(reply) == asked
    assert facts(reply).get(asked) is None


def test_the_check_can_be_left(visitor: Visitors) -> None:
    someone = visitor()
    _asked(someone, "injury")
    reply = someone.say("stop asking me things")
    assert content().wording["check"]["left"] in said(reply)
    assert question(reply) is None
    assert not shows_steps(someone.say("show me the leg back exercise"))


def test_the_exercise_that_was_wanted_stays_the_one_wanted(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("how do I do the knee lift?")
    assert question(reply) == "under_16"
    reply = someone.say("what's next")
    assert question(reply) == "under_16"
    while (now := question(reply)) is not None:
        reply = answer(someone, reply, **GOOD[now])
    assert reply["advice"]["exercises"] == ["hip_flexion"]


def test_a_list_of_answers_is_all_taken(visitor: Visitors) -> None:
    someone = visitor()
    reply = someone.say("I'm 44, no fall, can walk ok, not pregnant, pain 2. how do I do the leg back move")
    assert facts(reply)["cannot_weight_bear"] is False
    assert facts(reply)["pain_score"] == 2
    assert question(reply) == "any_warning_sign"
