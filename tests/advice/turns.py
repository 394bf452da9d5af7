"""Turns and clinics for the tests of the core: plain ones to vary, and a strategy for any."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.advice.content import Content, load_content
from bot.advice.reply import Turn
from bot.advice.vocabulary import EXERCISES, MATTERS, SCOPES, TOPICS

CONTENT = load_content()
#: The clinic is open.
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
#: The clinic is closed until Monday.
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: Every safety question answered by somebody who may see exercise steps.
ELIGIBLE: dict[str, object] = {
    "under_16": False,
    "injury": False,
    "cannot_weight_bear": False,
    "any_warning_sign": False,
    "hip_replacement": "negated",
    "pregnant": False,
    "chronic": False,
    "pain_score": 3,
}

INTENTS = [
    *(topic.replace("exercise_howto:", "exercise_howto_") for topic in TOPICS),
    *SCOPES,
    "answer",
    "report",
    "follow_up",
    "affirm",
    "deny",
    "dont_know",
    "talk_to_human",
    "play_down",
    "correction",
    "none_of_these",
    "emergency",
    "urgent",
    "nlu_fallback",
    None,
]


def a_turn(**known: Any) -> Turn:
    """A turn on a Monday at noon, with what is ``known``."""
    return Turn(**{"now": MONDAY_NOON, "intent": "report", **known})


def with_clinic(**changes: Any) -> Content:
    """The content of a clinic with other details."""
    return CONTENT.copy(update={"clinic": CONTENT.clinic.copy(update=changes)})


def facts_of_group(group: str) -> dict[str, object]:
    """The smallest facts for which a group of ``red_flags.yml`` holds."""
    found: dict[str, object] = {}
    for term in group.split("+"):
        if ">=" in term:
            name, bound = term.split(">=")
            found[name] = float(bound)
        elif term == "replacement":
            found["hip_replacement"] = "own"
        elif not term.startswith("!"):
            found[term] = True
    return found


def _value(kind: str, values: list[str]) -> st.SearchStrategy[object]:
    if kind == "number":
        return st.integers(0, 10)
    return st.sampled_from(values) if kind == "choice" else st.booleans()


#: One fact that a visitor may state, with any value.
A_FACT = st.sampled_from(sorted(CONTENT.facts)).flatmap(
    lambda name: st.tuples(st.just(name), _value(CONTENT.facts[name].kind, CONTENT.facts[name].values))
)
#: Few facts of any kind, and often the answers to the safety questions besides.
FACTS = st.builds(
    lambda answered, more: {**(ELIGIBLE if answered else {}), **dict(more)},
    st.booleans(),
    st.lists(A_FACT, max_size=5),
)


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    """Any turn the understanding may hand over."""
    facts = draw(FACTS)
    names = sorted(facts)
    return Turn(
        now=draw(st.sampled_from([MONDAY_NOON, SATURDAY])),
        topics=tuple(draw(st.lists(st.sampled_from(TOPICS), max_size=4, unique=True))),
        scope=draw(st.one_of(st.none(), st.sampled_from(SCOPES))),
        intent=draw(st.sampled_from(INTENTS)),
        facts=facts,
        suspected=tuple(draw(st.lists(st.sampled_from(sorted(CONTENT.flags)), max_size=2, unique=True))),
        new_facts=tuple(draw(st.lists(st.sampled_from(names), max_size=3, unique=True))) if names else (),
        matters=tuple(draw(st.lists(st.sampled_from(MATTERS), max_size=3, unique=True))),
        candidates=tuple(draw(st.lists(st.sampled_from(TOPICS), max_size=3, unique=True))),
        last_topics=tuple(draw(st.lists(st.sampled_from(TOPICS), max_size=2, unique=True))),
        steered=tuple(draw(st.lists(st.sampled_from(sorted(CONTENT.flags)), max_size=2, unique=True))),
        wanted_exercise=draw(st.one_of(st.none(), st.sampled_from(EXERCISES))),
        misses=draw(st.integers(0, 4)),
        checking=draw(st.booleans()),
        model="test",
    )
