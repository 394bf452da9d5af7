"""``make data-check``: what may be wrong with the training data, and how well its intents are told apart.

Prints exact duplicates, near-duplicates across intents, likely label errors, confusions, and a cross-validation
table in which no author voice is both trained and tested on. Ends with 1 only when the same text stands
under two intents; everything else is for a person to judge.

A label is called likely wrong as in confident learning (Northcutt and others, 2021): a classifier that has not
read the author finds the given label unlikely and another one likely.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from evaluation.examples import HELD_OUT, TRAINING, Example, embed, intent_examples
from evaluation.folds import FOLDS, Predicted, out_of_fold
from evaluation.score import share
from evaluation.score_report import number, table

#: Cosine of two embeddings from which texts of two intents are listed as near-duplicates.
NEAR_IN_MEANING = 0.92
#: Cosine of two texts' character n-grams from which they are.
NEAR_IN_SPELLING = 0.85
#: A label is doubted when its own probability is below the first and another's above the second.
DOUBTED_BELOW, RATHER_ABOVE = 0.1, 0.7
MOST_ROWS = 40


@dataclass(frozen=True)
class NearPair:
    """Two texts of different intents that are nearly the same, with both similarities (0 to 1)."""

    first: Example
    second: Example
    meaning: float
    spelling: float


@dataclass(frozen=True)
class Doubt:
    """An example whose label a classifier that has not read its author would not have given."""

    example: Example
    probability: float
    rather: str
    rather_probability: float


def plain(text: str) -> str:
    """``text`` without regard to case and spacing."""
    return " ".join(text.casefold().split())


def duplicates(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Texts that stand there more than once, by their plain form."""
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[plain(example.text)].append(example)
    return {text: listed for text, listed in found.items() if len(listed) > 1}


def across_labels(found: dict[str, list[Example]]) -> dict[str, list[Example]]:
    """Those duplicates that stand under more than one label."""
    return {text: listed for text, listed in found.items() if len({e.label for e in listed}) > 1}


def near_duplicates(examples: Sequence[Example]) -> list[NearPair]:
    """Pairs under different labels that are near in meaning or in spelling, the nearest first."""
    texts = [example.normalised for example in examples]
    vectors = embed(texts)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit_transform(texts)
    labels = np.array([example.label for example in examples])
    pairs = []
    for begin in range(0, len(texts), 512):
        end = min(begin + 512, len(texts))
        meaning = vectors[begin:end] @ vectors.T
        spelling = (letters[begin:end] @ letters.T).toarray()
        near = (meaning > NEAR_IN_MEANING) | (spelling > NEAR_IN_SPELLING)
        near &= labels[begin:end, None] != labels[None, :]
        for row, column in zip(*np.nonzero(near), strict=True):
            first, second = begin + int(row), int(column)
            if first < second and plain(texts[first]) != plain(texts[second]):
                pairs.append(
                    NearPair(
                        examples[first],
                        examples[second],
                        float(meaning[row, column]),
                        float(spelling[row, column]),
                    )
                )
    return sorted(pairs, key=lambda pair: -max(pair.meaning, pair.spelling))


def doubts(predicted: Predicted) -> list[Doubt]:
    """Likely label errors, the likeliest first."""
    found = []
    for example, given, row in zip(predicted.examples, predicted.given, predicted.probabilities, strict=True):
        best = int(row.argmax())
        if given < DOUBTED_BELOW and row[best] > RATHER_ABOVE:
            found.append(Doubt(example, float(given), predicted.labels[best], float(row[best])))
    return sorted(found, key=lambda doubt: doubt.probability - doubt.rather_probability)


def confusions(predicted: Predicted) -> list[tuple[str, str, int]]:
    """(label, taken for, how often), most frequent first."""
    pairs = zip(predicted.examples, predicted.top, strict=True)
    counted = Counter((example.label, top) for example, top in pairs if example.label != top)
    return [(label, top, count) for (label, top), count in counted.most_common()]


