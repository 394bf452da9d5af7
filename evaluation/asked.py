"""Answers to the safety questions that the assistant may put in the middle of a scripted conversation.

A dialogue, or one of its turns, may carry ``if_asked``: a mapping from a kind of question to the answer, a list
of such pairs or objects, or a plain list of answers in order. A kind is the id of a safety question
(``bot.advice.exercise_gate.SAFETY_QUESTIONS``) or words that say what it is about ("age", "fall",
"how long"); ``default`` answers any other question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

#: What each safety question asks about, tried in this order on the question and on the kinds of ``if_asked``.
_ABOUT = {
    "any_warning_sign": r"any of these|warning|red flag|fever|other symptom",
    "hip_replacement": r"replace|surgery|operation|\bop\b|prosthe",
    "cannot_weight_bear": r"weight|stand|bear",
    "injury": r"injur|fall|fell|knock|trauma|accident",
    "pregnant": r"pregnan",
    "chronic": r"how long|duration|chronic|months|weeks|since when",
    "pain_score": r"pain[ _]?(?:score|level|now|today)|0 .*10|how bad|how much (?:pain|does it hurt)|out of 10|^pain$|score|severity",
    "under_16": r"\bold\b|\bage\b|under 16|16|adult|child|who is it for",
}
_DEFAULT_KINDS = frozenset({"default", "other", "else", "any", "*"})
_KIND_KEYS = ("question", "kind", "about", "asks", "asked", "if", "topic", "slot")
_ANSWER_KEYS = ("answer", "user", "say", "text", "reply", "then")
#: How to say yes and no where the bare word would answer the question the wrong way round.
_SPOKEN = {
    ("cannot_weight_bear", True): "no, I cannot put weight on it",
    ("cannot_weight_bear", False): "yes, I can stand and walk on it",
    ("under_16", True): "under 16",
    ("under_16", False): "over 16, an adult under 65",
    ("chronic", True): "more than three months",
    ("chronic", False): "less than two weeks",
    ("any_warning_sign", False): "none of these",
}


def question_about(text: str) -> str | None:
    """The safety question that ``text`` puts or names, or None."""
    words = text.replace("_", " ").lower()
    if text in _ABOUT:
        return text
    return next((question for question, about in _ABOUT.items() if re.search(about, words)), None)


def question_in(reply: Mapping[str, Any]) -> str | None:
    """The safety question that a reply of the chat API ends with, or None."""
    messages = reply.get("messages") or []
    last = (messages[-1].get("text") or "") if messages else ""
    return question_about(last) if "?" in last else None


class Answers:
    """What to say when asked; see the module's description for the forms that are read."""

    def __init__(self, if_asked: object) -> None:
        self._by_question: dict[str, str] = {}
        self._default: str | None = None
        self._in_order: list[str] = []
        for kind, answer in _pairs(if_asked):
            question = None if kind is None or kind.lower() in _DEFAULT_KINDS else question_about(kind)
            said = _spoken(question, answer)
            if question is not None:
                self._by_question[question] = said
            elif kind is None:
                self._in_order.append(said)
            elif kind.lower() in _DEFAULT_KINDS:
                self._default = said
            else:
                raise ValueError(f"if_asked: no safety question is about {kind!r}")

    def to(self, question: str) -> str | None:
        """The answer to ``question``, or None when there is none."""
        if question in self._by_question:
            return self._by_question[question]
        if self._in_order:
            return self._in_order.pop(0)
        return self._default


def _pairs(value: object) -> list[tuple[str | None, object]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [(str(kind), answer) for kind, answer in value.items()]
    if isinstance(value, str):
        return [("default", value)]
    if not isinstance(value, Sequence):
        raise ValueError("if_asked must be a mapping or a list")
    found: list[tuple[str | None, object]] = []
    for item in value:
        if isinstance(item, Mapping):
            kind = next((str(item[key]) for key in _KIND_KEYS if key in item), None)
            answer = next((item[key] for key in _ANSWER_KEYS if key in item), None)
            if answer is None and len(item) == 1:
                kind, answer = next(iter(item.items()))
            if answer is None:
                raise ValueError(f"if_asked: no answer in {dict(item)!r}")
            found.append((kind, answer))
        elif isinstance(item, Sequence) and not isinstance(item, str) and len(item) == 2:
            found.append((str(item[0]), item[1]))
        else:
            found.append((None, item))
    return found


def _spoken(question: str | None, answer: object) -> str:
    if isinstance(answer, bool):
        return _SPOKEN.get((question or "", answer), "yes" if answer else "no")
    return str(answer)
