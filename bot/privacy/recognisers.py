"""What finds identifiers in a message: Presidio's recognisers, and patterns and names of our own.

Presidio's analyzer engine wants a statistical language model; there is none here, so its recognisers are called
without the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import (
    AuMedicareRecognizer,
    CreditCardRecognizer,
    InAadhaarRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
)
from ruamel.yaml import YAML

from bot.privacy.names import StatedNames

PATTERNS = Path(__file__).with_name("identifiers.yml")
#: Countries whose national way of writing phone numbers is known; with a + any country's is.
PHONE_COUNTRIES = ("GB", "US", "FR")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:\d{4}|\d{2})|(?:19|20)\d\d[-. ]\d{1,2}[-. ]\d{1,2}")
#: A pain score. Many of them would keep the search for phone numbers busy.
_SCORE = re.compile(r"(?<![\d/])\d{1,2}/10(?![\d/])")
#: Digits in a number that nothing clinical has as many of.
LONG_NUMBER = 9


@dataclass(frozen=True)
class Span:
    """An identifier of a ``kind`` at ``text[start:end]``."""

    start: int
    end: int
    kind: str


def _is_clinical(number: str) -> bool:
    """Whether digits are years, a date, or a row of small numbers, as of exercises or of the pain scale."""
    groups = re.findall(r"\d+", number)
    if all(_YEAR.fullmatch(group) for group in groups) or _DATE.fullmatch(number):
        return True
    if max(map(len, groups)) > 2 or number[0] in "+(":
        return False
    # a phone number in pairs or single digits: 06 12 34 56 78, but not 0 1 2 3 4 5 6 7 8 9 10
    counted = groups[0] == "0" and (values := [int(group) for group in groups]) == sorted(values)
    return number[0] != "0" or len("".join(groups)) not in (10, 11) or counted


class Patterns(PatternRecognizer):
    """The patterns of one kind of identifier in identifiers.yml."""

    def invalidate_result(self, pattern_text: str) -> bool:
        """Years and dates are no phone numbers."""
        return (
            self.supported_entities == ["PHONE"] and pattern_text[-1].isdigit() and _is_clinical(pattern_text)
        )


class Phones(PhoneRecognizer):
    """Phone numbers as the countries of ``PHONE_COUNTRIES`` write them, which no pain score is part of."""

    def __init__(self) -> None:
        super().__init__(supported_regions=PHONE_COUNTRIES)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The phone numbers in ``text``."""
        without = _SCORE.sub(lambda score: "~" * len(score.group()), text)
        return list(super().analyze(without, entities, nlp_artifacts))


class LongNumbers(PatternRecognizer):
    """Any other number of nine digits or more."""

    def __init__(self) -> None:
        digits = rf"(?<![\d.,/:£$€])[+(]?\d(?:(?:[ ()\-–]{{0,2}}|\.)\d){{{LONG_NUMBER - 1},18}}(?!\d|\s?/|[.,]\d|%)"
        super().__init__("ID_NUMBER", name="LongNumbers", patterns=[Pattern("digits", digits, 0.4)])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Years, dates and rows of small numbers are clinical facts."""
        return _is_clinical(pattern_text)


def _patterns() -> list[PatternRecognizer]:
    data = YAML(typ="safe", pure=True).load(PATTERNS.read_text(encoding="utf-8"))
    parts: dict[str, str] = data["parts"]
    for name, part in parts.items():
        parts[name] = _filled(part, parts)
    return [
        Patterns(
            found["entity"],
            name=f"Patterns of {found['entity']}",
            patterns=[
                Pattern(f"{found['entity']} {number}", _filled(pattern, parts), 1.0)
                for number, pattern in enumerate(found["patterns"], 1)
            ],
        )
        for found in data["recognizers"]
    ]


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: parts[match.group(1)], pattern)


#: Presidio's names for what we call otherwise.
_OUR_NAMES = {
    "UK_NHS": "HEALTH_NUMBER",
    "AU_MEDICARE": "HEALTH_NUMBER",
    "IN_AADHAAR": "HEALTH_NUMBER",
    "CREDIT_CARD": "CARD",
    "PHONE_NUMBER": "PHONE",
}


@lru_cache(maxsize=1)
def _recognisers() -> tuple[tuple[EntityRecognizer, ...], tuple[EntityRecognizer, ...]]:
    """Those that are believed, and those that fill in what they leave."""
    checked = (CreditCardRecognizer(), NhsRecognizer(), AuMedicareRecognizer(), InAadhaarRecognizer())
    unchecked = (Phones(), LongNumbers())
    return (*_patterns(), StatedNames(), *checked), unchecked


def find(text: str) -> list[Span]:
    """The identifiers in ``text``, which may overlap; the one to believe comes first."""
    sure, rest = _recognisers()
    spans = [span for each in sure for span in _analyzed(each, text)]
    return [*spans, *(span for each in rest for span in _analyzed(each, text) if not _inside(span, spans))]


def _analyzed(recogniser: Any, text: str) -> Iterator[Span]:
    for result in recogniser.analyze(text, recogniser.supported_entities, None):
        kind = _OUR_NAMES.get(result.entity_type, result.entity_type)
        if result.entity_type == kind or not _is_clinical(text[result.start : result.end]):
            yield Span(result.start, result.end, kind)


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    """Whether ``span`` begins in one that is known: it would add the number after it."""
    return any(held.start <= span.start < held.end for held in spans)
