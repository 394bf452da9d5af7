"""The data check finds the same text twice, doubtful labels and confusions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation import data_check
from evaluation.data_check import across_labels, confusions, doubts, duplicates, near_duplicates, per_label
from evaluation.examples import HELD_OUT, TRAINING, Example, embed, intent_examples
from evaluation.folds import Predicted

WALK = Example("Is walking good?", "walking", "one")
EXAMPLES = (
    WALK,
    Example("is  walking GOOD?", "causes", "two"),
    Example("opening times", "opening_hours", "one"),
)
LABELS = ("causes", "opening_hours", "walking")


def predicted(*rows: list[float]) -> Predicted:
    return Predicted(EXAMPLES, LABELS, np.array(rows))


def test_the_same_text_under_two_intents_is_found_whatever_its_case_and_spacing() -> None:
    found = across_labels(duplicates(EXAMPLES))
    assert list(found) == ["is walking good?"]
    assert across_labels(duplicates([WALK, WALK])) == {}


def test_a_label_is_doubted_only_when_another_is_likely() -> None:
    found = doubts(predicted([0.9, 0.05, 0.05], [0.9, 0.05, 0.05], [0.5, 0.05, 0.45]))
    assert [(doubt.example, doubt.rather) for doubt in found] == [(WALK, "causes")]


def test_confusions_and_scores_per_intent() -> None:
    seen = predicted([0.9, 0.05, 0.05], [0.9, 0.05, 0.05], [0.1, 0.8, 0.1])
    assert confusions(seen) == [("walking", "causes", 1)]
    assert per_label(seen) == [
        ("causes", 1, 0.5, 1.0, 0.6667),
        ("opening_hours", 1, 1.0, 1.0, 1.0),
        ("walking", 1, None, 0.0, 0.0),
    ]


@pytest.fixture
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.examples.CACHE", tmp_path / "cache")


@pytest.mark.usefixtures("_own_cache")
def test_near_duplicates_are_listed_across_intents_only() -> None:
    near = Example("Is walking good for me?", "causes", "three")
    same_intent = Example("Is walking good for me then?", "walking", "three")
    pairs = near_duplicates([WALK, near, same_intent, EXAMPLES[2]])
    assert {frozenset((p.first.label, p.second.label)) for p in pairs} == {frozenset(("walking", "causes"))}


@pytest.mark.usefixtures("_own_cache")
def test_cached_embeddings_are_the_same_as_new_ones() -> None:
    first = embed(["is walking good", "opening times"])
    again = embed(["opening times", "is walking good"])
    assert np.array_equal(first, again[::-1])
    assert embed([]).shape == (0, 384)


def test_held_out_voices_are_not_trained_on_and_no_text_is_in_both() -> None:
    training, held_out = intent_examples(TRAINING), intent_examples(HELD_OUT)
    assert not {e.group for e in training} & {e.group for e in held_out}
    assert not {data_check.plain(e.text) for e in training} & {data_check.plain(e.text) for e in held_out}
    assert {e.label for e in held_out} <= {e.label for e in training}


def test_no_text_stands_under_two_intents() -> None:
    assert across_labels(duplicates(intent_examples(TRAINING))) == {}
