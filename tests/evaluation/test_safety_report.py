"""The safety report counts each tier's recall and false alarms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.advice.content import content
from bot.advice.vocabulary import Urgency
from evaluation.examples import HARMLESS, Example, flag_examples
from evaluation.folds import Predicted
from evaluation.safety_report import (
    classifier_recall,
    classifier_section,
    example_lines,
    file_section,
    flags_named,
    grouped,
    page,
    repeats_training,
    threshold_curve,
)
from evaluation.score import score

FLAGS = {"sepsis": Urgency.emergency, "leg_clot": Urgency.urgent, "avn": Urgency.soon}
PREDICTED = Predicted(
    (
        Example("blotchy", "sepsis", "phrases 1"),
        Example("swollen calf", "leg_clot", "phrases 2"),
        Example("steroids", "avn", "phrases 3"),
        Example("stiff", HARMLESS, "phrases 4"),
        Example("opening times", HARMLESS, "a voice"),
    ),
    ("avn", "leg_clot", HARMLESS, "sepsis"),
    np.array(
        [
            [0.0, 0.1, 0.1, 0.8],
            [0.0, 0.4, 0.2, 0.4],
            [0.7, 0.1, 0.2, 0.0],
            [0.0, 0.6, 0.4, 0.0],
            [0.0, 0.0, 1.0, 0.0],
        ]
    ),
)


def test_a_tier_is_reached_by_its_own_flags_and_those_above() -> None:
    urgent = threshold_curve(PREDICTED, Urgency.urgent, FLAGS, (0.5, 0.9))
    assert urgent == [(0.5, 1.0, 1.0, 0.0), (0.9, 0.0, 0.0, 0.0)]


def test_each_flag_has_its_recall_at_the_thresholds_in_force() -> None:
    found = classifier_recall(PREDICTED, FLAGS)
    assert found["sepsis"] == (1, 1.0, 1.0)
    assert found["leg_clot"][:2] == (1, 1.0)


def test_examples_and_phrases_name_flags_of_the_content() -> None:
    flags = content().flags
    lines = example_lines(content())
    assert lines
    assert {line["flag"] for line in lines} <= set(flags)
    assert {e.label for e in flag_examples()} <= {*flags, HARMLESS, "chronic"}


@pytest.mark.usefixtures("_own_cache")
def test_phrases_that_nearly_repeat_each_other_are_one_group() -> None:
    texts = ("my calf is swollen", "my calf is very swollen", "blotchy skin and confused")
    found = grouped([Example(text, "leg_clot", str(n)) for n, text in enumerate(texts)])
    assert found[0].group == found[1].group != found[2].group


@pytest.mark.usefixtures("_own_cache")
def test_messages_that_nearly_repeat_a_training_text_are_counted() -> None:
    learnt = [Example("is walking good for my hip", "walking", "voice")]
    lines = [
        {"id": "a", "text": "Is walking good for my hip?"},
        {"id": "b", "text": "my calf is swollen"},
        {"id": "c"},
    ]
    assert repeats_training(lines, learnt).startswith("1 of 2 ")
    assert repeats_training([], learnt) == ""


@pytest.fixture
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.examples.CACHE", tmp_path / "cache")


def test_the_page_names_what_was_missed_and_how_often_a_flag_was_the_reason() -> None:
    lines = [
        {"id": "one", "text": "…", "flag": "sepsis", "urgency": "emergency"},
        {"id": "two", "text": "…", "flag": "sepsis", "urgency": HARMLESS},
    ]
    answers = [
        {"id": "one", "advice": {"urgency": "urgent", "reasons": ["sepsis"]}},
        {"id": "two", "advice": {"urgency": "emergency", "reasons": []}},
    ]
    assert flags_named(lines, answers) == (1, 1)
    sections = [*file_section("file.jsonl", "", score(lines, answers)), *file_section("plain.jsonl", "", {})]
    text = page([*sections, *classifier_section(PREDICTED, FLAGS)], (1, 1))
    for part in ("under-triaged by one tier", "one two", "No urgency is labelled", "**"):
        assert part in text
