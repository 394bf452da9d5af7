"""Replaces what identifies a person by a placeholder, before anything is written or logged.

``redact("I'm Ann Hill, DOB 3/4/1950, 07700 900123")`` gives ``I'm <NAME>, DOB <BIRTH_DATE> (aged 76), <PHONE>``.
Clinical facts stay: how long, since when, how old, how bad, which side, what was done in which year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.privacy.recognisers import Span, find

#: Every placeholder is one of these in angle brackets.
KINDS = (
    "EMAIL",
    "CARD",
    "HEALTH_NUMBER",
    "ID_NUMBER",
    "BIRTH_DATE",
    "ADDRESS",
    "POSTCODE",
    "PHONE",
    "NAME",
)
#: The oldest age that is told; older people are too few not to be known by it.
OLDEST = 90
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"(\d{1,4})\s?[/.\-– ]\s?(\d{1,2})\s?[/.\-– ]\s?(\d{2,4})")
_WITH_MONTH = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?)?(?P<month>" + "|".join(_MONTHS) + r")[a-z]*\.?"
    r"(?:\s*(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?=\d|'))?[\s,./-]*(?:of\s+)?'?(?P<year>\d{4}|\d{2})?$",
    re.IGNORECASE,
)
#: A date without a word that announces it, as in "Ann Hill, 3/4/1950".
_BARE_DATE = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:" + "|".join(_MONTHS) + r")[a-z]*\.?,?\s+(?:19|20)\d\d)(?![\d/-])",
    re.IGNORECASE,
)
#: What may stand between a name or number and a date of birth that goes with it.
_BESIDE = re.compile(r"[\s,;:()\-–]*(?:and\s+)?")
#: Years that such a date must lie back: beside a name, of somebody who writes; alone, longer than a hip is likely to have hurt.
_ADULT, _LONG_AGO = 16, 40
#: What makes a date beside a name the date of something else.
_EVENT = re.compile(
    r"\b(?:thr|rep\w*|op|operat\w*|surg\w*|done|did|had|seen|saw|scan\w*|x-?ray\w*|mri|ct|fell|fall|injur\w*|fractur\w*|broke\w*"
    r"|since|from|until|appointment\w*|visit\w*|letter\w*|discharg\w*|admitted|referr\w*|inject\w*|diagnos\w*|start\w*|began)\b",
    re.IGNORECASE,
)
#: Tells of a birth, and not of whose hip it is: "my daughter was born on …, and since then …".
_A_BIRTH = re.compile(r"\b(?!i\b)\w+\s+(?:was|were)\s+born(?:\s+on)?(?:\s+the)?\s+$", re.IGNORECASE)
#: Characters around a date that are looked through for that.
_NEAR = 40


@dataclass(frozen=True)
class Redacted:
    """``text`` with placeholders, and how many of each kind were ``found``."""

    text: str
    found: dict[str, int]


def redact(text: str, today: date | None = None) -> Redacted:
    """``text`` with every identifier replaced by ``<KIND>``; a date of birth leaves the age behind it."""
    today = today or datetime.now(UTC).date()
    spans = identifiers(text, today)
    parts: list[str] = []
    found: dict[str, int] = {}
    at = 0
    for span in spans:
        parts += [text[at : span.start], f"<{span.kind}>"]
        if span.kind == "BIRTH_DATE":
            parts.append(_left_behind(text, span, today))
        found[span.kind] = found.get(span.kind, 0) + 1
        at = span.end
    parts.append(text[at:])
    return Redacted("".join(parts), found)


def _left_behind(text: str, span: Span, today: date) -> str:
    """What a date of birth says that matters: how old somebody is, or when a pain began that began with a birth."""
    born = _date(text[span.start : span.end], today)
    if born is None:
        return ""
    if _A_BIRTH.search(text, max(0, span.start - _NEAR), span.start):
        return f" (in {born.year})"
    return f" (aged {min(_age(born, today), OLDEST)})"


def identifiers(text: str, today: date) -> list[Span]:
    """Where the identifiers of ``text`` are, in order and without overlaps."""
    spans = _joined(find(text))
    return _joined([*spans, *_bare_birth_dates(text, spans, today)])


def _joined(spans: Sequence[Span]) -> list[Span]:
    """``spans`` in order of place, those that overlap as one of the kind that comes first in ``spans``."""
    joined: list[tuple[int, Span]] = []
    for rank, span in sorted(enumerate(spans), key=lambda ranked: ranked[1].start):
        if joined and span.start < joined[-1][1].end:
            held, before = joined[-1]
            kind = before.kind if held <= rank else span.kind
            joined[-1] = (min(held, rank), Span(before.start, max(before.end, span.end), kind))
        else:
            joined.append((rank, span))
    return [span for _, span in joined]


def _bare_birth_dates(text: str, spans: Sequence[Span], today: date) -> list[Span]:
    """Dates of birth that nothing announces: alone in the message, or beside a name or a number of a person."""
    found = []
    for match in _BARE_DATE.finditer(text):
        born = _date(match.group(), today)
        age = -1 if born is None else _age(born, today)
        around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if age < _ADULT or _EVENT.search(around):
            continue
        alone = age >= _LONG_AGO and not (text[: match.start()] + text[match.end() :]).strip(" .,;:!()-\n")
        beside = any(
            _BESIDE.fullmatch(text, span.end, match.start())
            or _BESIDE.fullmatch(text, match.end(), span.start)
            for span in spans
        )
        if alone or beside:
            found.append(Span(match.start(), match.end(), "BIRTH_DATE"))
    return found


def _age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _date(written: str, today: date) -> date | None:
    """The date of birth ``written``, day before month where both are possible; None when it is none, or has no year."""
    if match := _NUMERIC.fullmatch(written.strip()):
        first, second, third = (int(part) for part in match.groups())
        year, month, day = (first, second, third) if first > 31 else (third, second, first)
        if month > 12:
            day, month = month, day
    elif match := _WITH_MONTH.match(written.strip()):
        if match["year"] is None:
            return None
        year, month = int(match["year"]), _MONTHS.index(match["month"].lower()) + 1
        day = int(match["day"] or match["day2"] or 1)
    elif re.fullmatch(r"\d{8}|\d{6}", written):
        day, month, year = int(written[:2]), int(written[2:4]), int(written[4:])
    else:
        return None
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        born = date(year, month, day)
    except ValueError:
        return None
    return born if 0 <= _age(born, today) < 125 else None
