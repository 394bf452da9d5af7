"""Mutation of the rules: drop a flag or a group, or change a tier, and at least one example fails."""

from __future__ import annotations

import pytest

from bot.advice.content import Content, Flag
from bot.advice.triage import assess
from bot.advice.vocabulary import Urgency
from tests.advice.example_facts import EXAMPLES
from tests.advice.turns import CONTENT, facts_of_group


def _is_idle(flag: Flag, group: str) -> bool:
    """Whether ``group`` decides nothing: a part of it does the same, or its facts are more urgent anyway."""
    if any(set(other.split("+")) < set(group.split("+")) for other in flag.raised_by):
        return True
    return assess(facts_of_group(group), (), CONTENT).urgency > flag.urgency


ALL_GROUPS = [(flag.id, group) for flag in CONTENT.flags.values() for group in flag.raised_by]
GROUPS = [(flag, group) for flag, group in ALL_GROUPS if not _is_idle(CONTENT.flags[flag], group)]


@pytest.mark.parametrize("flag", sorted(CONTENT.flags))
def test_no_group_is_idle(flag: str) -> None:
    held = CONTENT.flags[flag]
    assert [group for group in held.raised_by if _is_idle(held, group)] == []


def _mutated(flag: Flag | None, dropped: str) -> Content:
    flags = {name: held for name, held in CONTENT.flags.items() if name != dropped}
    if flag is not None:
        flags[dropped] = flag
    return CONTENT.copy(update={"flags": flags})


def _caught(mutant: Content) -> bool:
    return any(example.holds(CONTENT) and not example.holds(mutant) for example in EXAMPLES)


@pytest.mark.parametrize("flag", sorted(CONTENT.flags))
def test_a_flag_that_is_dropped_is_missed(flag: str) -> None:
    assert _caught(_mutated(None, flag))


@pytest.mark.parametrize("flag", sorted(CONTENT.flags))
@pytest.mark.parametrize(
    "tier", [Urgency.soon, Urgency.urgent, Urgency.emergency], ids=lambda tier: tier.name
)
def test_a_flag_of_another_tier_is_noticed(flag: str, tier: Urgency) -> None:
    held = CONTENT.flags[flag]
    moved = held.copy(update={"tier": tier.name})
    assert _caught(_mutated(moved, flag)) is (held.tier != tier.name)


@pytest.mark.parametrize(("flag", "group"), GROUPS)
def test_a_group_that_is_dropped_is_missed(flag: str, group: str) -> None:
    held = CONTENT.flags[flag]
    rest = [other for other in held.raised_by if other != group]
    assert _caught(_mutated(held.copy(update={"raised_by": rest}), flag))


@pytest.mark.parametrize(("flag", "group"), [(f, g) for f, g in GROUPS if "+" in g])
def test_a_group_that_asks_for_more_facts_is_noticed(flag: str, group: str) -> None:
    held = CONTENT.flags[flag]
    harder = [other if other != group else f"{group}+pinching" for other in held.raised_by]
    assert _caught(_mutated(held.copy(update={"raised_by": harder}), flag))
