"""Ids in the words of the content, for people who do not know the ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.advice.content import content
from bot.advice.vocabulary import HOWTO, SCOPES, TOPICS
from bot.review.models import URGENCIES

URGENCY_WORDS = {
    "self_care": "self-care",
    "soon": "soon",
    "urgent": "urgent, same day",
    "emergency": "emergency",
}
_SCOPE_WORDS = {
    "greet": "greeting",
    "goodbye": "goodbye",
    "thanks": "thanks",
    "bot_challenge": "asks whether it is a computer",
    "capabilities": "asks what it can do",
    "other_hip": "another question about hips",
    "other_body": "another part of the body",
    "out_of_scope": "not about hips",
    "diagnosis_request": "asks for a diagnosis",
    "medicine_dose": "asks for a dose",
}
_ASSERTIONS = {
    "affirmed": "yes",
    "negated": "denied",
    "hypothetical": "only supposed",
    "past": "in the past",
    "other_person": "somebody else",
    "suspected": "suspected",
}
OUTCOMES = {
    "answered": "answered",
    "unanswered": "not answered",
    "failed": "empty or failed reply",
    "pending": "no reply yet",
}
CHECKS = {"open": "check begun", "left": "check left", "done": "check finished"}


def topic(name: str) -> str:
    """What a topic or scope is about."""
    if name.startswith(HOWTO):
        exercise = content().exercises.get(name.removeprefix(HOWTO))
        return f"How to do: {exercise.name}" if exercise else name
    answer = content().answers.get(name)
    return answer.title if answer else _SCOPE_WORDS.get(name, name.replace("_", " "))


def intent(name: str) -> str:
    """What an intent is about; its name when it is no topic."""
    return topic(name.replace("exercise_howto_", HOWTO)) if name else ""


def reason(name: str) -> str:
    """What a rule is about."""
    flag = content().flags.get(name)
    return flag.about if flag else name.replace("_", " ")


def urgency(number: int | None) -> str:
    """The tier in words; empty when there is none."""
    return "" if number is None else URGENCY_WORDS[URGENCIES[number]]


def fact(name: str, value: object = True) -> str:
    """A fact with its value."""
    known = content().facts.get(name)
    noted = known.noted if known else reason(name)
    if value is True:
        return noted
    if value is False:
        return f"{noted}: no"
    return f"{noted}: {str(value).replace('_', ' ')}"


def mentions(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Facts as they were read in one message: fact and how it was meant."""
    said = []
    for mention in found:
        name, value = str(mention["fact"]), mention.get("value", True)
        assertion = str(mention["assertion"])
        if value is False and assertion == "affirmed":
            said.append((fact(name), "no"))
        else:
            said.append((fact(name, value), _ASSERTIONS.get(assertion, assertion)))
    return said


def topics_to_choose() -> list[tuple[str, str]]:
    """Topics and scopes with their words, for choosing."""
    return [(name, topic(name)) for name in (*TOPICS, *SCOPES)]
