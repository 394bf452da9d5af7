"""Labelled examples for measurements outside Rasa: texts, their labels, who wrote them, and their embeddings.

Embeddings are kept in ``.cache/``, by the hash of the weights and of the text, so that a second run is quick.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from bot.advice.content import CONTENT_FOLDER
from bot.understanding.embedding import DIMENSIONS, Vectors, embedder, fingerprint
from bot.understanding.normalise import normaliser
from evaluation.stack import PROJECT

CACHE = PROJECT / ".cache"
TRAINING = PROJECT / "data" / "nlu.yml"
HELD_OUT = PROJECT / "tests" / "nlu" / "heldout.yml"
PHRASES = CONTENT_FOLDER / "red_flag_phrases.yml"
#: The label of harmless phrases in ``red_flag_phrases.yml``.
HARMLESS = "none"


@dataclass(frozen=True)
class Example:
    """A text as written, its label, and the author voice or other group it must not be split from."""

    text: str
    label: str
    group: str

    @property
    def normalised(self) -> str:
        """The text as the classifiers read it."""
        return normaliser()(self.text)


def _yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def intent_examples(path: Path = TRAINING) -> list[Example]:
    """The examples of a Rasa NLU file, grouped by ``metadata.voice``."""
    found = []
    for block in _yaml(path)["nlu"]:
        if "intent" not in block:
            continue
        voice = str((block.get("metadata") or {}).get("voice", "unknown"))
        for row in str(block["examples"]).splitlines():
            if text := row.strip().removeprefix("-").strip():
                found.append(Example(text, str(block["intent"]), voice))
    return found


def flag_examples(path: Path = PHRASES) -> list[Example]:
    """The phrases of the red flags and the harmless ones; each text a group of its own."""
    raw = _yaml(path)
    pairs = [(text, flag) for flag, entry in raw["flags"].items() for text in entry["phrases"]]
    pairs += [(text, HARMLESS) for text in raw[HARMLESS]]
    return [Example(str(text), flag, f"phrase {number}") for number, (text, flag) in enumerate(pairs)]


def embed(texts: Sequence[str]) -> Vectors:
    """Embeddings of normalised ``texts``, shape (len(texts), 384), from the cache where they are known.

    Each text is embedded alone: the int8 weights give slightly different numbers beside longer neighbours.
    """
    path = CACHE / f"embeddings-{hashlib.sha256(fingerprint().encode()).hexdigest()[:16]}.npz"
    known: dict[str, Vectors] = {}
    if path.exists():
        with np.load(path) as held:
            known = dict(zip(held["keys"].tolist(), held["vectors"], strict=True))
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    for key, text in new.items():
        known[key] = embedder()([text])[0]
    if new:
        keep(path, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS), dtype=np.float32)


def keep(path: Path, **arrays: Any) -> None:
    """Writes arrays to ``path`` whole, making its folder."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        np.savez(part, **arrays)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