def per_label(predicted: Predicted) -> list[tuple[str, int, float | None, float | None, float | None]]:
    """(label, examples, precision, recall, F1) of the likeliest label, by name."""
    rows = []
    labels, tops = [example.label for example in predicted.examples], predicted.top
    pairs = Counter(zip(labels, tops, strict=True))
    for label in sorted(set(labels)):
        right, wanted, given = pairs[label, label], labels.count(label), tops.count(label)
        rows.append(
            (label, wanted, share(right, given), share(right, wanted), share(2 * right, wanted + given))
        )
    return rows


def accuracy(predicted: Predicted) -> float | None:
    """The share of examples whose likeliest label is theirs."""
    pairs = zip(predicted.examples, predicted.top, strict=True)
    return share(sum(example.label == top for example, top in pairs), len(predicted.examples))


def _shortened(rows: Sequence[str]) -> Iterator[str]:
    yield from rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        yield f"  … and {len(rows) - MOST_ROWS} more"


def report(examples: Sequence[Example], held_out: Sequence[Example], predicted: Predicted) -> Iterator[str]:
    """The lines that are printed."""
    voices = {example.group for example in examples}
    yield f"{len(examples)} examples, {len({e.label for e in examples})} intents, {len(voices)} voices"
    repeated = duplicates(examples)
    crossing = across_labels(repeated)
    yield f"\nThe same text under two intents: {len(crossing)}"
    for text, listed in crossing.items():
        yield f"  {text!r}: " + ", ".join(f"{e.label} ({e.group})" for e in listed)
    within = [text for text in repeated if text not in crossing]
    yield f"The same text twice under one intent: {len(within)}"
    yield from _shortened([f"  {text!r}: {repeated[text][0].label}" for text in within])
    known = {plain(example.text) for example in examples}
    leaked = [e.text for e in held_out if plain(e.text) in known]
    yield f"Held-out texts that are also training texts: {len(leaked)}"
    yield from _shortened([f"  {text!r}" for text in leaked])
    shared = sorted({e.group for e in held_out} & voices)
    yield f"Held-out voices that are also training voices: {', '.join(shared) or 'none'}"

    pairs = near_duplicates(examples)
    yield (
        f"\nNear-duplicates across intents (meaning above {NEAR_IN_MEANING} or spelling above "
        f"{NEAR_IN_SPELLING}): {len(pairs)}"
    )
    yield from _shortened(
        [
            f"  {p.meaning:.2f} {p.spelling:.2f}  {p.first.label}: {p.first.text!r} | {p.second.label}: {p.second.text!r}"
            for p in pairs
        ]
    )

    doubted = doubts(predicted)
    yield (
        f"\nLikely label errors (own label below {DOUBTED_BELOW}, another above {RATHER_ABOVE}): {len(doubted)}"
    )
    yield from _shortened(
        [
            f"  {d.example.label} {d.probability:.2f}, rather {d.rather} {d.rather_probability:.2f}: "
            f"{d.example.text!r} ({d.example.group})"
            for d in doubted
        ]
    )

    mixed = confusions(predicted)
    yield "\nConfusions (out of fold)"
    rows = [[label, top, str(count)] for label, top, count in mixed[:25]]
    yield table([["intent", "taken for", "times"], *rows])

    folds = min(FOLDS, len(voices))
    yield f"\nCross-validation, {folds} folds, no voice in both parts: accuracy {number(accuracy(predicted))}"
    yield table(
        [
            ["intent", "examples", "precision", "recall", "F1"],
            *(
                [label, str(count), number(precision), number(recall), number(f1)]
                for label, count, precision, recall, f1 in per_label(predicted)
            ),
        ]
    )


def main() -> int:
    """Prints the report; 1 when the same text stands under two intents."""
    examples, held_out = intent_examples(TRAINING), intent_examples(HELD_OUT)
    for line in report(examples, held_out, out_of_fold(examples)):
        print(line, flush=True)
    return 1 if across_labels(duplicates(examples)) else 0


if __name__ == "__main__":
    sys.exit(main())
