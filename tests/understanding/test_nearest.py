"""The classifier of topics: the nearest examples have a say beside the linear model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.understanding.embedding import embedder
from bot.understanding.linear import LinearModel
from bot.understanding.nearest import NEAREST, SAY, LinearAndNearest

HOURS = ("when are you open", "what are your hours", "are you open on sundays")
PAIN = ("my hip hurts", "a sore hip", "it aches at night")
TEXTS = [*HOURS, *PAIN]
LABELS = ["hours"] * 3 + ["pain"] * 3


def test_the_nearest_examples_have_their_say() -> None:
    vectors = embedder()(TEXTS)
    found = LinearAndNearest.fit(TEXTS, vectors, LABELS).probabilities(TEXTS, vectors)
    linear = LinearModel.fit(TEXTS, vectors, LABELS).probabilities(TEXTS, vectors)
    shares = (found - (1 - SAY) * linear) / SAY
    assert np.allclose(shares.sum(axis=1), 1)
    # an example is nearest to itself
    assert np.all(shares[:3, 0] > 0.9)
    assert np.all(shares[3:, 1] > 0.9)


def test_only_the_nearest_are_asked() -> None:
    # one example of "pain" among many of "hours", far from the text: left out of the nearest
    texts = [f"are you open at {hour} o'clock" for hour in range(1, NEAREST + 5)] + ["my hip hurts"]
    labels = ["hours"] * (len(texts) - 1) + ["pain"]
    model = LinearAndNearest.fit(texts, embedder()(texts), labels)
    asked = ["are you open at 30 o'clock"]
    [[hours, pain]] = model._by_nearest(embedder()(asked))
    assert (hours, pain) == (pytest.approx(1), 0)


def test_it_is_read_as_it_was_kept(tmp_path: Path) -> None:
    vectors = embedder()(TEXTS)
    model = LinearAndNearest.fit(TEXTS, vectors, LABELS)
    model.save(tmp_path / "model.safetensors")
    read = LinearAndNearest.load(tmp_path / "model.safetensors")
    assert read.labels == model.labels == ["hours", "pain"]
    assert np.array_equal(read.probabilities(TEXTS, vectors), model.probabilities(TEXTS, vectors))


def test_every_text_needs_an_embedding_and_a_label() -> None:
    with pytest.raises(ValueError, match="2 texts, 1 embeddings and 2 labels"):
        LinearAndNearest.fit(["a", "b"], embedder()(["a"]), ["x", "y"])
