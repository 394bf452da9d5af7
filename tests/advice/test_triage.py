"""Facts in, urgency out: every rule by itself, and no fact that makes a case less urgent."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advice.content import load_content
from bot.advice.triage import assess, raises
from bot.advice.vocabulary import Urgency
from tests.advice.example_facts import EXAMPLES, Example
from tests.advice.turns import A_FACT, CONTENT, FACTS, facts_of_group

GROUPS = [(flag.id, group) for flag in load_content().flags.values() for group in flag.raised_by]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.flag}: {example.name}")
def test_the_facts_reach_the_tier_that_the_reference_asks_for(example: Example) -> None:
    found = assess(example.facts, (), CONTENT)
    assert found.urgency is example.urgency
    assert example.flag is None or example.flag in found.reasons


@pytest.mark.parametrize(("flag", "group"), GROUPS)
def test_a_flag_is_raised_by_each_of_its_groups(flag: str, group: str) -> None:
    found = assess(facts_of_group(group), (), CONTENT)
    assert flag in found.reasons
    assert found.urgency >= CONTENT.flags[flag].urgency


@pytest.mark.parametrize(("flag", "group"), GROUPS)
def test_a_part_of_a_group_does_not_raise_the_flag_unless_it_is_a_group_itself(flag: str, group: str) -> None:
    groups = [set(other.split("+")) for other in CONTENT.flags[flag].raised_by]
    terms = group.split("+")
    for size in range(len(terms)):
        for part in combinations(terms, size):
            facts = facts_of_group("+".join(part)) if part else {}
            expected = any(other <= set(part) for other in groups)
            assert raises(CONTENT.flags[flag], facts) is expected, part


@pytest.mark.parametrize(("flag", "group"), GROUPS)
def test_a_group_with_one_fact_denied_does_not_hold(flag: str, group: str) -> None:
    groups = [set(other.split("+")) for other in CONTENT.flags[flag].raised_by]
    for denied in group.split("+"):
        rest = [term for term in group.split("+") if term != denied]
        facts = facts_of_group("+".join(rest)) if rest else {}
        if ">=" in denied:
            name, bound = denied.split(">=")
            facts[name] = float(bound) - 1
        elif denied == "replacement":
            facts["hip_replacement"] = "other_person"
        else:
            facts[denied] = False
        expected = any(other <= set(rest) for other in groups)
        assert raises(CONTENT.flags[flag], facts) is expected, denied


@pytest.mark.parametrize("value", ["negated", "other_person", "considering"])
def test_only_an_own_replacement_is_one(value: str) -> None:
    assert assess({"hip_replacement": value}, (), CONTENT).urgency is Urgency.self_care


@pytest.mark.parametrize("score", range(11))
def test_the_pain_score_alone_sets_the_tier(score: int) -> None:
    expected = Urgency.urgent if score >= 7 else Urgency.soon if score >= 6 else Urgency.self_care
    assert assess({"pain_score": score}, (), CONTENT).urgency is expected


@pytest.mark.parametrize(("flag", "group"), GROUPS)
def test_no_further_fact_makes_a_case_less_urgent(flag: str, group: str) -> None:
    facts = facts_of_group(group)
    before = assess(facts, (), CONTENT)
    for fact in CONTENT.facts.values():
        values = {"yes_no": [True, False], "number": [0, 5, 10], "choice": fact.values}[fact.kind]
        for value in values:
            if fact.id not in facts:
                after = assess({**facts, fact.id: value}, (), CONTENT)
                assert after.urgency >= before.urgency, (fact.id, value)
                assert set(before.reasons) <= set(after.reasons), (fact.id, value)


@given(FACTS, st.lists(A_FACT, max_size=6))
def test_more_facts_never_make_a_case_less_urgent(
    facts: dict[str, object], more: list[tuple[str, object]]
) -> None:
    added = {name: value for name, value in more if name not in facts}
    assert assess({**facts, **added}, (), CONTENT).urgency >= assess(facts, (), CONTENT).urgency


@given(FACTS, st.lists(st.sampled_from(sorted(CONTENT.flags)), max_size=3))
def test_a_suspicion_raises_the_tier_and_never_lowers_what_the_facts_say(
    facts: dict[str, object], suspected: list[str]
) -> None:
    alone = assess(facts, (), CONTENT)
    both = assess(facts, suspected, CONTENT)
    most = max([CONTENT.flags[flag].urgency for flag in suspected], default=Urgency.self_care)
    assert both.urgency is max(alone.urgency, most)


@given(FACTS, st.lists(st.sampled_from(sorted(CONTENT.flags)), max_size=3))
def test_the_reasons_are_the_worst_first_and_each_once(
    facts: dict[str, object], suspected: list[str]
) -> None:
    found = assess(facts, suspected, CONTENT)
    urgencies = [CONTENT.flags[reason].urgency for reason in found.reasons]
    assert urgencies == sorted(urgencies, reverse=True)
    assert len(set(found.reasons)) == len(found.reasons)
    assert found.urgency is (urgencies[0] if urgencies else Urgency.self_care)


def test_a_suspicion_of_a_flag_that_is_no_longer_there_is_left_out() -> None:
    assert assess({}, ["a_flag_of_last_year"], CONTENT).reasons == ()
