"""What the assistant must never do, over generated turns (design, "What the assistant must never do")."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings

from bot.advice.advise import THE_CHECK, advise, outcome
from bot.advice.noted import ENDED_BY_DENYING
from bot.advice.reply import Reply, Turn
from bot.advice.triage import assess, raises
from bot.advice.vocabulary import HOWTO, PRACTICAL_TOPICS, TOPICS, WANTS_EXERCISES, Urgency
from tests.advice.turns import CONTENT, turns

CALLED = [
    CONTENT.clinic.lines.emergency,
    CONTENT.clinic.lines.advice_name or "your doctor's advice line",
]
SOON = re.compile(r"\b(?:now|today|at once|same day|within|two weeks|two days)\b")
DOSE = re.compile(
    r"\b\d+(?:\.\d+)? ?(?:mg|milligrams?|g|ml|micrograms?|tablets?|pills?)\b|\b(?:take|taking) (?:\d+|one|two|three|four) "
)
NEVER_SAID = re.compile(
    r"guarantee|don't worry|do not worry|definitely|\bcure|\bpermanent|you have arthritis", re.IGNORECASE
)
KEYS = ["topics", "scope", "urgency", "reasons", "facts", "exercises", "sources", "content_version", "model"]
STEPS = [step for exercise in CONTENT.exercises.values() for step in exercise.steps[:2]]

#: Both ways a turn is answered: in the conversation, and at the end of the check.
WAYS = {"advise": advise, "outcome": outcome}
many = settings(max_examples=200, deadline=None)


def may_exercise(turn: Turn) -> bool:
    """The gate again, in other words than the core's: clinical reference, section 5."""
    known = turn.facts
    adult = known.get("under_16") is False or (
        known.get("over_65") is True and known.get("under_16") is not True
    )
    not_pregnant = known.get("pregnant") is False or (
        known.get("over_65") is True and known.get("pregnant") is not True
    )
    score = known.get("pain_score")
    nothing_against = not any(
        known.get(fact) is True
        for fact in ("injury", "hip_surgery", "new_baby", "chronic", "cannot_weight_bear", "any_warning_sign")
    )
    answered = all(
        known.get(fact) is False for fact in ("injury", "chronic", "cannot_weight_bear", "any_warning_sign")
    )
    return (
        adult
        and not_pregnant
        and nothing_against
        and answered
        and known.get("hip_replacement") in ("negated", "considering")
        and isinstance(score, int | float)
        and score <= 5
        and assess(known, turn.suspected, CONTENT).urgency < Urgency.urgent
    )


def _reply(way: str, turn: Turn) -> Reply:
    return WAYS[way](turn, CONTENT)


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_a_reply_is_never_empty(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    assert reply.messages
    assert all(message.text.strip() for message in reply.messages)
    assert all(
        choice.title and choice.payload.startswith("/") for m in reply.messages for choice in m.choices
    )


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_steps_are_only_shown_to_those_who_may_see_them(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    if not may_exercise(turn):
        assert reply.advice["exercises"] == []
        assert not any(step in reply.text for step in STEPS)
        assert all(message.card is None or message.card["kind"] != "exercise" for message in reply.messages)


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_what_is_shown_is_what_the_advice_lists(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    shown = [m.card["id"] for m in reply.messages if m.card is not None and m.card["kind"] == "exercise"]
    assert reply.advice["exercises"] == shown


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_an_emergency_always_comes_first_and_without_an_exercise(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    if assess(turn.facts, turn.suspected, CONTENT).urgency is Urgency.emergency:
        card = reply.messages[0].card
        assert card is not None
        assert card["kind"] == "emergency"
        assert CONTENT.clinic.lines.emergency in reply.messages[0].text
        assert reply.advice["exercises"] == []
        offered = [choice.title for message in reply.messages for choice in message.choices]
        flag = str(card["flag"])
        only_suspected = flag in ENDED_BY_DENYING and not raises(CONTENT.flags[flag], turn.facts)
        assert offered == ["I did not mean that"] * only_suspected


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_a_same_day_case_always_comes_first(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    if assess(turn.facts, turn.suspected, CONTENT).urgency is Urgency.urgent:
        card = reply.messages[0].card
        assert card is not None
        assert card["kind"] == "urgent"
        assert "today" in reply.messages[0].text or "now" in reply.messages[0].text


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_health_information_always_says_whom_to_call_and_how_soon(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    about_health = any(topic not in PRACTICAL_TOPICS for topic in reply.advice["topics"])
    reports = not turn.topics and turn.scope is None and bool(turn.new_facts)
    if (about_health or reports) and turn.intent != "start_over":
        assert any(line in reply.text for line in CALLED)
        assert SOON.search(reply.text)


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_the_urgency_is_never_below_what_the_facts_say(way: str, turn: Turn) -> None:
    reply = _reply(way, turn)
    found = assess(turn.facts, turn.suspected, CONTENT)
    assert reply.urgency >= found.urgency
    assert Urgency[str(reply.advice["urgency"])] >= found.urgency
    assert set(found.reasons) <= set(reply.advice["reasons"])


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_no_dose_and_no_promise_is_ever_said(way: str, turn: Turn) -> None:
    text = _reply(way, turn).text
    assert not DOSE.search(text)
    assert not NEVER_SAID.search(text)
    assert not re.search(r"[{}]|\bNone\b", text)


@pytest.mark.parametrize("way", WAYS)
@many
@given(turns())
def test_the_advice_is_json_with_exactly_the_keys_of_the_contract(way: str, turn: Turn) -> None:
    advice = _reply(way, turn).advice
    assert list(advice) == KEYS
    assert json.loads(json.dumps(advice)) == advice
    assert set(advice["topics"]) <= set(TOPICS)
    assert set(advice["reasons"]) <= set(CONTENT.flags)
    assert advice["scope"] is None or advice["topics"] == []
    assert None not in advice["facts"].values()
    assert set(advice["facts"]) <= set(CONTENT.facts)


@many
@given(turns())
def test_long_pain_and_a_replacement_always_steer_before_the_answer(turn: Turn) -> None:
    steered = turn.facts.get("chronic") is True or turn.facts.get("hip_replacement") == "own"
    health = [topic for topic in turn.topics if topic not in PRACTICAL_TOPICS]
    reply = advise(turn, CONTENT)
    if steered and health and reply.urgency is Urgency.soon:
        kinds = [message.card["kind"] for message in reply.messages if message.card is not None]
        assert kinds[0] == "soon"
        first = next(message for message in reply.messages if message.card is not None)
        assert "physiotherapist" in first.text


@many
@given(turns())
def test_the_topics_of_the_advice_are_those_that_were_asked(turn: Turn) -> None:
    assert advise(turn, CONTENT).advice["topics"] == list(turn.topics)


@many
@given(turns())
def test_the_same_turn_always_gets_the_same_reply(turn: Turn) -> None:
    assert advise(turn, CONTENT) == advise(turn, CONTENT)


@many
@given(turns())
def test_the_check_is_only_started_for_steps_that_are_not_yet_allowed(turn: Turn) -> None:
    reply = advise(turn, CONTENT)
    if reply.start_check:
        wished = WANTS_EXERCISES in turn.matters or turn.offered == THE_CHECK
        assert wished or any(topic.startswith(HOWTO) for topic in turn.topics)
        assert reply.advice["exercises"] == []
        assert reply.urgency < Urgency.urgent
