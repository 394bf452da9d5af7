"""The hazard log names tests that exist, and its page is up to date."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from evaluation import hazards
from evaluation.hazards import HazardLogError, main, page, problems, read_log
from evaluation.stack import PROJECT

HAZARDS = read_log()
ONE = HAZARDS[0]
ENTRY = """hazards:
  - id: H01
    hazard: "Something"
    cause: "A cause"
    harm: "A harm"
    severity: 5
    likelihood: {before: 4, after: 2}
    control: "A control"
    tests: [tests/safety/test_hazard_log.py]
    remains: "Something"
"""


def test_the_page_and_the_log_agree_and_nothing_is_amiss(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_pytest_finds_every_test_that_the_log_names():
    named = sorted({test for hazard in HAZARDS for test in hazard.tests})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named]
    collected = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert collected.returncode == 0, collected.stdout[-2000:] + collected.stderr[-2000:]
    found = collected.stdout.splitlines()
    missing = [test for test in named if not any(line.startswith(test) for line in found)]
    assert not missing


def test_there_are_enough_hazards_and_the_open_ones_are_among_the_first_of_the_page():
    assert len(HAZARDS) >= 20
    text = page(HAZARDS)
    for hazard in HAZARDS:
        assert f"## {hazard.id}\n" in text
        if hazard.open:
            assert hazard.why_open in text
            assert hazard.id in text.split("|", 1)[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tests": ("tests/nowhere/test_it.py",)}, "does not exist"),
        ({"tests": ("tests/safety/test_hazard_log.py::test_it",)}, "has no test test_it"),
        ({"tests": ("tests/conftest.py",)}, "holds no test"),
        ({"tests": ()}, "no test, and not open"),
        ({"open": True}, "needs why_open"),
        ({"why_open": "Because"}, "needs why_open"),
        ({"before": 1, "after": 2}, "likelier"),
    ],
)
def test_a_hazard_that_is_not_as_it_should_be_is_named(change, words):
    assert not list(problems([ONE]))
    found = list(problems([replace(ONE, **change)]))
    assert len(found) == 1
    assert ONE.id in found[0]
    assert words in found[0]


def test_an_open_hazard_may_have_no_test_when_it_says_why():
    assert not list(problems([replace(ONE, tests=(), open=True, why_open="Not built yet")]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("severity: 5", "severity: 6", "from 1 to 5"),
        ("before: 4, ", "", "from 1 to 5"),
        ('    harm: "A harm"\n', "", "harm is missing"),
        ("remains:", "rest:", "unknown field rest"),
    ],
)
def test_an_entry_of_the_wrong_form_is_refused_by_name(tmp_path, old, new, words):
    log = tmp_path / "hazard_log.yml"
    log.write_text(ENTRY)
    assert [hazard.id for hazard in read_log(log)] == ["H01"]
    log.write_text(ENTRY.replace(old, new))
    with pytest.raises(HazardLogError, match=f"H01.*{words}"):
        read_log(log)


def test_one_id_for_two_hazards_is_refused(tmp_path):
    log = tmp_path / "hazard_log.yml"
    log.write_text(ENTRY + ENTRY.partition("\n")[2])
    with pytest.raises(HazardLogError, match="H01 is there 2 times"):
        read_log(log)


def test_the_check_fails_on_a_page_that_is_not_up_to_date_and_leaves_it_alone(monkeypatch, tmp_path, capsys):
    stale = tmp_path / "hazard_log.md"
    stale.write_text("old")
    monkeypatch.setattr(hazards, "PAGE", stale)
    assert main(["--check"]) == 1
    assert "not up to date" in capsys.readouterr().err
    assert stale.read_text() == "old"
    assert main([]) == 0
    assert main(["--check"]) == 0
