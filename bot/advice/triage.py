"""How urgent: facts in, urgency and reasons out. Interprets the groups of ``content/red_flags.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.advice.content import Content, Flag
from bot.advice.vocabulary import Urgency

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Assessment:
    """The urgency of what is known, and the flags that say so, worst first."""

    urgency: Urgency
    reasons: tuple[str, ...]


def has_replacement(facts: Facts) -> bool:
    """Whether the person asked for has had a hip replacement."""
    return facts.get("hip_replacement") == "own"


@cache
def _terms(group: str) -> tuple[tuple[str, float | None, bool], ...]:
    """The terms of ``a+!b+c>=3``: a fact, what it must reach (None: it must be true), and whether the term must hold."""
    found = []
    for term in group.split("+"):
        name, _, bound = term.removeprefix("!").partition(">=")
        found.append((name, float(bound) if bound else None, not term.startswith("!")))
    return tuple(found)


def _holds(name: str, bound: float | None, facts: Facts) -> bool:
    value = facts.get(name)
    if bound is not None:
        return isinstance(value, int | float) and value >= bound
    if name == "replacement":
        return has_replacement(facts)
    return value is True or (name == "injury" and facts.get("major_injury") is True)


@cache
def _asked(groups: tuple[str, ...]) -> frozenset[str]:
    """The facts of which at least one must be known for any of ``groups`` to hold."""
    wanted = {name for group in groups for name, _, holds in _terms(group) if holds}
    others = {"replacement": "hip_replacement", "injury": "major_injury"}
    return frozenset(wanted | {other for name, other in others.items() if name in wanted})


def raises(flag: Flag, facts: Facts) -> bool:
    """Whether ``facts`` raise ``flag``: all terms of any one of its groups hold."""
    if _asked(tuple(flag.raised_by)).isdisjoint(facts):
        return False
    for group in flag.raised_by:
        for name, bound, wanted in _terms(group):
            if _holds(name, bound, facts) is not wanted:
                break
        else:
            return True
    return False


def assess(facts: Facts, suspected: Iterable[str], content: Content) -> Assessment:
    """The urgency of ``facts`` and of the flags ``suspected`` by the sentence classifier.

    Either source raises the tier; neither lowers what the other found.
    """
    suspected = set(suspected)
    found = [flag for flag in content.flags.values() if flag.id in suspected or raises(flag, facts)]
    found.sort(key=lambda flag: -flag.urgency)
    urgency = found[0].urgency if found else Urgency.self_care
    return Assessment(urgency, tuple(flag.id for flag in found))
