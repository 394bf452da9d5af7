"""The classifier of topics: a linear one, and beside it the examples nearest to the text; kept as safetensors.

An intent holds many kinds of question. The linear half draws one line around them all; the other half asks only the few
examples that are most like the text. Together they err less on author voices that they have not learnt from than either
alone (docs/evaluation.md). Statements and red flags are left to the linear half: what speaks of none outnumbers them among
the examples by far, and near to everything.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from scipy.special import softmax

from bot.understanding.embedding import Vectors
from bot.understanding.linear import LinearModel

#: How many of the nearest examples are asked.
NEAREST = 20
#: How fast an example's say falls with its distance: to 1/e where its cosine is so much lower.
REACH = 0.03
#: The say of the nearest examples against that of the linear half. These three were chosen by cross-validation over author voices.
SAY = 0.4


class LinearAndNearest:
    """A :class:`LinearModel`, and the examples it was trained on: embeddings, and the place of each label."""

    def __init__(
        self, linear: LinearModel, examples: npt.NDArray[np.float16], places: npt.NDArray[np.int16]
    ) -> None:
        self._linear = linear
        self._examples = examples.astype(np.float32)
        self._places = places

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the columns of :meth:`probabilities`."""
        return self._linear.labels

    @classmethod
    def fit(cls, texts: list[str], vectors: Vectors, labels: list[str]) -> LinearAndNearest:
        """Trains on normalised ``texts``, their embeddings (rows of length 1) and one label each. Deterministic.

        Raises ValueError when the lengths differ.
        """
        linear = LinearModel.fit(texts, vectors, labels)
        places = np.array([linear.labels.index(label) for label in labels], dtype=np.int16)
        return cls(linear, vectors.astype(np.float16), places)

    def probabilities(self, texts: list[str], vectors: Vectors) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(texts), len(labels)); rows sum to 1."""
        nearest = self._by_nearest(vectors)
        return (1 - SAY) * self._linear.probabilities(texts, vectors) + SAY * nearest

    def _by_nearest(self, vectors: Vectors) -> npt.NDArray[np.float64]:
        """The shares of the labels among the nearest examples, each weighed by how near it is."""
        cosines = vectors @ self._examples.T
        asked = min(NEAREST, len(self._examples))
        nearest = np.argpartition(cosines, -asked, axis=1)[:, -asked:]
        weights = softmax(np.take_along_axis(cosines, nearest, axis=1) / REACH, axis=1)
        shares = np.zeros((len(vectors), len(self.labels)))
        np.add.at(shares, (np.arange(len(vectors))[:, np.newaxis], self._places[nearest]), weights)
        return shares

    def save(self, path: Path) -> None:
        """Writes both halves to ``path``."""
        self._linear.save(path, examples=self._examples.astype(np.float16), places=self._places)

    @classmethod
    def load(cls, path: Path) -> LinearAndNearest:
        """Reads a model written by :meth:`save`."""
        tensors = load_file(str(path))
        return cls(LinearModel.load(path), tensors["examples"], tensors["places"])


#: Either kind; both are trained, asked, kept and read in the same way.
Classifier = LinearModel | LinearAndNearest
