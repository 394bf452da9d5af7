"""The two public pages that need no JavaScript: ``/faq`` with all answers and exercises, and ``/privacy``.

Both are made from ``content/`` once, at the start. A safety question or a warning sign that the pages do not
speak of stops the start with a :class:`~bot.advice.content.ContentError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BaseModel, Extra

from bot.advice.advise import contact_in_words
from bot.advice.content import (
    CLINIC_PLACEHOLDERS,
    CONTENT_FOLDER,
    Answer,
    Content,
    ContentError,
    Exercise,
    Status,
    read_entry,
)
from bot.advice.exercise_gate import SAFETY_QUESTIONS, WITHHOLDING_FLAGS
from bot.advice.opening import week_in_words
from bot.advice.vocabulary import PRACTICAL_TOPICS
from bot.settings import PROJECT

WEB = PROJECT / "bot" / "web"
#: Placeholders of single texts, besides those that the clinic fills.
OWN_PLACEHOLDERS = {
    "shared.reviewed": {"date"},
    "shared.not_reviewed": {"date"},
    "faq.call": {"number"},
    "faq.closed": {"dates"},
    "privacy.sections": {"kept"},
    "privacy.kept_days": {"days"},
}
OWN_NAMES = sorted(set().union(*OWN_PLACEHOLDERS.values()))
#: The flag for a "yes" to the list of warning signs as a whole: it has no sign of its own to name.
UNNAMED_SIGN = "warning_sign_unnamed"


class _Texts(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False


class Shared(_Texts):
    """Words that stand on both pages."""

    skip: str
    contents: str
    more: str
    to_assistant: str
    to_faq: str
    to_privacy: str
    not_set: str
    reviewed: str
    not_reviewed: str


class Line(_Texts):
    """One line of a list; ``covers`` names the flags or questions it speaks of."""

    covers: list[str]
    say: str


class Signs(_Texts):
    """Warning signs of one tier, and what to do."""

    heading: str
    do: str
    lines: list[Line]


class Gate(_Texts):
    """Who should not do the exercises."""

    heading: str
    about: str
    do: str
    lines: list[Line]
    passed: str
    assistant: str
    reminder: str
    to_list: str


class Faq(_Texts):
    """The words of ``/faq`` besides answers and exercises."""

    title: str
    summary: str
    help: str
    call: str
    all_signs: str
    about: list[str]
    draft: str
    signs: str
    signs_about: str
    emergency: Signs
    urgent: Signs
    questions: str
    worse: str
    exercises: str
    show_exercises: bool
    exercises_elsewhere: str
    gate: Gate
    how: str
    pain: str
    pain_score: str
    pain_do: str
    stop: str
    steps: str
    leave_out: str
    stop_too: str
    drawing_start: str
    drawing_end: str
    clinic: str
    contact: str
    closed: str
    no_address: str
    no_contact: str


class Section(_Texts):
    """A heading with paragraphs and a list."""

    heading: str
    text: list[str]
    points: list[str]


class ClinicAnswer(_Texts):
    """A question that only the clinic can answer; None until it has."""

    question: str
    answer: str | None


class Privacy(_Texts):
    """The words of ``/privacy``."""

    title: str
    summary: str
    sections: list[Section]
    kept_days: str
    kept_without_limit: str
    clinic_heading: str
    clinic_about: str
    clinic_answers: list[ClinicAnswer]


class PageTexts(_Texts):
    """``content/pages.yml``."""

    reviewed: date
    status: Status
    shared: Shared
    faq: Faq
    privacy: Privacy


def load_page_texts(content: Content, folder: Path = CONTENT_FOLDER) -> PageTexts:
    """Reads and checks ``pages.yml`` of ``folder`` against the rest of the content.

    Returns the texts with the clinic's details filled in. Raises :class:`ContentError` when it does not fit the schema, has a placeholder that nothing fills, or
    leaves out a warning sign, a safety question or a reason for withholding exercises.
    """
    texts = read_entry(PageTexts, folder, "pages.yml")
    for place, text in strings(texts.dict()):
        own = next((names for start, names in OWN_PLACEHOLDERS.items() if place.startswith(start)), set())
        try:
            named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise ContentError(
                f"pages.yml, {place}: a brace {{ or }} is left open or over ({error})."
            ) from None
        if unknown := named - CLINIC_PLACEHOLDERS - own:
            raise ContentError(
                f"pages.yml, {place}: nothing fills the placeholder {{{sorted(unknown)[0]}}} here."
            )
    for place, lines, wanted in (
        ("faq.emergency", texts.faq.emergency.lines, _flags(content, "emergency")),
        ("faq.urgent", texts.faq.urgent.lines, _flags(content, "urgent") - {UNNAMED_SIGN}),
        ("faq.gate", texts.faq.gate.lines, WITHHOLDING_FLAGS | set(SAFETY_QUESTIONS)),
    ):
        covered = {name for line in lines for name in line.covers}
        if missing := wanted - covered:
            raise ContentError(f"pages.yml, {place}: no line covers {', '.join(sorted(missing))}.")
        if unknown := covered - wanted:
            raise ContentError(f"pages.yml, {place}: {', '.join(sorted(unknown))} does not belong here.")
    return PageTexts(**_filled(texts.dict(), content))


def _filled(value: Any, content: Content) -> Any:
    """``value`` with the clinic's details in each of its texts; own placeholders stay for later."""
    if isinstance(value, dict):
        return {key: _filled(inner, content) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, content) for inner in value]
    if isinstance(value, str):
        return content.fill(re.sub(rf"\{{({'|'.join(OWN_NAMES)})\}}", r"{{\1}}", value))
    return value


