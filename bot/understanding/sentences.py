"""Sentences and clauses of a message, by spaCy's rule-based sentencizer and a few joints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

#: "how far should I" stays together.
_NOT_BEHIND = "".join(
    f"(?<!{words} )"
    for words in (
        *("how far", "how long", "how often", "how much", "how soon", "how hard", "how", "times"),
        *("what", "which", "when", "where", "why", "who"),
    )
)
#: Where one clause ends and the next begins, inside a sentence.
_JOINT = re.compile(
    r"\s*(?:\b\d\)|[;:()\n]|\b(?:just )?(?=(?:check\w*|asking|wondering|wonderin) (?:if|whether|is|about|what|can)\b)|\s[-–—]+\s|,\s+(?=(?:and|but|so|also|then|should|can|could|is|are|do|does|what|which|how|when|where|would|will|i|i'm|i've|my|he|she|it|the|any|now|best|shall)\b)"
    r"|\b(?:but|however|although|though|anyway|also|plus)\b,?"
    r"|(?<=[a-z]{2} )"
    + _NOT_BEHIND
    + r"(?=(?:can|should|could|shall) i\b|what(?:'s| is| are| can| should| does| do| kind| sort| causes?)\b|which (?:exercises?|stretch\w*|ones?|of)\b|how (?:do|long|often|many|should|can|is)\b|is it (?:ok|okay|safe|good|bad|worth)\b|where (?:are you|is your)\b|when (?:are|do) you\b)"
    r"|,?\s+or (?=(?:am|is|are|do|does|should|shall|can|could|would|will) )"
    r"|\band\s+(?=(?:is|are|do|does|did|can|could|should|would|will|what|which|how|when|where|who|why|opening|where's|what's|any|the opening|your)\b))\s*"
)


@dataclass(frozen=True)
class Span:
    """A stretch of normalised text: ``text[start:end]`` of the message."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=1)
def language() -> Language:
    """spaCy's English tokenizer with rule-based sentence ends; no model to download."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "。"]})
    return nlp


@lru_cache(maxsize=4)
def parse(text: str) -> Doc:
    """``text`` as a spaCy Doc with sentence ends; several components read the same message. Not to be changed."""
    return language()(text)


def sentences(doc: Doc) -> list[Span]:
    """The sentences of ``doc`` that hold a word."""
    found = []
    for sent in doc.sents:
        if any(token.is_alpha or token.like_num for token in sent):
            found.append(Span(sent.start_char, sent.end_char, sent.text))
    return found


def clauses(sentence: Span) -> list[Span]:
    """``sentence`` cut at its joints; pieces of a single word stay with their neighbour."""
    pieces: list[Span] = []
    begin = 0
    cuts = [(m.start(), m.end()) for m in _JOINT.finditer(sentence.text)] + [(len(sentence.text),) * 2]
    for cut_start, cut_end in cuts:
        piece = sentence.text[begin:cut_start].strip(" ,")
        if len(piece.split()) >= 2 or (piece and not pieces and cut_end == len(sentence.text)):
            offset = sentence.text.index(piece, begin) if piece else begin
            pieces.append(Span(sentence.start + offset, sentence.start + offset + len(piece), piece))
            begin = cut_end
        elif not piece:
            begin = cut_end
    return pieces or [sentence]
