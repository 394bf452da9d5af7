"""The threat model names controls and tests; each test it names exists, and no threat is without one."""

from __future__ import annotations

import re

from evaluation.stack import PROJECT

PAGE = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE)
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_threats_are_numbered_without_a_gap() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) > 25


def test_every_threat_has_a_control_and_a_test() -> None:
    for number, threat, control, tests in ROWS:
        assert len(threat.split()) >= 3, number
        assert len(control.split()) >= 3, number
        assert re.search(r"`tests/[\w/]+\.py::\w+`", tests), number


def test_every_test_that_the_page_names_exists() -> None:
    assert len(NAMED) > 40
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (PROJECT / path).is_file()
        or not re.search(rf"(?m)^def {name}\(", (PROJECT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []
