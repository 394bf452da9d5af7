"""How urgent: facts in, urgency and reasons out. Interprets the groups of ``content/red_flags.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def _holds(term: str, facts: Facts) -> bool:
    if term.startswith("!"):
        return not _holds(term[1:], facts)
    if ">=" in term:
        name, bound = term.split(">=")
        value = facts.get(name)
        return isinstance(value, int | float) and value >= float(bound)
    if term == "replacement":
        return has_replacement(facts)
    if term == "injury" and facts.get("major_injury") is True:
        return True
    return facts.get(term) is True


def raises(flag: Flag, facts: Facts) -> bool:
    """Whether ``facts`` raise ``flag``: all terms of any one of its groups hold."""
    return any(all(_holds(term, facts) for term in group.split("+")) for group in flag.raised_by)


def assess(facts: Facts, suspected: Iterable[str], content: Content) -> Assessment:
    """The urgency of ``facts`` and of the flags ``suspected`` by the sentence classifier.

    Either source raises the tier; neither lowers what the other found.
    """
    suspected = set(suspected)
    found = [flag for flag in content.flags.values() if flag.id in suspected or raises(flag, facts)]
    found.sort(key=lambda flag: -flag.urgency)
    urgency = found[0].urgency if found else Urgency.self_care
    return Assessment(urgency, tuple(flag.id for flag in found))
