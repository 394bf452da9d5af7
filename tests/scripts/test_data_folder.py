"""What visitors tell is kept where no other user of the machine can look."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.settings import data_folder
from bot.start_check import looked_into
from evaluation.stack import PROJECT


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The scripts beside a Python and a honcho that only say which rights are taken from what they make."""
    made = tmp_path / "project"
    shutil.copytree(PROJECT / "scripts", made / "scripts")
    (made / "models").mkdir()
    (made / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "honcho"):
        program = made / ".venv" / "bin" / name
        program.write_text('#!/bin/bash\necho "$(umask) $(basename "$0") $*"\n')
        program.chmod(0o755)
    (made / "scripts" / "model").write_text("#!/bin/sh\necho models/model.tar.gz\n")
    (made / "models" / "model.tar.gz").touch()
    return made


@pytest.mark.parametrize(
    ("script", "last"),
    [
        ("run", "honcho start"),
        ("serve chat", "bot.channel.serve"),
        ("serve review", "bot.review serve"),
        ("serve follow", "bot.review follow"),
        ("serve retention", "bot.privacy.retention"),
        ("review prepare", "bot.review prepare"),
        ("upkeep backup x", "bot.upkeep backup x"),
    ],
)
def test_what_is_started_makes_files_and_folders_for_its_own_user_only(
    project: Path, script: str, last: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATA_FOLDER"}
    done = subprocess.run(
        ["bash", "-c", f"umask 022; scripts/{script}"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    line = done.stdout.splitlines()[-1]
    assert line.startswith("0077 ")
    assert last in line
    assert mode(project / "var") == 0o700


def test_a_folder_that_is_made_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "new"))
    assert mode(data_folder()) == 0o700
    assert looked_into() == []


def test_the_folder_that_an_earlier_version_left_open_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "PROJECT", tmp_path.resolve())
    monkeypatch.delenv("DATA_FOLDER", raising=False)
    (tmp_path / "var").mkdir(mode=0o755)
    assert mode(data_folder()) == 0o700


def test_another_folder_that_is_open_is_left_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    folder.chmod(0o755)
    monkeypatch.setenv("DATA_FOLDER", str(folder))
    assert data_folder() == folder
    assert mode(folder) == 0o755
    (sentence,) = looked_into()
    assert f"chmod 700 {folder}" in sentence
