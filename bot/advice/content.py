"""Loads and checks ``content/``: what the assistant says, as data the clinic edits.

Raises :class:`ContentError` with the file and the place in plain words when something is wrong.
"""

from __future__ import annotations

import hashlib
import os
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Extra, ValidationError, validator
from ruamel.yaml import YAML

from bot.advice.vocabulary import EXERCISES, SCOPES, TOPICS, Urgency

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "content"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Status = Literal["not_clinically_reviewed", "clinically_reviewed"]


class ContentError(Exception):
    """A content file is missing or does not fit its schema; the message says where."""


class _Entry(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False


class Departure(_Entry):
    """A place where the answer differs from the clinic's article, for the clinic to decide."""

    article_says: str
    we_say: str
    why: str


class Answer(_Entry):
    """One FAQ entry; ``brief`` is used when several questions are answered at once."""

    id: str
    topic: str
    title: str
    questions: list[str]
    answer: list[str]
    brief: str
    points: list[str]
    safety_net: str
    article: str
    departures: list[Departure]
    reviewed: date
    status: Status

    @validator("topic")
    def _known_topic(cls, value: str) -> str:
        if value not in TOPICS:
            raise ValueError(f"unknown topic {value!r}")
        return value


class Repeats(_Entry):
    """How many times, smallest and largest."""

    min: int
    max: int


class Exercise(_Entry):
    """One exercise; ``hold_seconds`` in seconds, ``ease`` 1 (first) to 5."""

    id: str
    number: int
    name: str
    medical_name: str
    kind: Literal["strength", "stretch"]
    ease: int
    ease_reason: str
    purpose: str
    position: str
    steps: list[str]
    hold_seconds: int
    repeats: Repeats
    sides: Literal["both", "together"]
    bends_hip: bool
    skip_if: list[str]
    stop_if: list[str]
    article: str
    departures: list[Departure]
    reviewed: date
    status: Status


class PainBand(_Entry):
    """A band of the 0-10 pain scale and what to do in it."""

    min: int
    max: int
    do: str


class ExerciseRules(_Entry):
    """What holds for all exercises."""

    pain_scale: list[PainBand]
    stop_at_once: list[str]
    pinch: str
    start: str
    setup: str
    reviewed: date
    status: Status


class FactType(_Entry):
    """A fact the assistant can hold; ``acute`` ones count for a relative in any message."""

    id: str
    kind: Literal["yes_no", "number", "choice"]
    noted: str
    values: list[str] = []
    acute: bool = False


class FlagExamples(_Entry):
    """Messages that must, and must not, raise a flag. Run as tests."""

    raises: list[str]
    harmless: list[str]


class Flag(_Entry):
    """A warning sign; ``raised_by`` lists groups of facts, any one of which raises it."""

    id: str
    tier: Literal["soon", "urgent", "emergency"]
    about: str
    raised_by: list[str]
    action: str
    more: str
    why: str
    source: str
    examples: FlagExamples

    @property
    def urgency(self) -> Urgency:
        """The tier as an ordered value."""
        return Urgency[self.tier]


class OpeningTime(_Entry):
    """Opening and closing time of one day, local to the clinic."""

    opens: time
    closes: time


class Numbers(_Entry):
    """Whom to call, for one country."""

    emergency: str
    emergency_place: str
    advice: str | None
    advice_name: str | None
    urgent_doctor: str
    doctor: str
    crisis: str | None
    crisis_name: str | None


class Clinic(_Entry):
    """Facts about the clinic; None means not known, and is said so."""

    name: str
    places: list[str]
    time_zone: str
    opening_hours: dict[str, OpeningTime]
    closed_dates: list[date]
    phone: str | None
    email: str | None
    address: str | None
    booking_link: str | None
    directions: str | None
    country: str | None
    numbers: dict[str, Numbers]
    reviewed: date

    @validator("time_zone")
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @validator("opening_hours")
    def _known_days(cls, value: dict[str, OpeningTime]) -> dict[str, OpeningTime]:
        unknown = set(value) - set(WEEKDAYS)
        if unknown:
            raise ValueError(f"not a day of the week: {', '.join(sorted(unknown))}")
        return value

    @validator("numbers")
    def _has_unset(cls, value: dict[str, Numbers]) -> dict[str, Numbers]:
        if "unset" not in value:
            raise ValueError("an entry `unset` is needed for when no country is set")
        return value

    @property
    def lines(self) -> Numbers:
        """The numbers in force."""
        return self.numbers[self.country or "unset"]


class Content(_Entry):
    """Everything in ``content/``, checked."""

    answers: dict[str, Answer]
    exercises: dict[str, Exercise]
    exercise_rules: ExerciseRules
    facts: dict[str, FactType]
    flags: dict[str, Flag]
    clinic: Clinic
    wording: dict[str, Any]
    version: str

    def fill(self, text: str) -> str:
        """Puts the clinic's numbers into the placeholders of ``text``."""
        lines = self.clinic.lines
        crisis = (
            f"You can also call {lines.crisis_name} on {lines.crisis}, day or night. " if lines.crisis else ""
        )
        return text.format(
            emergency_number=lines.emergency,
            emergency_place=lines.emergency_place,
            advice_line=lines.advice_name or "your doctor's advice line",
            urgent_doctor=lines.urgent_doctor,
            doctor=lines.doctor,
            crisis_line=crisis,
            clinic=self.clinic.name,
        )


def _read(folder: Path, name: str) -> Any:
    path = folder / name
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path} is missing.") from None
    except Exception as error:
        raise ContentError(f"{path} is not valid YAML: {error}") from error


