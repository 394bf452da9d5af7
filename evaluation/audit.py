"""``make audit``: known vulnerabilities of the locked packages, by pip-audit; part of the checks of a change.

A vulnerability without a reasoned exception in docs/audit_exceptions.yml fails. When no service can be asked, that
is said and nothing fails: pip-audit itself would report "no known vulnerabilities" where it was told of no package.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ruamel.yaml import YAML

from evaluation.stack import PROJECT

EXCEPTIONS = PROJECT / "docs" / "audit_exceptions.yml"
#: In the order in which they are asked.
SERVICES = {"osv": "OSV", "pypi": "PyPI"}
SECONDS = 15


@dataclass(frozen=True)
class Excused:
    """Why a vulnerability of a package may stand, and until when that holds."""

    id: str
    package: str
    reason: str
    until: date


@dataclass(frozen=True)
class Verdict:
    """What a report amounts to."""

    checked: int
    unchecked: tuple[str, ...]
    excused: tuple[str, ...]
    problems: tuple[str, ...]


def exceptions() -> list[Excused]:
    """The exceptions of docs/audit_exceptions.yml."""
    entries = YAML(typ="safe", pure=True).load(EXCEPTIONS.read_text(encoding="utf-8"))
    return [Excused(**entry) for entry in entries]


def judge(report: Mapping[str, Any], excused: Sequence[Excused], today: date) -> Verdict:
    """Sorts the findings of pip-audit's ``report`` into what is excused and what is not."""
    checked, unchecked, found, problems = 0, [], [], []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unchecked.append(package["name"])
            continue
        checked += 1
        for finding in package["vulns"]:
            names = {finding["id"], *finding.get("aliases", [])}
            what = f"{package['name']} {package['version']}: {finding['id']}"
            why = next((e for e in excused if e.package == package["name"] and e.id in names), None)
            if why is None:
                fixed = ", ".join(finding.get("fix_versions", [])) or "no version"
                problems.append(f"{what}, mended in {fixed}, has no exception.")
            elif why.until < today:
                problems.append(f"{what}: its exception ended on {why.until}. Look at it again.")
            else:
                found.append(what)
    return Verdict(checked, tuple(unchecked), tuple(found), tuple(problems))


def ask(service: str) -> dict[str, Any] | None:
    """pip-audit's report of the installed packages, or None when the service could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "--path", sysconfig.get_path("purelib"), "--format", "json"]
    options = ["--progress-spinner", "off", "--timeout", str(SECONDS), "--vulnerability-service", service]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return None
    return report if any("vulns" in package for package in report["dependencies"]) else None


def main() -> int:
    """Prints the verdict. Returns 1 when something has no exception, or one that has ended."""
    for service, name in SERVICES.items():
        if (report := ask(service)) is None:
            print(f"{name} could not be asked for known vulnerabilities.")
            continue
        verdict = judge(report, exceptions(), datetime.now(UTC).date())
        print(f"{name} was asked about {verdict.checked} packages.")
        if verdict.unchecked:
            print("It does not know:", ", ".join(verdict.unchecked))
        for line in verdict.excused:
            print("Excused:", line)
        for line in verdict.problems:
            print("Not excused:", line)
        return 1 if verdict.problems else 0
    print("NOTHING WAS CHECKED: no service for known vulnerabilities can be reached from here.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
