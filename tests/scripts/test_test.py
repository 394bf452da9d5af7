"""Without a program its tests are left out, and that is said; with CI set the run fails instead."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from evaluation.stack import PROJECT

#: Each program, the tests that need it, and how it is named.
PROGRAMS = {
    "chromium": ("browser", "Chromium"),
    "initdb": ("servers", "PostgreSQL"),
    "redis-server": ("servers", "Redis"),
    "faketime": ("servers", "faketime"),
    "nginx": ("proxy", "nginx"),
    "openssl": ("proxy", "openssl"),
    "promtool": ("prometheus", "promtool"),
    "systemd-analyze": ("systemd", "systemd-analyze"),
    "npm": ("node", "Node"),
}


class Machine:
    """A project folder with a copy of scripts/test, and a PATH with stand-ins of all programs; python says what it got."""

    def __init__(self, folder: Path) -> None:
        self.project, self.path = folder / "project", folder / "bin"
        self.path.mkdir()
        (self.project / "scripts").mkdir(parents=True)
        script = (PROJECT / "scripts" / "test").read_text(encoding="utf-8")
        # what is installed on this machine must not be found
        for place in ("/usr/lib/postgresql", "/usr/sbin/nginx"):
            assert place in script
            script = script.replace(place, str(folder / "nowhere"))
        self._program(self.project / "scripts" / "test", script)
        self._program(self.project / "scripts" / "node", "#!/bin/sh\n")
        for tool in ("bash", "mkdir", "rm"):
            (self.path / tool).symlink_to(str(shutil.which(tool)))
        for name in PROGRAMS:
            self._program(self.path / name, "#!/bin/sh\n")
        self._program(self.path / "python", '#!/bin/sh\necho "$@"\n')

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def test(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["scripts/test"],
            cwd=self.project,
            env={"PATH": str(self.path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("ci", [{}, {"CI": "true"}])
def test_with_every_program_nothing_is_left_out(machine: Machine, ci: dict[str, str]) -> None:
    done = machine.test(**ci)
    assert (done.returncode, done.stderr) == (0, "")
    tests, browser = done.stdout.splitlines()
    assert tests == "-m pytest --junit-xml=build/tests.xml --ignore=tests/browser"
    assert browser == "-m pytest --junit-xml=build/tests-browser.xml tests/browser"


@pytest.mark.parametrize("program", PROGRAMS)
def test_in_ci_a_program_that_is_missing_fails_the_run_and_is_named(machine: Machine, program: str) -> None:
    (machine.path / program).unlink()
    done = machine.test(CI="true")
    assert done.returncode == 1
    assert done.stdout == ""
    assert PROGRAMS[program][1] in done.stderr
    assert "is not installed, and with CI set no tests may be left out" in done.stderr
    assert "apt-get install" in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_elsewhere_its_tests_are_left_out_and_that_is_said(machine: Machine, program: str) -> None:
    marker, name = PROGRAMS[program]
    (machine.path / program).unlink()
    done = machine.test()
    assert done.returncode == 0
    assert f"not {marker}" in done.stdout
    assert f"{name} is not installed, so the" in done.stderr


def test_what_needs_two_missing_programs_is_left_out_once(machine: Machine) -> None:
    for program in ("redis-server", "initdb"):
        (machine.path / program).unlink()
    done = machine.test()
    assert "-m not servers and not proxy " in done.stdout
    assert "PostgreSQL, Redis is not installed" in done.stderr
