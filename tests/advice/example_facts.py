"""Reads ``example_facts.yml``: sets of facts with the tier and the flag that the clinical reference asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from bot.advice.content import Content
from bot.advice.triage import assess
from bot.advice.vocabulary import Urgency


@dataclass(frozen=True)
class Example:
    """``facts`` that must reach ``urgency``, with ``flag`` among the reasons."""

    name: str
    facts: dict[str, object]
    urgency: Urgency
    flag: str | None

    def holds(self, content: Content) -> bool:
        """Whether ``content`` says of these facts what it must."""
        found = assess(self.facts, (), content)
        return found.urgency is self.urgency and (self.flag is None or self.flag in found.reasons)


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return float(text) if text.isdigit() else text


def _facts(text: str) -> dict[str, object]:
    pairs = (word.partition("=") for word in text.split())
    return {name: _value(value or "true") for name, _, value in pairs}


def _read() -> list[Example]:
    path = Path(__file__).with_suffix(".yml")
    tiers = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [
        Example(text or "nothing", _facts(text), Urgency[tier], None if flag == "none" else flag)
        for tier, flags in tiers.items()
        for flag, texts in flags.items()
        for text in texts
    ]


EXAMPLES = _read()
