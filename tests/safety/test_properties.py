"""What the assistant must never do, on random conversations: the short form of `make properties`, and that it bites."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest import mock

import pytest

from bot.advice import advise as advise_module
from bot.advice.content import load_content
from bot.advice.vocabulary import Urgency
from bot.understanding.resolve import Reading
from evaluation.core_walk import WELL, Engine, contents
from evaluation.core_walk import converse as converse_over_core
from evaluation.must_never import BANNED, RULES, Book, Seen, Watch, steps_barred
from evaluation.properties import Tally, core_chunk, page, run_stack, show
from evaluation.reference_rules import least_urgency
from evaluation.stack_walk import property_sentences

SEED = 20261123
CORE, STACK = 2_000, 15
BOOK = Book(contents()["GB"])


@pytest.mark.parametrize("part", range(4))
def test_no_rule_is_broken_in_2000_conversations_over_the_core(part):
    each = CORE // 4
    tally = core_chunk(SEED, range(part * each, (part + 1) * each))
    assert not tally.broken, tally.in_words("core", SEED)
    assert tally.conversations == each
    for situation in ("turns that showed steps", "turns at emergency", "turns at urgent", "turns at soon"):
        assert tally.counts[situation] > 50, situation


def test_no_rule_is_broken_in_15_conversations_through_the_stack(stack):
    tally = run_stack(STACK, SEED, stack.url)
    assert not tally.broken, tally.in_words("stack", SEED)
    assert tally.counts["turns that raised the tier"] > 5


def test_a_check_that_offers_a_person_still_carries_its_advice_and_its_buttons():
    engine = Engine(contents()["GB"], datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    unusable = Reading("hmm", "dont_know", topics=(), scope=None, candidates=(), mentions=(), suspected=())
    engine.hear(Reading("check my hip", "start_check", (), None, (), (), ()))
    said = [engine.hear(unusable) for _ in range(3)][-1]
    assert "talk to a person" in said[0]["text"]
    assert said[-1]["buttons"]
    assert any(message.get("advice") for message in said)


def test_a_conversation_can_be_played_again():
    (first, one), (again, two) = converse_over_core(SEED, 3), converse_over_core(SEED, 3)
    assert show(one, first) == show(two, again)


def test_there_are_enough_sentences_of_every_kind_that_differ():
    sentences = property_sentences()
    every = [text for name, part in sentences.items() if name != "answers" for text in part]
    assert len(set(every)) == len(every) >= 130
    assert set(sentences["answers"]) == {
        "under_16",
        "injury",
        "cannot_weight_bear",
        "any_warning_sign",
        "hip_replacement",
        "pregnant",
        "chronic",
        "pain_score",
    }


# ------------------------------------------------------------------ the checks bite


def broken(*turns: Seen) -> set[str]:
    watch = Watch(BOOK)
    for turn in turns:
        watch.after(turn)
    return {violation.rule for violation in watch.violations}


def seen(text="", *, urgency="self_care", card=None, corrects=False, **advice):
    whole = {
        "topics": [],
        "scope": None,
        "urgency": urgency,
        "reasons": [],
        "facts": {},
        "exercises": [],
        "sources": [],
        "content_version": "1",
        "model": "",
        **advice,
    }
    return Seen("says", [{"text": text, "card": {"kind": card} if card else None}], whole, corrects)


HELLO = "You are welcome. Is there anything else about your hip?"
NET = "Call 999 now."


def test_a_plain_reply_breaks_nothing():
    assert broken(seen(HELLO)) == set()


@pytest.mark.parametrize(
    ("rule", "turns"),
    [
        ("answered", [Seen("says", [], seen().advice)]),
        ("answered", [seen("  ")]),
        ("answered", [seen("Call {emergency_number}.")]),
        ("advice_told", [Seen("says", [{"text": HELLO}], {})]),
        ("alarm_recognised", [seen(HELLO, facts={"saddle_numbness": True})]),
        ("alarm_recognised", [seen(HELLO, urgency="soon", facts={"injury": True, "over_65": True})]),
        ("alarm_first", [seen(HELLO, urgency="urgent")]),
        ("alarm_first", [seen("Rest the leg.", urgency="urgent", card="urgent")]),
        (
            "alarm_without_exercise",
            [seen(NET, urgency="emergency", card="emergency", exercises=["hip_flexion"])],
        ),
        ("emergency_without_clinic", [seen(NET + " 01632 960 960", urgency="emergency", card="emergency")]),
        ("tier_stays", [seen(NET, urgency="emergency", card="emergency"), seen(HELLO)]),
        ("facts_stay", [seen(HELLO, facts={"chronic": True}), seen(HELLO)]),
        ("facts_stay", [seen(HELLO, facts={"pain_score": 6.0}), seen(HELLO, facts={"pain_score": 2.0})]),
        (
            "steps_allowed",
            [seen("Put your weight on one leg.", card="exercise", exercises=["hip_extension"])],
        ),
        ("steps_declared", [seen("Put your weight on one leg.")]),
        ("steps_with_rules", [seen("Put your weight on one leg.", facts=dict(WELL))]),
        ("safety_net", [seen(HELLO, topics=["walking"])]),
        ("no_banned_words", [seen("Don't worry.")]),
        ("no_banned_words", [seen("Take two tablets.")]),
        ("no_banned_words", [seen("You have arthritis.")]),
        ("right_numbers", [seen("Call 911 now.")]),
        ("only_content", [seen("Rub it with butter.")]),
        ("third_miss_person", [seen("I can only help with sore hips.", scope="out_of_scope")] * 3),
    ],
)
def test_each_rule_is_noticed_when_it_is_broken(rule, turns):
    assert rule in broken(*turns)


def test_every_rule_has_such_a_case():
    cases = test_each_rule_is_noticed_when_it_is_broken.pytestmark[0].args[1]
    assert {rule for rule, _ in cases} == set(RULES)


def test_a_correction_may_lower_the_tier_and_take_back_a_fact():
    alarm = seen(NET, urgency="emergency", card="emergency", facts={"breathless": True})
    assert {"tier_stays", "facts_stay"} <= broken(alarm, seen(HELLO))
    assert not {"tier_stays", "facts_stay"} & broken(alarm, seen(HELLO, corrects=True))


@pytest.mark.parametrize("fact", [f for f in WELL if f != "over_65"])
def test_steps_are_barred_until_each_safety_question_is_answered(fact):
    assert steps_barred(WELL) == []
    assert steps_barred({name: value for name, value in WELL.items() if name != fact})


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("under_16", True),
        ("injury", True),
        ("cannot_weight_bear", True),
        ("any_warning_sign", True),
        ("hip_replacement", "own"),
        ("hip_replacement", "other_person"),
        ("hip_surgery", True),
        ("pregnant", True),
        ("chronic", True),
        ("pain_score", 6.0),
        ("fever", True),
        ("cancer_history", True),
    ],
)
def test_steps_are_barred_for_whom_the_reference_bars_them(fact, value):
    assert steps_barred({**WELL, fact: value})


def test_further_facts_never_make_an_alarm_less_urgent():
    assert least_urgency({"injury": True, "over_65": True, "pain_score": 9.0}) is Urgency.emergency
    assert least_urgency({"injury": True, "over_65": True}) is Urgency.urgent
    assert least_urgency({"injury": False}) is Urgency.self_care


def test_nothing_in_the_content_itself_is_banned():
    content = load_content()
    texts = [
        part for answer in content.answers.values() for part in (*answer.answer, *answer.points, answer.brief)
    ]
    texts += [part for flag in content.flags.values() for part in (flag.action, flag.more, flag.why)]
    for text in texts:
        for kind, pattern in BANNED.items():
            assert not pattern.search(text.lower()), (kind, text)


@pytest.mark.parametrize(
    ("broken_part", "rule"),
    [
        ({"withheld_by": lambda facts, assessment: ()}, "steps_allowed"),
        (
            {"open_questions": lambda facts: (), "may_show_steps": lambda facts, assessment: True},
            "steps_allowed",
        ),
        ({"_net": lambda sources, assessment, content: ""}, "safety_net"),
        ({"_urgent": advise_module._ordinary}, "alarm_first"),
        ({"_emergency": advise_module._urgent}, "emergency_without_clinic"),
    ],
    ids=["gate open", "no questions", "no safety net", "urgent not first", "clinic in an emergency"],
)
def test_a_core_broken_on_purpose_is_noticed(broken_part, rule):
    with mock.patch.multiple(advise_module, **broken_part):
        tally = core_chunk(SEED, range(150))
    assert tally.broken[rule], tally.in_words("core", SEED)


def test_the_page_names_every_rule_and_the_numbers():
    text = page(core_chunk(SEED, range(5)), Tally(), SEED)
    assert all(words in text for words in RULES.values())
    assert "5 conversations" in text
