"""Out-of-fold predictions: what a classifier says of examples whose author it has never read.

Results are kept in ``.cache/`` until the examples, the classifier or the weights change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from bot.understanding import linear, nearest
from bot.understanding.embedding import fingerprint
from bot.understanding.nearest import Classifier, LinearAndNearest
from evaluation.examples import CACHE, Example, embed, keep

FOLDS = 5
Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Predicted:
    """Examples with the classifier's probabilities, shape (len(examples), len(labels))."""

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    probabilities: Probabilities

    @property
    def top(self) -> list[str]:
        """The likeliest label of each example."""
        return [self.labels[index] for index in self.probabilities.argmax(axis=1)]

    @property
    def given(self) -> Probabilities:
        """The probability of each example's own label."""
        columns = [self.labels.index(example.label) for example in self.examples]
        return np.asarray(self.probabilities[np.arange(len(columns)), columns])

    def only(self, wanted: Sequence[bool]) -> Predicted:
        """Those examples for which ``wanted`` is true."""
        mask = np.asarray(wanted, dtype=bool)
        kept = tuple(example for example, keeps in zip(self.examples, mask, strict=True) if keeps)
        return Predicted(kept, self.labels, self.probabilities[mask])


def out_of_fold(
    examples: Sequence[Example], folds: int = FOLDS, kind: type[Classifier] = LinearAndNearest
) -> Predicted:
    """Cross-validated predictions; a group of examples is never both trained and tested on."""
    more = f"{folds} {kind.__name__}"
    return _cached("folds", examples, examples, lambda: _cross_validate(examples, folds, kind), more)


def after_training(training: Sequence[Example], tested: Sequence[Example]) -> Predicted:
    """Predictions for ``tested`` by the classifier of topics, trained on all of ``training``."""
    return _cached("after", training, tested, lambda: _fit_and_predict(training, tested), "")


def _labels(examples: Sequence[Example]) -> list[str]:
    return sorted({example.label for example in examples})


def _fit_and_predict(training: Sequence[Example], tested: Sequence[Example]) -> Probabilities:
    texts = [example.normalised for example in training]
    model = LinearAndNearest.fit(texts, embed(texts), [example.label for example in training])
    tested_texts = [example.normalised for example in tested]
    return model.probabilities(tested_texts, embed(tested_texts))


def _cross_validate(examples: Sequence[Example], folds: int, kind: type[Classifier]) -> Probabilities:
    texts = [example.normalised for example in examples]
    vectors, labels = embed(texts), [example.label for example in examples]
    every = _labels(examples)
    probabilities = np.zeros((len(examples), len(every)))
    splitter = GroupKFold(n_splits=folds)
    for train, test in splitter.split(vectors, labels, [example.group for example in examples]):
        model = kind.fit([texts[i] for i in train], vectors[train], [labels[i] for i in train])
        columns = [every.index(label) for label in model.labels]
        probabilities[np.ix_(test, columns)] = model.probabilities([texts[i] for i in test], vectors[test])
    return probabilities


def _cached(
    kind: str,
    training: Sequence[Example],
    tested: Sequence[Example],
    compute: Callable[[], Probabilities],
    more: str,
) -> Predicted:
    digest = hashlib.sha256(Path(linear.__file__).read_bytes() + Path(nearest.__file__).read_bytes())
    digest.update(f"{fingerprint()} {more}".encode())
    for example in (*training, *tested):
        digest.update(f"{example.normalised}\t{example.label}\t{example.group}\n".encode())
    path = CACHE / f"{kind}-{digest.hexdigest()[:16]}.npz"
    if path.exists():
        with np.load(path) as held:
            probabilities = held["probabilities"]
    else:
        probabilities = compute()
        for old in sorted(CACHE.glob(f"{kind}-*.npz"), key=lambda p: p.stat().st_mtime)[:-4]:
            old.unlink(missing_ok=True)
        keep(path, probabilities=probabilities)
    return Predicted(tuple(tested), tuple(_labels(training)), probabilities)
