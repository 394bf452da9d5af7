"""A linear classifier over sentence embeddings and hashed n-grams; weights kept as safetensors.

Rasa's LogisticRegressionClassifier keeps its weights through skops, whose import alone takes 10 to 17
seconds at every start. scikit-learn's LogisticRegression wants one matrix: with the embeddings in a sparse one,
training takes twice as long as with the two kept apart (SciPy's L-BFGS, the same loss). Embeddings carry meaning, hashed character n-grams typing errors and rare
words.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sklearn
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import logsumexp
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

from bot.understanding.embedding import Vectors

CHARACTER_FEATURES = 2**13
WORD_FEATURES = 2**12
#: Weight of the n-gram features against the embedding, chosen by cross-validation.
NGRAM_WEIGHT = 0.5
#: Inverse strength of regularisation, chosen by cross-validation.
INVERSE_REGULARISATION = 30.0

# the settings below are constants: checking them anew takes a quarter of the time of a short text
sklearn.set_config(skip_parameter_validation=True)
_characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=CHARACTER_FEATURES)
_words = HashingVectorizer(ngram_range=(1, 2), n_features=WORD_FEATURES, token_pattern=r"[a-z0-9']+")


def labels_in_header(data: bytes) -> str:
    """The labels kept in the header of a safetensors file (its length is the first 8 bytes)."""
    length = int.from_bytes(data[:8], "little")
    header: dict[str, dict[str, str]] = json.loads(data[8 : 8 + length])
    return header["__metadata__"]["labels"]


def _ngrams(texts: list[str]) -> csr_matrix:
    """Hashed n-grams of normalised ``texts``, shape (len(texts), CHARACTER_FEATURES + WORD_FEATURES)."""
    counted = hstack([_characters.transform(texts), _words.transform(texts)])
    return (NGRAM_WEIGHT * counted).astype(np.float32).tocsr()


_analyzers = [(each.build_analyzer(), each.n_features) for each in (_characters, _words)]


@lru_cache(maxsize=64)
def _ngrams_of(text: str) -> tuple[npt.NDArray[np.intp], Vectors]:
    """The columns of a text's n-grams and their values, as :func:`_ngrams` has them.

    For the few pieces of a message, which every classifier asks for in turn, making sparse matrices takes longer than all the rest.
    """
    columns: list[int] = []
    values: list[float] = []
    first = 0
    for analyze, width in _analyzers:
        counted: dict[int, int] = {}
        for gram in analyze(text):
            hashed = murmurhash3_32(gram)
            column = first + abs(hashed) % width
            counted[column] = counted.get(column, 0) + (1 if hashed >= 0 else -1)
        length = math.sqrt(sum(count * count for count in counted.values())) or 1.0
        columns += counted
        values += [NGRAM_WEIGHT * count / length for count in counted.values()]
        first += width
    return np.array(columns, dtype=np.intp), np.array(values, dtype=np.float32)


class LinearModel:
    """Multinomial logistic regression: ``labels`` and weights."""

    def __init__(self, labels: list[str], weights: Vectors, bias: Vectors) -> None:
        self.labels = labels
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, texts: list[str], vectors: Vectors, labels: list[str]) -> LinearModel:
        """Trains on normalised ``texts``, their embeddings and one label each. Deterministic.

        Minimises the mean cross-entropy with an L2 penalty of 1 / (2 · ``INVERSE_REGULARISATION`` · len(texts)).
        Raises ValueError when the lengths differ.
        """
        if not len(texts) == len(vectors) == len(labels):
            raise ValueError(f"{len(texts)} texts, {len(vectors)} embeddings and {len(labels)} labels")
        names = sorted(set(labels))
        place = {name: index for index, name in enumerate(names)}
        grams = _ngrams(texts)
        transposed = grams.T.tocsr()
        wanted = np.zeros((len(texts), len(names)), dtype=np.float32)
        wanted[np.arange(len(texts)), [place[label] for label in labels]] = 1
        penalty = 1 / (INVERSE_REGULARISATION * len(texts))
        shape = (vectors.shape[1] + grams.shape[1] + 1, len(names))

        def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
            """The loss and its gradient at the weights ``flat`` (embedding, n-grams, bias)."""
            weights = flat.reshape(shape).astype(np.float32)
            scores = (
                vectors @ weights[: vectors.shape[1]] + grams @ weights[vectors.shape[1] : -1] + weights[-1]
            )
            normaliser = logsumexp(scores, axis=1, keepdims=True)
            error = (np.exp(scores - normaliser) - wanted) / len(texts)
            gradient = np.vstack([vectors.T @ error, transposed @ error, error.sum(axis=0, keepdims=True)])
            gradient[:-1] += penalty * weights[:-1]
            cross_entropy = (normaliser.sum() - (scores * wanted).sum()) / len(texts)
            size = float(np.square(weights[:-1], dtype=np.float64).sum())
            return float(cross_entropy) + penalty / 2 * size, gradient.astype(np.float64).ravel()

        found = minimize(
            loss,
            np.zeros(shape).ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 1000, "gtol": 1e-4, "maxls": 50, "ftol": 1e-14},
        )
        weights = found.x.reshape(shape).astype(np.float32)
        return cls(names, weights[:-1], weights[-1])

    def probabilities(self, texts: list[str], vectors: Vectors) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(texts), len(labels)); rows sum to 1."""
        width = vectors.shape[1]
        scores = np.asarray(vectors @ self._weights[:width] + self._bias, dtype=np.float64)
        for row, text in enumerate(texts):
            columns, values = _ngrams_of(text)
            scores[row] += values @ self._weights[width + columns]
        scores -= scores.max(axis=1, keepdims=True)
        exponent = np.exp(scores)
        return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))

    def save(self, path: Path, **more: npt.NDArray[Any]) -> None:
        """Writes the model to ``path`` (safetensors, labels in the header), and ``more`` that goes with it."""
        save_file(
            {"weights": np.ascontiguousarray(self._weights), "bias": self._bias, **more},
            str(path),
            metadata={"labels": "\n".join(self.labels)},
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Reads a model written by :meth:`save`."""
        tensors = load_file(str(path))
        header = labels_in_header(path.read_bytes())
        return cls(header.split("\n"), tensors["weights"], tensors["bias"])
