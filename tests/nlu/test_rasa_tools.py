"""What Rasa users expect to work: data validate, test nlu on the held-out voices, test core on the stories."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from evaluation.stack import PROJECT

#: Share of held-out sentences whose intent must be found; none of their voices is in the training data.
LEAST_ACCURACY = 0.80
#: Intents that no sentence has: a picked choice has them, or the resolver gives them.
WITHOUT_SENTENCES = {"answer", "emergency", "none_of_these", "urgent"}


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Rasa's command line in the project."""
    return subprocess.run(
        ["rasa", *arguments],
        cwd=PROJECT,
        env={**os.environ, "TRACKER_DB": ":memory:"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_data_validate_finds_nothing_but_what_is_meant_to_be_so() -> None:
    done = rasa("data", "validate", "--domain", "domain.yml", "--data", "data", "--config", "config.yml")
    assert done.returncode == 0, done.stderr[-2_000:]
    output = done.stdout + done.stderr
    assert "No story structure conflicts found" in output
    warnings = re.findall(r"UserWarning: (.*)", output)
    unexpected = [
        warning
        for warning in warnings
        if not re.match(r"The utterance 'utter_ask_check_form_\w+' is not used in any story or rule", warning)
        and not any(
            f"The intent '{intent}' is listed in the domain file" in warning for intent in WITHOUT_SENTENCES
        )
        and not warning.startswith("pkg_resources is deprecated")
    ]
    assert unexpected == []
    assert not re.search(r"\b(?:ERROR|WARNING)\b", output)


def test_the_intents_of_the_held_out_voices_are_found(trained_model: str, tmp_path: Path) -> None:
    done = rasa(
        "test",
        "nlu",
        "--model",
        trained_model,
        "--nlu",
        "tests/nlu/heldout.yml",
        "--out",
        str(tmp_path),
        "--no-plot",
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads((tmp_path / "intent_report.json").read_text())
    assert report["weighted avg"]["support"] >= 400
    right = report["accuracy"] if "accuracy" in report else report["micro avg"]["recall"]
    assert right >= LEAST_ACCURACY


def test_the_stories_go_as_they_are_written(trained_model: str, tmp_path: Path) -> None:
    done = rasa(
        "test",
        "core",
        "--model",
        trained_model,
        "--stories",
        "tests/test_stories.yml",
        "--out",
        str(tmp_path),
        "--fail-on-prediction-errors",
        "--no-plot",
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2_000:]
