"""The benchmark compares one label a message, and counts what each pipeline decides."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import spacy

from evaluation.bench_nlu import (
    DEFAULT,
    OURS,
    SPACY,
    Labelled,
    Measured,
    Result,
    decision,
    errors,
    learned_from,
    messages_of,
    page,
    peak_mib,
    pipelines,
    single_label,
    write_examples,
)
from evaluation.examples import intent_examples
from evaluation.npm_package import Package
from evaluation.stack import PROJECT
from evaluation.word_vectors import make


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ({"topics": ["walking"]}, ("walking",)),
        (
            {"topics": ["walking"], "topics_ok": ["causes"], "scope_ok": ["other_hip"]},
            ("walking", "causes", "other_hip"),
        ),
        ({"topics": [], "scope": "greet", "scope_ok": ["bot_challenge"]}, ("greet", "bot_challenge")),
        ({"topics": ["exercise_howto:hip_flexion"]}, ("exercise_howto_hip_flexion",)),
        ({"topics": ["walking", "causes"]}, None),
        ({"topics": ["walking"], "topic_scored": False}, None),
        ({"topics": [], "scope": "not_hip"}, None),
        ({"topics": []}, None),
    ],
)
def test_only_messages_with_one_label_are_compared(
    line: dict[str, Any], labels: tuple[str, ...] | None
) -> None:
    found = single_label({"id": "a", "text": "…", **line})
    assert (found.labels if found else None) == labels


def test_both_kinds_of_file_are_read() -> None:
    for name in ("heldout.yml", "messages.jsonl"):
        found = messages_of(PROJECT / "tests" / "nlu" / name)
        assert found
        assert all(isinstance(message, Labelled) and message.text for message in found)


def test_pipelines_may_learn_from_every_fourth_example_of_each_intent(tmp_path: Path) -> None:
    every, fourth = tmp_path / "every.yml", tmp_path / "fourth.yml"
    write_examples(every, 1)
    write_examples(fourth, 4)
    of_label: dict[str, list[str]] = {}
    for example in intent_examples(every):
        of_label.setdefault(example.label, []).append(example.text)
    assert {e.text for e in intent_examples(every)} == {e.text for e in intent_examples()}
    assert [e.text for e in intent_examples(fourth)] == [t for texts in of_label.values() for t in texts[::4]]
    assert learned_from(4) == "every fourth example of each intent in data/nlu.yml"


def _entity(kind: str, value: str) -> dict[str, str]:
    return {"entity": kind, "value": value}


@pytest.mark.parametrize(
    ("intent", "entities", "decided"),
    [
        ("walking", [], "walking"),
        ("nlu_fallback", [], "nlu_fallback"),
        ("urgent", [], "report"),
        ("report", [_entity("topic", "exercise_howto:hip_flexion")], "exercise_howto_hip_flexion"),
        ("report", [_entity("topic", "walking"), _entity("topic", "causes")], "several topics"),
        ("report", [_entity("scope", "greet")], "greet"),
    ],
)
def test_what_a_pipeline_decides(intent: str, entities: list[dict[str, str]], decided: str) -> None:
    ranking = [{"name": "nlu_fallback"}, {"name": "report"}]
    parsed = {"intent": {"name": intent}, "intent_ranking": ranking, "entities": entities}
    assert decision(parsed) == (decided, "report")


def test_a_tolerated_label_is_no_error() -> None:
    messages = [Labelled("a", ("walking", "causes")), Labelled("b", ("greet",))]
    results = [Result("causes", "walking", 1.0), Result("nlu_fallback", "greet", 1.0)]
    assert errors(messages, results) == [1]
    assert errors(messages, results, likeliest=True) == []


def test_the_default_pipeline_is_rasas_own_and_the_third_is_the_same_with_word_vectors() -> None:
    found = pipelines("a/spacy/model")
    assert list(found) == [OURS, DEFAULT, SPACY]
    diet = next(part for part in found[DEFAULT] if part["name"] == "DIETClassifier")
    assert diet["epochs"] == 100
    assert found[OURS][0]["name"].startswith("bot.understanding.")
    assert [part["name"] for part in found[SPACY][:3]] == ["SpacyNLP", "SpacyTokenizer", "SpacyFeaturizer"]
    assert found[SPACY][0]["model"] == "a/spacy/model"
    assert found[SPACY][3:] == [part for part in found[DEFAULT] if part["name"] != "WhitespaceTokenizer"]


def test_word_vectors_become_a_model_that_spacy_loads(tmp_path: Path) -> None:
    # as in the package: after the two numbers of each vector stand its length and its place
    make({"dimensions": 2, "vectors": {"hip": [3.0, 4.0, 5.0, 0], "bus": [-4.0, 3.0, 5.0, 1]}}, tmp_path)
    nlp = spacy.load(tmp_path)
    hip, bus, unknown = nlp("hip bus qwerty")
    assert list(hip.vector) == [3.0, 4.0]
    assert hip.similarity(bus) == 0
    assert not unknown.has_vector


def test_a_package_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.npm_package.KEPT", tmp_path)
    with tarfile.open(tmp_path / "words-1.0.tgz", "w:gz") as archive:
        told = tarfile.TarInfo("package/words.json")
        told.size = 2
        archive.addfile(told, io.BytesIO(b"{}"))
    hashed = base64.b64encode(hashlib.sha512((tmp_path / "words-1.0.tgz").read_bytes()).digest()).decode()
    assert Package("words", "1.0", "words.json", hashed).content() == b"{}"
    with pytest.raises(ValueError, match="not the pinned file"):
        Package("words", "1.0", "words.json", hashed[::-1]).content()


def test_the_page_counts_the_errors_of_each_pipeline() -> None:
    messages = {"file.jsonl": [Labelled("a", ("walking",))]}
    ran = [
        Measured(name, 60.0, 900.0, 1.0, 500.0, {"file.jsonl": [Result(label, label, 12.0)]})
        for name, label in ((OURS, "walking"), (DEFAULT, "causes"), (SPACY, "walking"))
    ]
    text = page(ran, messages, 4, "GloVe")
    assert f"{OURS} **0**, {DEFAULT} **1**, {SPACY} **0**" in text
    assert "its vectors: GloVe." in text


def test_the_memory_of_a_step_is_its_own_and_not_that_of_what_started_it() -> None:
    held = bytearray(400 * 2**20)  # written to, so that it is really there
    held[:: 2**12] = b"x" * len(held[:: 2**12])
    code = "import sys; from evaluation.bench_nlu import peak_mib; sys.stdout.write(str(peak_mib()))"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert peak_mib() > 400
    assert float(told.stdout.split()[-1]) < peak_mib() - 300
