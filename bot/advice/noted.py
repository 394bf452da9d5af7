"""What is held about the person asked for, in plain words, with the choices that correct it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.advice.content import Content, FactType

#: In the entities of a choice: flags that were suspected and not meant.
NOT_MEANT = "not_meant"
#: Suspicions about the visitor's own mind, of which nobody else can judge: they end when this fact is denied outright, and
#: have a button that says so. What a fact raised stays until that fact is corrected.
ENDED_BY_DENYING = {"crisis": "suicidal"}
#: Scores a visitor may change to; the ends of the bands that matter, and what lies between.
SCORES = range(11)


@dataclass(frozen=True)
class Correction:
    """One way to correct a fact: what the button reads, what the visitor thereby says, what it changes."""

    title: str
    says: str
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Noted:
    """One thing held: its id, its name and its value in words, and how to correct it."""

    id: str
    text: str
    answer: str
    corrections: tuple[Correction, ...]


def noted(facts: Mapping[str, object], suspected: Iterable[str], content: Content) -> tuple[Noted, ...]:
    """Everything held, in the order of ``content/facts.yml``; suspicions last."""
    found = [
        Noted(
            name, fact.noted, _answer(facts[name], content), tuple(_corrections(fact, facts[name], content))
        )
        for name, fact in content.facts.items()
        if facts.get(name) is not None
    ]
    words = content.wording["facts"]
    for flag in suspected:
        if flag in content.flags:
            why = content.flags[flag].why
            says = words["says_not_meant"].format(why=why)
            correction = Correction(words["not_meant"], says, {NOT_MEANT: [flag]})
            found.append(Noted(flag, words["suspected"], why, (correction,)))
    return tuple(found)


def _answer(value: object, content: Content) -> str:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float | int) else str(content.wording["facts"][value])


def _corrections(fact: FactType, value: object, content: Content) -> Iterator[Correction]:
    words = content.wording["facts"]
    others: Iterable[object] = {"yes_no": (True, False), "number": SCORES, "choice": fact.values}[fact.kind]
    for other in others:
        if other != value:
            answer = _answer(other, content)
            title = answer if fact.kind == "number" else words["change"].format(answer=answer)
            yield Correction(title, words["says"].format(fact=fact.noted, answer=answer), {fact.id: other})
    yield Correction(words["forget"], words["says_forget"].format(fact=fact.noted), {fact.id: None})
