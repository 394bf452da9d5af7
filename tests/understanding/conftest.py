"""The trained classifiers, out of the model's archive, without Rasa."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bot.understanding.embedding import embedder
from bot.understanding.facts import extract, facts_of
from bot.understanding.linear import LinearModel
from bot.understanding.nearest import Classifier, LinearAndNearest
from bot.understanding.normalise import normaliser
from bot.understanding.sentences import stretches
from bot.understanding.statements import with_statements
from bot.understanding.suspicion import suspected_flags
from bot.understanding.topics import Piece, Understood, understand
from evaluation.stack import PROJECT
from tests.understanding.reading import TODAY


@dataclass(frozen=True)
class Heard:
    """What both classifiers make of one message."""

    understood: Understood
    suspected: tuple[str, ...]


def _model(archive: tarfile.TarFile, component: str, folder: Path) -> Path:
    """The weights of a component, out of the model's archive."""
    [member] = [
        name for name in archive.getnames() if component in name and name.endswith("classifier.safetensors")
    ]
    file = archive.extractfile(member)
    assert file is not None
    path = folder / f"{component}.safetensors"
    path.write_bytes(file.read())
    return path


def _pieces(text: str, model: Classifier) -> list[Piece]:
    spans = stretches(text)
    texts = [span.text for span, _ in spans]
    rows = model.probabilities(texts, np.stack(list(embedder()(texts))))
    return [Piece(span, kind, row) for (span, kind), row in zip(spans, rows, strict=True)]


@pytest.fixture(scope="session")
def listen(trained_model: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Heard]:
    """Reads a message with the trained topic and red-flag classifiers."""
    folder = tmp_path_factory.mktemp("classifiers")
    with tarfile.open(PROJECT / trained_model) as archive:
        topics = LinearAndNearest.load(_model(archive, "TopicClassifier", folder))
        red_flags = LinearModel.load(_model(archive, "RedFlagClassifier", folder))

    def read(text: str) -> Heard:
        text = normaliser()(text)
        understood = understand(_pieces(text, topics), topics.labels)
        suspected = suspected_flags(
            _pieces(text, red_flags),
            red_flags.labels,
            extract(text, TODAY),
            text,
            understood.ranking[0],
        )
        return Heard(understood, suspected)

    return read


@pytest.fixture(scope="session")
def told(trained_model: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, object]]:
    """The facts that a message tells, read with the rules and the trained classifier of statements."""
    folder = tmp_path_factory.mktemp("statements")
    with tarfile.open(PROJECT / trained_model) as archive:
        statements = LinearModel.load(_model(archive, "ClinicalFacts", folder))

    def read(text: str) -> dict[str, object]:
        text = normaliser()(text)
        mentions = with_statements(extract(text, TODAY), _pieces(text, statements), statements.labels, text)
        return dict(facts_of(mentions))

    return read
