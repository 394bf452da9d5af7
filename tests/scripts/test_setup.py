"""Set-up on a machine that lacks something says what, in plain words; on one that lacks nothing it does nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from evaluation.stack import PROJECT

#: What the script may expect of any machine.
TOOLS = ("bash", "cat", "dirname", "env", "mkdir", "rm", "sha256sum", "uname")


class Machine:
    """A folder with a copy of the script, and a PATH on which only chosen tools stand."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.path = folder / "bin"
        (self.project / "scripts").mkdir(parents=True)
        self.path.mkdir()
        shutil.copy(PROJECT / "scripts" / "setup", self.project / "scripts" / "setup")
        (self.project / "scripts" / "tools.lock").write_text("uv==1\n")
        (self.project / "requirements.lock").write_text("rasa==3\n")
        (self.project / ".python-version").write_text("3.11\n")
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))

    def script(self, name: str, text: str) -> None:
        """A tool on the PATH, or in the project when ``name`` has a folder."""
        place = self.project / name if "/" in name else self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_text("#!/usr/bin/env bash\n" + text)
        place.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Runs the set-up."""
        return subprocess.run(
            [self.project / "scripts" / "setup"],
            env={"PATH": str(self.path)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Linux machine with Python but nothing set up."""
    new = Machine(tmp_path)
    new.script("python3", "exit 0")
    new.script("uname", 'if [ "$1" = -s ]; then echo Linux; else echo x86_64; fi')
    return new


@pytest.fixture
def uv(machine: Machine) -> Path:
    """The package installer as a script that notes how it was called, and works."""
    calls = machine.project / "calls"
    machine.script(
        ".tools/bin/uv",
        f'echo "$@" >> {calls}\nif [ "$1" = venv ]; then mkdir -p .venv; rm -f .venv/.requirements; fi\n',
    )
    return calls


def _refused(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_without_python_it_asks_for_python(machine: Machine) -> None:
    (machine.path / "python3").unlink()
    _refused(machine.run(), "Cannot set up: Python 3 is not installed. Please install python3.")


@pytest.mark.parametrize(
    ("system", "chip"), [("MINGW64_NT-10.0", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")]
)
def test_on_a_machine_for_which_rasa_has_no_packages_it_says_so(
    machine: Machine, system: str, chip: str
) -> None:
    machine.script("uname", f'if [ "$1" = -s ]; then echo {system}; else echo {chip}; fi')
    _refused(machine.run(), f"Rasa 3.6 has no packages for {system} {chip}.")


def test_without_the_venv_module_it_says_how_to_get_it(machine: Machine) -> None:
    machine.script("python3", 'if [ "$1" = -c ]; then exit 1; fi')
    _refused(machine.run(), "apt-get install python3-venv")


def test_without_a_network_it_asks_for_one(machine: Machine) -> None:
    machine.script(
        "python3",
        'if [ "$1" = -m ]; then mkdir -p .tools/bin; printf "#!/usr/bin/env bash\\nexit 1\\n" > .tools/bin/python;'
        " /bin/chmod +x .tools/bin/python; fi",
    )
    _refused(machine.run(), "Is there a network connection?")


def test_without_the_right_python_it_names_the_version(machine: Machine) -> None:
    machine.script(".tools/bin/uv", 'if [ "$1" = venv ]; then exit 1; fi')
    _refused(machine.run(), "Python 3.11 is needed")


def test_packages_that_cannot_be_installed_are_said_and_tried_again(machine: Machine, uv: Path) -> None:
    working = (machine.project / ".tools/bin/uv").read_text()
    machine.script(
        ".tools/bin/uv", 'if [ "$1" = venv ]; then mkdir -p .venv; else echo "no rasa" >&2; exit 1; fi'
    )
    done = machine.run()
    _refused(done, "the packages could not be installed")
    assert "no rasa" in done.stderr
    machine.script(".tools/bin/uv", working.removeprefix("#!/usr/bin/env bash\n"))
    assert machine.run().returncode == 0
    assert "pip sync" in uv.read_text()


def test_it_installs_what_the_lock_names_with_hashes_once(machine: Machine, uv: Path) -> None:
    first = machine.run()
    assert first.returncode == 0
    assert "Setting up" in first.stdout
    assert "--require-hashes" in uv.read_text()
    before = uv.read_text()
    second = machine.run()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert uv.read_text() == before


def test_a_changed_lock_is_installed_anew(machine: Machine, uv: Path) -> None:
    machine.run()
    calls = uv.read_text()
    (machine.project / "requirements.lock").write_text("rasa==4\n")
    assert machine.run().returncode == 0
    assert len(uv.read_text()) > len(calls)


def test_an_installation_that_was_broken_off_is_done_again(machine: Machine, uv: Path) -> None:
    (machine.project / ".venv").mkdir()
    assert machine.run().returncode == 0
    assert "pip sync" in uv.read_text()