def _by(key: str, entries: list[Any], what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        name = getattr(entry, key)
        if name in found:
            raise ContentError(f"{what} {name!r} is there twice.")
        found[name] = entry
    return found


def load_content(folder: Path = CONTENT_FOLDER) -> Content:
    """Reads and checks all content files of ``folder``.

    Returns the content. Raises :class:`ContentError` when a file is missing, does not parse,
    does not fit the schema, or names a topic, fact or exercise that does not exist.
    """
    names = ("answers.yml", "exercises.yml", "facts.yml", "red_flags.yml", "clinic.yml", "wording.yml")
    raw = {name: _read(folder, name) for name in names}
    digest = hashlib.sha256()
    for name in names:
        digest.update((folder / name).read_bytes())
    try:
        clinic = Clinic(**{**raw["clinic.yml"], **_clinic_settings()})
        content = Content(
            answers=_by("topic", [Answer(**a) for a in raw["answers.yml"]["answers"]], "answer"),
            exercises=_by("id", [Exercise(**e) for e in raw["exercises.yml"]["exercises"]], "exercise"),
            exercise_rules=ExerciseRules(**raw["exercises.yml"]["rules"]),
            facts=_by("id", [FactType(**f) for f in raw["facts.yml"]["facts"]], "fact"),
            flags=_by("id", [Flag(**f) for f in raw["red_flags.yml"]["flags"]], "red flag"),
            clinic=clinic,
            wording=raw["wording.yml"],
            version=digest.hexdigest()[:12],
        )
    except (ValidationError, TypeError, KeyError) as error:
        raise ContentError(f"{folder}: {error}") from error
    _check(content)
    return content


def _clinic_settings() -> dict[str, Any]:
    """Clinic values a deployment may set from the environment instead of editing the file."""
    names = ("name", "phone", "email", "address", "booking_link", "directions", "country", "time_zone")
    return {name: os.environ[key] for name in names if os.environ.get(key := f"CLINIC_{name.upper()}")}


def _check(content: Content) -> None:
    if content.clinic.country and content.clinic.country not in content.clinic.numbers:
        raise ContentError(f"clinic.yml: no numbers for the country {content.clinic.country!r}.")
    if set(content.exercises) != set(EXERCISES):
        raise ContentError(f"exercises.yml must hold exactly: {', '.join(EXERCISES)}.")
    wanted = {topic for topic in TOPICS if ":" not in topic}
    if set(content.answers) != wanted:
        raise ContentError(f"answers.yml lacks or adds: {', '.join(wanted ^ set(content.answers))}.")
    if missing := set(SCOPES) - set(content.wording["scopes"]):
        raise ContentError(f"wording.yml: no reply for the scopes {', '.join(sorted(missing))}.")
    for flag in content.flags.values():
        for group in flag.raised_by:
            for term in group.split("+"):
                fact = term.lstrip("!").split(">=")[0]
                if fact != "replacement" and fact not in content.facts:
                    raise ContentError(f"red_flags.yml: {flag.id} names the unknown fact {fact!r}.")


@lru_cache(maxsize=1)
def content() -> Content:
    """The content of this process, loaded once."""
    return load_content()
