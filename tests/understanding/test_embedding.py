"""Sentence embeddings: the right file or none, and what they mean."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import onnxruntime
import pytest

from bot.understanding import embedding
from bot.understanding.embedding import DIMENSIONS, WeightsError, embedder, weights_path


@pytest.mark.parametrize("name", ["model", "tokenizer"])
def test_the_files_have_the_hash_they_were_tested_with(name: str) -> None:
    assert weights_path(name).is_file()


@pytest.mark.parametrize("name", ["model", "tokenizer"])
def test_a_changed_file_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, inside, _ = embedding._FILES[name]
    changed = tmp_path / inside
    changed.parent.mkdir(parents=True)
    changed.write_bytes(weights_path(name).read_bytes()[:-1] + b"X")
    fake = SimpleNamespace(locate_file=lambda path: tmp_path / path)
    monkeypatch.setattr(
        embedding, "distribution", lambda wanted: fake if wanted == package else distribution(wanted)
    )
    with pytest.raises(WeightsError, match="sha256"):
        weights_path(name)
    with pytest.raises(WeightsError):
        embedding.SentenceEmbedder()


def test_a_missing_package_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"model": ("no-such-package", "model.onnx", "0" * 64)}
    monkeypatch.setattr(embedding, "_FILES", files)
    with pytest.raises(WeightsError, match="no-such-package is not installed whole"):
        weights_path("model")


def test_a_text_is_a_unit_vector() -> None:
    vectors = embedder()(["my hip hurts", "when are you open", "a" * 5_000])
    assert vectors.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_no_text_is_no_vector() -> None:
    assert embedder()([]).shape == (0, DIMENSIONS)


def test_texts_of_one_meaning_are_closer_than_texts_of_two() -> None:
    same, also, other = embedder()(["my hip is sore", "I have pain in my hip", "what time do you open"])
    assert same @ also > same @ other + 0.2


def test_a_text_has_the_same_vector_alone_and_in_company() -> None:
    alone = embedder()(["my hip is sore"])[0]
    company = embedder()(["my hip is sore", "and this is a much longer sentence about opening hours"])[0]
    assert np.array_equal(alone, company)


def test_a_short_text_is_embedded_once_and_a_long_one_is_not_held() -> None:
    mine = embedding.SentenceEmbedder()
    first = mine(["yes", "my hip has been sore since the summer"])
    again = mine(["yes", "my hip has been sore since the summer"])
    assert np.array_equal(first, again)
    held = mine._of_short.cache_info()
    assert (held.hits, held.currsize) == (1, 1)


def test_int8_arithmetic_gives_nearly_the_vectors_of_float_arithmetic() -> None:
    texts = [
        "my hip is sore",
        "yes",
        "I fell on the stairs last week and now I cannot put any weight on my left leg",
    ]
    ours, floats = embedding.SentenceEmbedder(), embedding.SentenceEmbedder()
    floats._session = onnxruntime.InferenceSession(str(weights_path("model")))
    assert np.all((ours(texts) * floats(texts)).sum(axis=1) > 0.998)


def test_every_product_with_int8_weights_is_replaced_and_the_weights_are_kept_once() -> None:
    before = onnx.load(weights_path("model"))
    after = onnx.load_from_string(embedding.int8_arithmetic(weights_path("model")))
    kinds = Counter(node.op_type for node in after.graph.node)
    # six layers: query, key, value, output, and the two of the feed-forward part
    assert kinds["MatMulNBits"] == 36
    assert kinds["MatMul"] == sum(node.op_type == "MatMul" for node in before.graph.node) - 36
    assert after.ByteSize() < 1.1 * before.ByteSize()


def test_a_model_without_int8_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], [])), path)
    with pytest.raises(WeightsError, match=r"other\.onnx holds no int8 weights"):
        embedding.int8_arithmetic(path)
