"""The linear classifier: a message is read as the training examples were."""

from __future__ import annotations

import numpy as np
import pytest

from bot.understanding.embedding import embedder
from bot.understanding.linear import LinearModel, _ngrams, _ngrams_of

TEXTS = (
    "is walking good for a sore hip?",
    "no no no",
    "i cant walk i cant sleep i cant sit",
    "a",
    "",
    "…!?",
    "½ naïve – 日本語",
    "x" * 300,
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_ngrams_of_a_message_are_those_of_training(text: str) -> None:
    trained = _ngrams([text]).toarray()[0]
    columns, values = _ngrams_of(text)
    read = np.zeros_like(trained)
    read[columns] = values
    assert np.array_equal(read, trained)


def test_probabilities_come_from_embedding_ngrams_and_bias() -> None:
    texts = [
        "my hip hurts",
        "when are you open",
        "hip sore",
        "what are your hours",
        "aching hip",
        "open today",
    ]
    vectors = embedder()(texts)
    model = LinearModel.fit(texts, vectors, ["pain", "hours"] * 3)
    scores = np.hstack([vectors, _ngrams(texts).toarray()]) @ model._weights + model._bias
    wanted = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.allclose(model.probabilities(texts, vectors), wanted, atol=1e-5)
    assert [model.labels[best] for best in wanted.argmax(axis=1)] == ["pain", "hours"] * 3


def test_every_text_needs_an_embedding_and_a_label() -> None:
    with pytest.raises(ValueError, match="2 texts, 1 embeddings and 2 labels"):
        LinearModel.fit(["a", "b"], embedder()(["a"]), ["x", "y"])
