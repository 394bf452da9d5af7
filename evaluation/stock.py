"""A stock Rasa project to measure against: `rasa init`'s configuration, as many intents as this project, trained and served.

Pipeline and policies are Rasa's own defaults, as `rasa init` leaves them: DIET, ResponseSelector, TED and the rest,
100 epochs each. Each intent has as many examples as in `rasa init` (about ten), taken from ``data/nlu.yml``, and a rule
that answers it with a text; three stories train TED. Entities, slots and forms are those of this project, so that the
domain is as large. The REST channel and the tracker in memory are its defaults, too.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import rasa.cli
import rasa.engine.recipes
from ruamel.yaml import YAML

from evaluation.examples import TRAINING, intent_examples
from evaluation.stack import PROJECT, free_port

FOLDER = PROJECT / "build" / "stock"
INITIAL = Path(rasa.cli.__path__[0]) / "initial_project"
DEFAULTS = Path(rasa.engine.recipes.__path__[0]) / "config_files" / "default_config.yml"
#: rasa init: 68 examples of 7 intents.
EXAMPLES_AN_INTENT = 10
#: Rasa's own greeting needs these.
STORIES = (
    ("greet", "walking", "thanks", "goodbye"),
    ("greet", "symptoms", "see_physio", "opening_hours"),
    ("greet", "best_exercise", "exercise_safety", "goodbye"),
)
START_SECONDS = 600


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(value, file)


def intents() -> dict[str, list[str]]:
    """Every intent of this project with the examples the stock project gets, evenly picked."""
    found: dict[str, list[str]] = defaultdict(list)
    for example in intent_examples(TRAINING):
        found[example.label].append(example.text)
    return {
        intent: texts[:: max(1, len(texts) // EXAMPLES_AN_INTENT)][:EXAMPLES_AN_INTENT]
        for intent, texts in sorted(found.items())
    }


def make(epochs: int | None = None) -> Path:
    """Writes the project and trains it unless that has been done; the model's path. ``epochs`` in place of Rasa's 100."""
    examples = intents()
    domain = YAML(typ="safe", pure=True).load(PROJECT / "domain.yml")
    held = {part: domain[part] for part in ("entities", "slots", "forms")}
    name = hashlib.sha256(
        repr((examples, STORIES, held, *([epochs] if epochs else []))).encode()
    ).hexdigest()[:12]
    model = FOLDER / "models" / f"stock-{name}.tar.gz"
    if model.exists():
        return model
    shutil.rmtree(FOLDER / "data", ignore_errors=True)
    for part in ("config.yml", "endpoints.yml", "credentials.yml"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.copy(INITIAL / part, FOLDER / part)
    if epochs:
        config = YAML(typ="safe", pure=True).load(DEFAULTS)
        for part in (*config["pipeline"], *config["policies"]):
            if "epochs" in part:
                part["epochs"] = epochs
        _write(FOLDER / "config.yml", config)
    lines = {intent: "".join(f"- {text}\n" for text in texts) for intent, texts in examples.items()}
    _write(
        FOLDER / "data" / "nlu.yml",
        {"version": "3.1", "nlu": [{"intent": i, "examples": e} for i, e in lines.items()]},
    )
    answer = (
        "This is what is known about it, in two or three plain sentences, as long as an answer of ours. " * 3
    )
    _write(
        FOLDER / "domain.yml",
        {
            "version": "3.1",
            "intents": list(examples),
            **held,
            "responses": {f"utter_{intent}": [{"text": answer}] for intent in examples},
            "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        },
    )
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]} for intent in examples
    ]
    _write(FOLDER / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    stories = [
        {
            "story": f"story {number}",
            "steps": [
                step for intent in story for step in ({"intent": intent}, {"action": f"utter_{intent}"})
            ],
        }
        for number, story in enumerate(STORIES)
    ]
    _write(FOLDER / "data" / "stories.yml", {"version": "3.1", "stories": stories})
    subprocess.run(
        ["rasa", "train", "--out", "models", "--fixed-model-name", model.name.removesuffix(".tar.gz")],
        cwd=FOLDER,
        check=True,
    )
    return model


class Stock:
    """The running stock project; use as a context manager."""

    def __init__(self, epochs: int | None = None) -> None:
        self.model = make(epochs)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Stock:
        command = ["rasa", "run", "--model", str(self.model), "--interface", "127.0.0.1"]
        command += ["--port", str(self.port)]
        with (FOLDER / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=FOLDER, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/", timeout=5).status_code == 200:
                    return self
            except httpx.HTTPError:
                time.sleep(0.3)
        self.__exit__(None, None, None)
        raise RuntimeError("The stock project did not start:\n" + (FOLDER / "log").read_text()[-2000:])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


if __name__ == "__main__":
    print(make())
    sys.exit(0)
