"""The rules of red_flags.yml, judged by what the clinical reference says, and every rule guarded by an expectation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.advice.content import Content, Flag, load_content
from bot.advice.triage import assess
from bot.advice.vocabulary import Urgency
from evaluation.reference_rules import Expectation, expectations

CONTENT = load_content()
EXPECTED = expectations()
BELOW = {"emergency": "urgent", "urgent": "soon"}


def urgency(expectation: Expectation, content: Content) -> Urgency:
    return assess(expectation.facts, (), content).urgency


def unmet(content: Content) -> list[Expectation]:
    return [e for e in EXPECTED if urgency(e, content) is not e.gives]


@pytest.mark.parametrize(
    "expectation",
    [
        pytest.param(e, id=e.name, marks=[pytest.mark.xfail(reason=e.open)] if e.open else [])
        for e in EXPECTED
    ],
)
def test_the_facts_give_the_urgency_of_the_clinical_reference(expectation):
    assert urgency(expectation, CONTENT) is expectation.urgency, expectation.source


def test_what_is_open_is_still_as_it_was_written_down():
    assert not unmet(CONTENT)


def test_no_set_of_facts_is_expected_twice():
    sets = [e.name for e in EXPECTED]
    assert sorted(set(sets)) == sorted(sets)


def test_every_fact_named_in_the_expectations_is_known():
    assert {fact for e in EXPECTED for fact in e.facts} <= set(CONTENT.facts)


# ------------------------------------------------------------------ mutation


def _term_follows(term: str, from_terms: list[str]) -> bool:
    if term == "injury" and "major_injury" in from_terms:
        return True
    if ">=" not in term:
        return term in from_terms
    name, least = term.split(">=")
    same = [other.split(">=") for other in from_terms if other.startswith(f"{name}>=")]
    return any(float(bound) >= float(least) for _, bound in same)


def _implied(flag: Flag, group: str) -> bool:
    """Whether another group gives at least the same urgency whenever ``group`` holds."""
    terms = group.split("+")
    return any(
        (other.id, other_group) != (flag.id, group)
        and other.urgency >= flag.urgency
        and all(_term_follows(term, terms) for term in other_group.split("+"))
        for other in CONTENT.flags.values()
        for other_group in other.raised_by
    )


def _with(flag: Flag | None, flag_id: str) -> Content:
    flags = {name: held for name, held in CONTENT.flags.items() if name != flag_id}
    if flag is not None:
        flags[flag_id] = flag
    return CONTENT.copy(update={"flags": flags})


def mutations() -> Iterator[tuple[str, Content]]:
    for flag in CONTENT.flags.values():
        yield f"{flag.id}: dropped", _with(None, flag.id)
        if flag.tier in BELOW:
            lower = BELOW[flag.tier]
            yield (
                f"{flag.id}: {lower} instead of {flag.tier}",
                _with(flag.copy(update={"tier": lower}), flag.id),
            )
        for group in flag.raised_by:
            if not _implied(flag, group):
                fewer = [other for other in flag.raised_by if other != group]
                yield f"{flag.id}: without {group}", _with(flag.copy(update={"raised_by": fewer}), flag.id)


MUTATIONS = dict(mutations())


def test_every_flag_is_mutated_and_there_are_rules_left_to_drop():
    assert {name.partition(":")[0] for name in MUTATIONS} == set(CONTENT.flags)
    assert sum(": without " in name for name in MUTATIONS) > 100


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_rule_breaks_an_expectation(name):
    assert unmet(MUTATIONS[name]), f"no expectation guards this rule. {name}"


def test_a_group_that_another_one_implies_is_not_counted():
    fever = CONTENT.flags["hot_joint_infection"]
    assert _implied(CONTENT.flags["replacement_infection"], "replacement+fever")
    assert not _implied(fever, "fever")
    assert _implied(CONTENT.flags["sudden_severe"], "pain_score>=8")
    assert not _implied(CONTENT.flags["sudden_severe"], "pain_score>=7")
