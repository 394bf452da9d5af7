"""A linear classifier over sentence embeddings and hashed n-grams; weights kept as safetensors.

Rasa's LogisticRegressionClassifier keeps its weights through skops, whose import alone takes 10 to 17
seconds at every start. Embeddings carry meaning, hashed character n-grams typing errors and rare
words: measured together and apart by ``make bench-nlu``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from bot.understanding.embedding import Vectors

CHARACTER_FEATURES = 2**13
WORD_FEATURES = 2**12
#: Weight of the n-gram features against the embedding, chosen by cross-validation.
NGRAM_WEIGHT = 0.5
#: Inverse strength of regularisation, chosen by cross-validation.
INVERSE_REGULARISATION = 30.0

_characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=CHARACTER_FEATURES)
_words = HashingVectorizer(ngram_range=(1, 2), n_features=WORD_FEATURES, token_pattern=r"[a-z0-9']+")


def labels_in_header(data: bytes) -> str:
    """The labels kept in the header of a safetensors file (its length is the first 8 bytes)."""
    length = int.from_bytes(data[:8], "little")
    header: dict[str, dict[str, str]] = json.loads(data[8 : 8 + length])
    return header["__metadata__"]["labels"]


def features(texts: list[str], vectors: Vectors) -> csr_matrix:
    """Feature rows of normalised ``texts`` with their embeddings ``vectors`` (len(texts), 384)."""
    return hstack(
        [
            csr_matrix(vectors),
            NGRAM_WEIGHT * _characters.transform(texts),
            NGRAM_WEIGHT * _words.transform(texts),
        ]
    ).tocsr()


class LinearModel:
    """Multinomial logistic regression: ``labels`` and weights."""

    def __init__(self, labels: list[str], weights: Vectors, bias: Vectors) -> None:
        self.labels = labels
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, texts: list[str], vectors: Vectors, labels: list[str]) -> LinearModel:
        """Trains on normalised ``texts``, their embeddings and one label each. Deterministic."""
        model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000)
        model.fit(features(texts, vectors), labels)
        return cls(
            [str(label) for label in model.classes_],
            model.coef_.T.astype(np.float32),
            model.intercept_.astype(np.float32),
        )

    def probabilities(self, texts: list[str], vectors: Vectors) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(texts), len(labels)); rows sum to 1."""
        scores = np.asarray(features(texts, vectors) @ self._weights, dtype=np.float64) + self._bias
        scores -= scores.max(axis=1, keepdims=True)
        exponent = np.exp(scores)
        return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Writes the model to ``path`` (safetensors, labels in the header)."""
        save_file(
            {"weights": np.ascontiguousarray(self._weights), "bias": self._bias},
            str(path),
            metadata={"labels": "\n".join(self.labels)},
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Reads a model written by :meth:`save`."""
        tensors = load_file(str(path))
        header = labels_in_header(path.read_bytes())
        return cls(header.split("\n"), tensors["weights"], tensors["bias"])
