"""Loads and checks ``content/``: what the assistant says, as data the clinic edits.

Raises :class:`ContentError` with the file and the place in plain words when something is wrong.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Extra, ValidationError, validator
from ruamel.yaml import YAML

from bot.advice.vocabulary import (
    CLINIC_MATTERS,
    EXERCISES,
    PRACTICAL_TOPICS,
    SCOPES,
    TOPICS,
    WEEKDAYS,
    Urgency,
)

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "content"
Status = Literal["not_clinically_reviewed", "clinically_reviewed"]
#: The placeholders that :meth:`Content.fill` knows.
CLINIC_PLACEHOLDERS = frozenset(
    ["emergency_number", "emergency_place", "advice_line", "urgent_doctor", "doctor", "crisis_line", "clinic"]
)
#: Every text that wording.yml must hold, with the placeholders it may use.
WORDING_PLACEHOLDERS: dict[str, frozenset[str]] = {
    **{f"scopes.{scope}": CLINIC_PLACEHOLDERS for scope in SCOPES},
    **{f"titles.{topic}": frozenset() for topic in TOPICS if ":" not in topic},
    "no_more": CLINIC_PLACEHOLDERS,
    "not_the_clinic": CLINIC_PLACEHOLDERS,
    **{
        f"matters.{name}": CLINIC_PLACEHOLDERS
        for name in (*CLINIC_MATTERS, "ask", "stop_medicine", "fall_alone")
    },
    "matters.open": frozenset({"week"}),
    "matters.complaint": frozenset({"contact"}),
    "matters.not_english": CLINIC_PLACEHOLDERS | {"contact"},
    "next_step.self_care": CLINIC_PLACEHOLDERS,
    **{f"opening_day.{name}": frozenset({"clinic_name", "when"}) for name in ("no", "closed")},
    **{
        f"opening_day.{name}": frozenset({"clinic_name", "when", "opens", "closes"})
        for name in ("yes", "open")
    },
    **{
        f"{group}.{name}": CLINIC_PLACEHOLDERS
        for group, names in {
            "safety_net": "general soon urgent",
            "fallback": "sorry emergency urgent",
        }.items()
        for name in names.split()
    },
    **{
        f"{group}{name}": frozenset()
        for group, names in {
            "": "clarify clarify_other unclear remark reported reported_more corrected correct_what ask_them restarted "
            "play_down play_down_mild affirm declined welcome urgent_not_clinic question_waits no_exercises_now",
            "contact.": "none",
            "location.": "no_address no_directions",
            "gate.": "ask ask_again withheld withheld_replacement offer passed last",
            "exercise.": "each_side sides_both sides_together a_day",
            "check.": "again choices noted whose unit left withheld",
            "check.explain.": "under_16 injury cannot_weight_bear any_warning_sign hip_replacement pregnant chronic pain_score",
            "matters.": "one_word side",
            "next_step.": "check",
            "outcome.": "heading emergency urgent soon self_care self_care_do why_none change",
            "facts.": "yes no own considering negated other_person forget suspected not_meant",
            "choices.": "start_over check exercises walking see_physio yes",
            "fallback.": "heading",
        }.items()
        for name in names.split()
    },
    **{
        name: frozenset(own.split())
        for name, own in {
            "contact.phone": "clinic phone",
            "contact.booking": "booking_link",
            "contact.email": "email",
            "contact.none": "clinic",
            "exercise.heading": "number name medical_name",
            "exercise.hold": "hold",
            "exercise.pain": "bands",
            "exercise.repeats": "min max sides",
            "exercise.skip": "skips",
            "exercise.stop": "stops",
            "facts.change": "answer",
            "facts.says": "fact answer",
            "facts.says_forget": "fact",
            "facts.says_not_meant": "why",
            "second_emergency": "why action",
            "location.address": "address",
            "location.places": "places",
            "noted": "facts",
            "offer_person": "contact",
            "opening_hours": "clinic_capital week now",
            "outcome.why": "why",
            "person": "contact",
            "standing_emergency": "action",
            "standing_urgent": "action",
        }.items()
    },
    "notice": CLINIC_PLACEHOLDERS,
    "notice_days": frozenset({"days"}),
    "emergency_line": CLINIC_PLACEHOLDERS,
    "steer": CLINIC_PLACEHOLDERS | {"why", "action", "more"},
    "steer_again": CLINIC_PLACEHOLDERS | {"why", "action", "more"},
}


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

    @validator("closes")
    def _closes_after_opening(cls, value: time, values: dict[str, Any]) -> time:
        if "opens" in values and value <= values["opens"]:
            raise ValueError("must be later than the time it opens")
        return value


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
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError(f"unknown time zone {value!r}, expected one like Europe/London") from None
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


_Model = TypeVar("_Model", bound=BaseModel)


def _one(model: type[_Model], raw: Any, place: str) -> _Model:
    """``raw`` as a ``model``, or an error that names ``place`` and the fields that do not fit."""
    if not isinstance(raw, dict):
        raise ContentError(f"{place}: expected named fields, found {raw!r}.")
    try:
        return model(**raw)
    except ValidationError as error:
        fields = "; ".join(
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}" for found in error.errors()
        )
        raise ContentError(f"{place}: {fields}.") from error


def read_entry(model: type[_Model], folder: Path, name: str) -> _Model:
    """The file ``name`` of ``folder`` as one ``model``. Raises :class:`ContentError` where it does not fit."""
    return _one(model, _read(folder, name), name)


def _part(raw: Any, name: str, key: str) -> Any:
    if not isinstance(raw, dict) or key not in raw:
        raise ContentError(f"{name}: `{key}:` is missing.")
    return raw[key]


def _many(model: type[_Model], raw: Any, name: str, key: str, by: str = "id") -> dict[str, _Model]:
    """The entries of the list ``key`` in the file ``name``, by their field ``by``."""
    entries = _part(raw, name, key)
    if not isinstance(entries, list):
        raise ContentError(f"{name}: `{key}:` must be a list.")
    found: dict[str, _Model] = {}
    for number, raw_entry in enumerate(entries, 1):
        called = raw_entry.get("id") if isinstance(raw_entry, dict) else None
        entry = _one(model, raw_entry, f"{name}, {called or f'entry {number} of {key}'}")
        own = getattr(entry, by)
        if own in found:
            raise ContentError(f"{name}: {own!r} is there twice.")
        found[own] = entry
    return found


def load_content(folder: Path = CONTENT_FOLDER) -> Content:
    """Reads and checks all content files of ``folder``.

    Returns the content. Raises :class:`ContentError`, naming the file and the entry, when a file is
    missing, does not parse, does not fit the schema, names a topic, fact or exercise that does not
    exist, lacks a text, or has a placeholder that nothing fills.
    """
    names = ("answers.yml", "exercises.yml", "facts.yml", "red_flags.yml", "clinic.yml", "wording.yml")
    raw = {name: _read(folder, name) for name in names}
    digest = hashlib.sha256()
    for name in names:
        digest.update((folder / name).read_bytes())
    if not isinstance(raw["clinic.yml"], dict):
        raise ContentError("clinic.yml: expected named fields.")
    if not isinstance(raw["wording.yml"], dict):
        raise ContentError("wording.yml: expected named texts.")
    content = Content(
        answers=_many(Answer, raw["answers.yml"], "answers.yml", "answers", by="topic"),
        exercises=_many(Exercise, raw["exercises.yml"], "exercises.yml", "exercises"),
        exercise_rules=_one(
            ExerciseRules, _part(raw["exercises.yml"], "exercises.yml", "rules"), "exercises.yml, rules"
        ),
        facts=_many(FactType, raw["facts.yml"], "facts.yml", "facts"),
        flags=_many(Flag, raw["red_flags.yml"], "red_flags.yml", "flags"),
        clinic=_one(Clinic, {**raw["clinic.yml"], **_clinic_settings()}, "clinic.yml"),
        wording=raw["wording.yml"],
        version=digest.hexdigest()[:12],
    )
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
    for answer in content.answers.values():
        if answer.topic not in PRACTICAL_TOPICS and not (
            answer.answer and answer.brief and answer.safety_net
        ):
            raise ContentError(f"answers.yml, {answer.id}: answer, brief and safety_net must not be empty.")
    for flag in content.flags.values():
        for group in flag.raised_by:
            for term in group.split("+"):
                fact = term.lstrip("!").split(">=")[0]
                if fact != "replacement" and fact not in content.facts:
                    raise ContentError(f"red_flags.yml, {flag.id}: unknown fact {fact!r} in raised_by.")
    for place, text, allowed in _texts(content):
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise ContentError(f"{place}: a brace {{ or }} is left open or over ({error}).") from None
        if unknown := names - allowed:
            raise ContentError(f"{place}: nothing fills the placeholder {{{sorted(unknown)[0]}}} here.")


def _texts(content: Content) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every text a visitor may read: its place, the text, and the placeholders it may use."""
    none: frozenset[str] = frozenset()
    for answer in content.answers.values():
        for text in (*answer.answer, *answer.points, answer.brief):
            yield f"answers.yml, {answer.id}", text, none
        yield f"answers.yml, {answer.id}, safety_net", answer.safety_net, CLINIC_PLACEHOLDERS
    for exercise in content.exercises.values():
        for text in (exercise.name, exercise.position, *exercise.steps, *exercise.skip_if, *exercise.stop_if):
            yield f"exercises.yml, {exercise.id}", text, none
    rules = content.exercise_rules
    for text in (*rules.stop_at_once, *(band.do for band in rules.pain_scale), rules.pinch, rules.setup):
        yield "exercises.yml, rules", text, none
    for flag in content.flags.values():
        for field, text, allowed in (
            ("action", flag.action, CLINIC_PLACEHOLDERS),
            ("more", flag.more, CLINIC_PLACEHOLDERS),
            ("why", flag.why, none),
        ):
            yield f"red_flags.yml, {flag.id}, {field}", text, allowed
    for name, allowed in WORDING_PLACEHOLDERS.items():
        found: Any = content.wording
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found.strip():
            raise ContentError(f"wording.yml: the text {name} is missing.")
        yield f"wording.yml, {name}", found, allowed


@lru_cache(maxsize=1)
def content() -> Content:
    """The content of this process, loaded once."""
    return load_content()
