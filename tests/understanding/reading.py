"""Reads messages as the assistant does, without Rasa: normalised, then facts with their assertion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.advice.content import content
from bot.understanding.assertion import Assertion
from bot.understanding.facts import Value, extract, facts_of
from bot.understanding.normalise import normaliser
from bot.understanding.resolve import Reading, Settled, resolve

#: A Monday.
TODAY = date(2026, 11, 23)


def assertion(text: str, fact: str) -> Assertion | None:
    """How ``text`` asserts ``fact``; None when it does not mention it."""
    found = [m for m in extract(normaliser()(text), TODAY) if m.fact == fact]
    return found[0].assertion if found else None


def facts(text: str, asked: str | None = None) -> dict[str, Value]:
    """What ``text`` establishes, read in the light of the question ``asked``."""
    return facts_of(extract(normaliser()(text), TODAY, asked))


def hear(
    text: str,
    known: Mapping[str, Any] | None = None,
    *,
    asked: str | None = None,
    last_turn: tuple[str, ...] = (),
    intent: str | None = "report",
    topics: tuple[str, ...] = (),
    scope: str | None = None,
    suspected: tuple[str, ...] = (),
    said_before: str = "",
) -> Settled:
    """What a message means to somebody who already knows ``known``."""
    normalised = normaliser()(text)
    reading = Reading(
        text=normalised,
        intent=intent,
        topics=topics,
        scope=scope,
        candidates=(),
        mentions=tuple(extract(normalised, TODAY, asked)),
        suspected=suspected,
    )
    return resolve(reading, known or {}, content(), asked=asked, last_turn=last_turn, said_before=said_before)


def after(text: str, known: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """All that is known after ``text``."""
    return {**known, **hear(text, known, **more).facts}
