"""What the clinical reference says about sets of facts: a second opinion beside ``content/red_flags.yml``.

Read from tests/safety/flag_expectations.yml, which was written from the reference and not from the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.advice.triage import Facts
from bot.advice.vocabulary import Urgency
from evaluation.stack import PROJECT

EXPECTATIONS = PROJECT / "tests" / "safety" / "flag_expectations.yml"


@dataclass(frozen=True)
class Expectation:
    """Facts and the urgency that exactly these must give, with its place in the reference.

    ``open`` says why the content differs, if it does; ``gives`` is what the content gives today.
    """

    name: str
    facts: Facts
    urgency: Urgency
    source: str
    open: str | None
    gives: Urgency


def expectations(path: Path = EXPECTATIONS) -> list[Expectation]:
    """The stored expectations, in the order of the file."""
    raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [
        Expectation(
            line or "nothing",
            _facts(line),
            Urgency[entry["urgency"]],
            entry["from"],
            entry.get("open"),
            Urgency[entry.get("gives", entry["urgency"])],
        )
        for entry in raw["expectations"]
        for line in entry["facts"]
    ]


def _facts(line: str) -> dict[str, object]:
    """``"injury, pain_score 8"`` as facts."""
    facts: dict[str, object] = {}
    for part in filter(None, line.split(", ")):
        name, _, value = part.partition(" ")
        facts[name] = True if not value else float(value) if value.isdigit() else value
    return facts


def _holds(expected: Facts, facts: Facts) -> bool:
    for name, value in expected.items():
        held = facts.get(name)
        if isinstance(value, float):
            if not isinstance(held, int | float) or isinstance(held, bool) or held < value:
                return False
        elif held != value:
            return False
    return True


@lru_cache(maxsize=1)
def _alarms() -> tuple[Expectation, ...]:
    """The expectations of an alarm, the most urgent first."""
    alarms = [e for e in expectations() if e.gives >= Urgency.urgent]
    return tuple(sorted(alarms, key=lambda e: -e.gives))


def least_urgency(facts: Mapping[str, object]) -> Urgency:
    """The urgency that ``facts`` need at least: further facts never make an alarm less urgent.

    What is still open in the expectations is asked for only as far as the content has it.
    """
    return next((e.gives for e in _alarms() if _holds(e.facts, facts)), Urgency.self_care)
