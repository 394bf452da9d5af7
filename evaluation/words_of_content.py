"""Which sentences the assistant may say: those of ``content/``, the questions of the check, the opening hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML

from bot.advice.content import CLINIC_PLACEHOLDERS, Content
from bot.advice.vocabulary import Urgency
from evaluation.stack import PROJECT

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: A list's mark or number is not part of a sentence.
_MARK = re.compile(r"^(?:[-•]|\d+\.)\s+")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
#: Built from the clinic's hours and the clock (bot/advice/opening.py).
_OPENING = re.compile(
    r"(?:It|The clinic) is (?:open now, until [\d:]+[ap]m|closed now)\.|It opens (?:today|tomorrow|on [\w ]+) at [\d:]+[ap]m\."
)


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, without the marks of lists."""
    lines = [_MARK.sub("", line.strip()) for line in text.splitlines()]
    return [part for line in lines for part in _SENTENCE.split(line) if part]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


@lru_cache(maxsize=1)
def domain_responses() -> dict[str, Any]:
    """The responses of ``domain.yml``: the questions of the check with their buttons, and the static alarms."""
    raw = YAML(typ="safe", pure=True).load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    return dict(raw["responses"])


class Words:
    """All sentences of one country's content."""

    def __init__(self, content: Content) -> None:
        self._whole: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        self._known: dict[str, bool] = {}
        for text in self._texts(content):
            self._add(content, text)

    def _texts(self, content: Content) -> Iterable[str]:
        for answer in content.answers.values():
            yield from (*answer.answer, *answer.points, answer.brief, answer.safety_net)
        for exercise in content.exercises.values():
            yield from (exercise.position, *exercise.steps, *exercise.skip_if, *exercise.stop_if)
            yield f"{exercise.name} ({exercise.medical_name})"
        rules = content.exercise_rules
        yield from (rules.setup, rules.start, rules.pinch, *rules.stop_at_once)
        yield from (f"{band.min} to {band.max}: {band.do}" for band in rules.pain_scale)
        for flag in content.flags.values():
            yield from (flag.action, flag.more, flag.why)
        yield from _strings(content.wording)
        outcome = content.wording["outcome"]
        for tier in Urgency:
            yield f"{outcome[tier.name]}."
            yield f"{outcome['heading']}: {outcome[tier.name].lower()}."
        for variants in domain_responses().values():
            yield from (variant["text"] for variant in variants)

    def _add(self, content: Content, text: str) -> None:
        filled = _PLACEHOLDER.sub(
            lambda match: content.fill(match.group()) if match[1] in CLINIC_PLACEHOLDERS else match.group(),
            text,
        )
        for sentence in sentences(filled):
            if not _PLACEHOLDER.search(sentence):
                self._whole.add(sentence)
            elif re.search(r"\w{3}", _PLACEHOLDER.sub("", sentence)):  # not a mere row of placeholders
                parts = map(re.escape, _PLACEHOLDER.split(sentence)[::2])
                self._patterns.append(re.compile(".*".join(parts)))

    def unknown(self, text: str) -> list[str]:
        """The sentences of ``text`` that stand nowhere."""
        return [sentence for sentence in sentences(text) if not self._is_known(sentence)]

    def _is_known(self, sentence: str) -> bool:
        if sentence not in self._known:
            self._known[sentence] = (
                sentence in self._whole
                or bool(_OPENING.fullmatch(sentence))
                or any(pattern.fullmatch(sentence) for pattern in self._patterns)
            )
        return self._known[sentence]
