"""Every text a visitor may read, with its placeholders filled in as a visitor would see it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from ruamel.yaml import YAML

from bot.advice.advise import exercise_card
from bot.advice.content import Content, load_content
from bot.advice.opening import opening_in_words, week_in_words
from bot.channel.public_pages import WEB, load_page_texts, strings
from evaluation.stack import PROJECT

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _examples(content: Content) -> dict[str, str]:
    """What the placeholders of wording.yml that are filled at the moment of speaking may hold."""
    first = next(iter(content.flags.values()))
    return {
        "contact": "You can call the clinic on 01234 567890.",
        "days": "30",
        "clinic_name": "the clinic",
        "when": "on Saturdays",
        "opens": "9am",
        "closes": "5pm",
        "clinic_capital": "The clinic",
        "week": week_in_words(content.clinic),
        "now": opening_in_words(content.clinic, MONDAY_NOON),
        "phone": "01234 567890",
        "booking_link": "the booking page",
        "email": "the clinic",
        "address": "1 High Street",
        "places": "Bedford",
        "directions": "There is a car park.",
        "facts": "a recent fall or injury",
        "action": content.fill(first.action),
        "more": content.fill(first.more),
        "why": first.why,
        "number": "1",
        "name": "Leg back",
        "medical_name": "hip extension",
        "hold": "6",
        "min": "6",
        "max": "12",
        "sides": " on each side",
        "bands": "0 to 3: Carry on.",
        "stops": "You feel dizzy.",
        "skips": "You feel unsteady.",
        "answer": "yes",
        "fact": "a recent fall or injury",
    }


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _wording(content: Content, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _wording(content, inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _wording(content, inner, f"{path}.{number}")
    elif isinstance(value, str) and path not in ("status", "reviewed"):
        yield path, content.fill(value.format_map(_Filled(_examples(content))))


@functools.cache
def texts() -> dict[str, str]:
    """All texts by the place they stand in, for the clinic as it is set now."""
    content = load_content()
    found: dict[str, str] = {}
    for answer in content.answers.values():
        if not answer.answer:
            continue
        found[f"{answer.id} in full"] = "\n\n".join((*answer.answer, *answer.points))
        found[f"{answer.id} in brief"] = answer.brief
        found[f"{answer.id} safety net"] = content.fill(answer.safety_net)
    for exercise in content.exercises.values():
        found[f"exercise {exercise.id}"] = exercise_card(exercise, content).text
    for flag in content.flags.values():
        found[f"flag {flag.id}"] = "\n\n".join(
            part for part in (content.fill(flag.action), content.fill(flag.more), flag.why) if part
        )
    for path, text in _wording(content, content.wording, ""):
        found[f"wording {path}"] = text
    own = {"date": "22 November 2026", "dates": "25 December 2026", "number": "999", "kept": "", "days": "30"}
    for number, (path, text) in enumerate(strings(load_page_texts(content).dict())):
        if not path.endswith((".covers", "status")):
            found[f"pages {path} {number}"] = text.format(**own)
    for drawing in sorted((WEB / "exercises").glob("*.svg")):
        found[f"drawing {drawing.stem}"] = "".join(
            part.text or "" for part in ElementTree.parse(drawing).getroot() if part.tag.endswith("desc")
        )
    domain = YAML(typ="safe", pure=True).load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    for name, responses in domain["responses"].items():
        found[f"domain {name}"] = " ".join(response["text"] for response in responses)
    return found