def _flags(content: Content, tier: str) -> set[str]:
    return {flag.id for flag in content.flags.values() if flag.tier == tier}


def strings(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in nested dicts and lists, with the keys that lead to it."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, place)


def render_pages(content: Content, texts: PageTexts, keep_days: int) -> dict[str, str]:
    """The HTML of each page, by its address; ``keep_days`` is how long a chat is kept, 0 when no time is set."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fill"] = content.fill
    environment.filters["reviewed"] = lambda entry: _reviewed(entry, texts)
    shared = {"content": content, "texts": texts, "shared": texts.shared}
    faq = environment.get_template("faq.html").render(
        **shared,
        words=texts.faq,
        answers=_health_answers(content),
        exercises=sorted(content.exercises.values(), key=lambda exercise: exercise.ease),
        drawing=_drawing,
        amount=lambda exercise: _amount(exercise, content),
        emergency_numbers=_dialled(content.clinic.lines.emergency, content.clinic.lines.advice),
        clinic_numbers=_dialled(content.clinic.phone),
        contact=_contact(content, texts),
        hours=_hours(content, texts),
        place=_place(content, texts),
        structured=structured_data(content, texts),
        unreviewed=not _all_reviewed(content, texts),
    )
    privacy = environment.get_template("privacy.html").render(
        **shared,
        words=texts.privacy,
        kept=texts.privacy.kept_days.format(days=keep_days)
        if keep_days
        else texts.privacy.kept_without_limit,
        unreviewed=True,
    )
    return {"/faq": faq, "/privacy": privacy}


def structured_data(content: Content, texts: PageTexts) -> dict[str, Any]:
    """The answers as schema.org's FAQPage. Each ends with what to do if it gets worse; no exercise steps."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": "en-GB",
        "mainEntity": [
            {
                "@type": "Question",
                "name": answer.title,
                "acceptedAnswer": {"@type": "Answer", "text": text},
            }
            for answer, text in _questions(content, texts)
        ],
    }


def _questions(content: Content, texts: PageTexts) -> Iterator[tuple[Answer, str]]:
    for answer in _health_answers(content):
        net = f"{texts.faq.worse}: {content.fill(answer.safety_net)}"
        yield answer, " ".join((*answer.answer, *answer.points, net))
    yield content.answers["opening_hours"], _hours(content, texts)
    yield content.answers["location"], f"{_place(content, texts)} {_contact(content, texts)}"


def _health_answers(content: Content) -> list[Answer]:
    return [answer for answer in content.answers.values() if answer.topic not in PRACTICAL_TOPICS]


def _all_reviewed(content: Content, texts: PageTexts) -> bool:
    statuses = {content.exercise_rules.status, texts.status}
    statuses |= {answer.status for answer in content.answers.values()}
    statuses |= {exercise.status for exercise in content.exercises.values()}
    return statuses == {"clinically_reviewed"}


def _reviewed(entry: Any, texts: PageTexts) -> str:
    wording = texts.shared.reviewed if entry.status == "clinically_reviewed" else texts.shared.not_reviewed
    return wording.format(date=_day(entry.reviewed))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _hours(content: Content, texts: PageTexts) -> str:
    clinic = content.clinic
    capital = clinic.name[:1].upper() + clinic.name[1:]
    sentence = content.wording["opening_hours"].format(
        clinic_capital=capital, week=week_in_words(clinic), now=""
    )
    if clinic.closed_dates:
        dates = ", ".join(_day(day) for day in sorted(clinic.closed_dates))
        sentence += texts.faq.closed.format(dates=dates)
    return str(sentence).strip()


def _place(content: Content, texts: PageTexts) -> str:
    clinic, wording = content.clinic, content.wording["location"]
    parts = [wording["places"].format(places=" and ".join(clinic.places))]
    parts.append(
        wording["address"].format(address=clinic.address) if clinic.address else texts.faq.no_address
    )
    return " ".join((*parts, clinic.directions or "")).strip()


def _contact(content: Content, texts: PageTexts) -> str:
    clinic = content.clinic
    known = clinic.phone or clinic.booking_link or clinic.email
    return contact_in_words(content) if known else texts.faq.no_contact


def _amount(exercise: Exercise, content: Content) -> str:
    """How long to hold it and how often, in the words of the chat."""
    wording = content.wording["exercise"]
    sides = wording["each_side"] if exercise.sides == "both" else ""
    hold = wording["hold"].format(hold=exercise.hold_seconds)
    repeats = wording["repeats"].format(min=exercise.repeats.min, max=exercise.repeats.max, sides=sides)
    return f"{hold} {repeats}"


def _dialled(*numbers: str | None) -> list[tuple[str, str]]:
    """What a phone can dial, for links: each number as it is written, and its digits."""
    return [
        (number, re.sub(r"[^0-9+]", "", number))
        for number in numbers
        if number and re.fullmatch(r"\+?[0-9 ()-]+", number)
    ]


def _drawing(exercise: str, position: str) -> Markup:
    """A line drawing of ours, to stand in the page so that it takes the page's colours."""
    return Markup((WEB / "exercises" / f"{exercise}-{position}.svg").read_text(encoding="utf-8"))
