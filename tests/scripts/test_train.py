"""Training happens when something changed, refuses broken content by name, and is not repeated."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from evaluation.stack import PROJECT

#: What the model is made from.
SOURCES = ("actions", "bot", "content", "data", "scripts")
FILES = ("config.yml", "domain.yml", "requirements.lock", "endpoints.yml", "credentials.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with the installed packages but without a model."""
    copy = tmp_path / "project"
    for name in SOURCES:
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(PROJECT / name, copy / name)
    (copy / ".venv").symlink_to(PROJECT / ".venv")
    return copy


def _model(project: Path) -> str:
    return subprocess.run(
        [project / "scripts" / "model"], check=True, capture_output=True, text=True
    ).stdout.strip()


def _train(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "scripts" / "in", "scripts/train"], capture_output=True, text=True, check=False
    )


def test_a_copy_of_the_project_has_the_same_model(project: Path) -> None:
    assert _model(project) == _model(PROJECT)


@pytest.mark.parametrize(
    "name",
    [
        "content/answers.yml",
        "content/red_flag_phrases.yml",
        "data/nlu.yml",
        "domain.yml",
        "config.yml",
        "bot/understanding/facts.py",
    ],
)
def test_another_source_is_another_model(project: Path, name: str) -> None:
    before = _model(project)
    with (project / name).open("a", encoding="utf-8") as opened:
        opened.write("\n# changed\n")
    assert _model(project) != before


@pytest.mark.parametrize(
    "name", ["content/clinic.yml", "content/pages.yml", "actions/actions.py", "bot/channel/chat.py"]
)
def test_what_is_read_at_the_start_needs_no_new_model(project: Path, name: str) -> None:
    before = _model(project)
    with (project / name).open("a", encoding="utf-8") as opened:
        opened.write("\n# changed\n")
    assert _model(project) == before


def test_with_a_model_for_the_present_files_nothing_is_trained(project: Path) -> None:
    model = project / _model(project)
    model.parent.mkdir()
    model.write_bytes(b"the model")
    done = _train(project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert model.read_bytes() == b"the model"


def test_broken_content_is_refused_by_name_and_leaves_no_model(project: Path) -> None:
    answers = project / "content" / "answers.yml"
    text = answers.read_text(encoding="utf-8")
    answers.write_text(text.replace("topic: walking", "topic: wlaking", 1), encoding="utf-8")
    done = _train(project)
    assert done.returncode == 1
    assert "The content is not right:" in done.stderr
    assert "Traceback" not in done.stderr
    assert "answers.yml, faq.walking" in done.stderr
    assert "wlaking" in done.stderr
    assert not (project / _model(project)).exists()
