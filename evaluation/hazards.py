"""``make hazards``: docs/safety/hazard_log.yml as a page, and whether every control has a test.

``python -m evaluation.hazards`` writes docs/safety/hazard_log.md; with ``--check`` nothing is written, and the exit
status is 1 when the page is not up to date, when a test named in the log does not exist, or when a hazard has
neither a test nor a reason for being open.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from evaluation.score_report import table
from evaluation.stack import PROJECT

LOG = PROJECT / "docs" / "safety" / "hazard_log.yml"
PAGE = LOG.with_suffix(".md")
SCALE = range(1, 6)
#: From this severity × likelihood on a risk is called high, medium, low.
LEVELS = ((10, "high"), (5, "medium"), (1, "low"))
_TEXTS = ("id", "hazard", "cause", "harm", "control", "remains")
_FIELDS = {*_TEXTS, "severity", "likelihood", "tests", "open", "why_open"}


class HazardLogError(Exception):
    """The hazard log does not have the form it must have; the message says where."""


@dataclass(frozen=True)
class Hazard:
    """One entry of the log; ``before`` and ``after`` are likelihoods from 1 to 5, as is ``severity``."""

    id: str
    hazard: str
    cause: str
    harm: str
    severity: int
    before: int
    after: int
    control: str
    tests: tuple[str, ...]
    remains: str
    open: bool
    why_open: str

    @property
    def risk_before(self) -> int:
        """Severity × likelihood without the control."""
        return self.severity * self.before

    @property
    def risk(self) -> int:
        """Severity × likelihood with the control."""
        return self.severity * self.after


def read_log(path: Path = LOG) -> list[Hazard]:
    """The hazards of the log. Raises :class:`HazardLogError`."""
    raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    hazards = [_hazard(entry) for entry in raw["hazards"]]
    for name, count in Counter(hazard.id for hazard in hazards).items():
        if count > 1:
            raise HazardLogError(f"{name} is there {count} times.")
    return hazards


def _hazard(entry: Mapping[str, Any]) -> Hazard:
    name = str(entry.get("id", "an entry without id"))
    if unknown := set(entry) - _FIELDS:
        raise HazardLogError(f"{name}: unknown field {', '.join(sorted(unknown))}.")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise HazardLogError(f"{name}: {key} is missing.")
    likelihood = entry.get("likelihood") or {}
    numbers = (entry.get("severity"), likelihood.get("before"), likelihood.get("after"))
    if not all(number in SCALE for number in numbers):
        raise HazardLogError(f"{name}: severity and likelihood (before, after) must be from 1 to 5.")
    return Hazard(
        **{key: entry[key] for key in _TEXTS},
        severity=entry["severity"],
        before=likelihood["before"],
        after=likelihood["after"],
        tests=tuple(entry.get("tests") or ()),
        open=bool(entry.get("open", False)),
        why_open=str(entry.get("why_open", "")),
    )


def tests_in(path: Path) -> set[str]:
    """Names of the test functions in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def problems(hazards: Sequence[Hazard], folder: Path = PROJECT) -> Iterator[str]:
    """What is wrong with the log, one sentence each."""
    for hazard in hazards:
        if hazard.open != bool(hazard.why_open.strip()):
            yield f"{hazard.id}: an open hazard needs why_open, and only an open one has it."
        if not hazard.tests and not hazard.open:
            yield f"{hazard.id}: no test, and not open."
        if hazard.after > hazard.before:
            yield f"{hazard.id}: the control makes it likelier."
        for test in hazard.tests:
            name, _, function = test.partition("::")
            path = folder / name
            if not path.is_file():
                yield f"{hazard.id}: {name} does not exist."
            elif function and function.partition("[")[0] not in tests_in(path):
                yield f"{hazard.id}: {name} has no test {function}."
            elif not tests_in(path):
                yield f"{hazard.id}: {name} holds no test."


def level(risk: int) -> str:
    """The word for a risk."""
    return next(word for least, word in LEVELS if risk >= least)


def page(hazards: Sequence[Hazard]) -> str:
    """The text of docs/safety/hazard_log.md."""
    by_risk = sorted(hazards, key=lambda hazard: (-hazard.risk, -hazard.severity, hazard.id))
    rows = [
        [
            f"[{h.id}](#{h.id.lower()})",
            h.hazard,
            str(h.severity),
            f"{h.before} → {h.after}",
            f"{h.risk_before} → {h.risk}",
            level(h.risk),
            "**open**" if h.open else "",
        ]
        for h in by_risk
    ]
    heading = ["", "Hazard", "Severity", "Likelihood", "Risk", "Level", ""]
    sections = "\n".join(map(_section, hazards))
    still_open = [hazard.id for hazard in by_risk if hazard.open]
    return f"""<!-- Generated by `make hazards`. Do not edit: change docs/safety/hazard_log.yml instead. -->
# Hazard log

What could harm a visitor, what stands against it, which tests show that it does, and what remains.

- **Severity**: 1 a nuisance, 2 minor, 3 moderate, 4 major (lasting harm), 5 death or the like.
- **Likelihood**: 1 very rare to 5 very often, without → with the control.
- **Risk**: severity × likelihood, without → with the control. 10 and more is high, 5 and more medium.

The numbers are the developers' estimates; a clinical safety officer has not yet set them. An **open** hazard has no
control yet, or one with a known gap. It must be settled, or accepted in writing by a clinician, before a clinic
goes live ([intended use](intended_use.md)).

{len(hazards)} hazards, {len(still_open)} of them open: {", ".join(still_open)}.

{table([heading, *rows])}

{sections}"""


def _section(hazard: Hazard) -> str:
    lines = [
        f"## {hazard.id}",
        "",
        f"**{hazard.hazard}.**",
        "",
        f"- Cause: {hazard.cause}.",
        f"- Harm: {hazard.harm}.",
        f"- Control: {hazard.control}.",
        f"- Remains: {hazard.remains}.",
    ]
    if hazard.open:
        lines.append(f"- **Open**: {hazard.why_open}.")
    if hazard.tests:
        lines.append("- Tests:")
        lines += [f"  - `{test}`" for test in hazard.tests]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str]) -> int:
    """Writes the page, or checks it and the log; returns the exit code."""
    if any(argument != "--check" for argument in arguments):
        print("Usage: make hazards [CHECK=1]", file=sys.stderr)
        return 2
    try:
        hazards = read_log()
    except HazardLogError as error:
        print(f"{LOG.name}: {error}", file=sys.stderr)
        return 1
    found = list(problems(hazards))
    text = page(hazards)
    if not arguments:
        PAGE.write_text(text, encoding="utf-8")
        print(f"Written: {PAGE.name}, {len(hazards)} hazards, {sum(h.open for h in hazards)} open.")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        found.append(f"{PAGE.name} is not up to date. Run `make hazards`.")
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
