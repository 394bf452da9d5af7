"""Reads replies of the chat API the way a visitor does: what was said, asked, offered and shown."""

from __future__ import annotations

import functools
import json
from typing import Any

from ruamel.yaml import YAML

from bot.advice.content import content
from bot.advice.vocabulary import Urgency
from evaluation.stack import PROJECT, Visitor

Answer = dict[str, Any]
#: The words of a warning's card.
FELL = "I fell and can't stand on my leg"


def said(reply: Answer) -> str:
    """All bubbles as one text; fails when the turn failed."""
    assert "error" not in reply, reply
    assert reply["messages"], reply
    assert all(message["text"].strip() for message in reply["messages"])
    return "\n\n".join(message["text"] for message in reply["messages"])


def urgency(reply: Answer) -> Urgency:
    """The tier of the conversation after this turn."""
    said(reply)
    return Urgency[reply["advice"]["urgency"]]


def facts(reply: Answer) -> dict[str, Any]:
    """What is known about the person."""
    return dict(reply["advice"]["facts"])


def cards(reply: Answer) -> list[str]:
    """The kinds of the cards in the order they are shown."""
    return [message["card"]["kind"] for message in reply["messages"] if "card" in message]


def shows_steps(reply: Answer) -> bool:
    """Whether the steps of any exercise are shown, by the advice, the cards or the words."""
    steps = [step for exercise in content().exercises.values() for step in exercise.steps[:2]]
    text = said(reply)
    return bool(reply["advice"]["exercises"]) or "exercise" in cards(reply) or any(s in text for s in steps)


def mentions_answer(reply: Answer, topic: str) -> bool:
    """Whether the answer to ``topic`` is given, in full or in brief."""
    answer = content().answers[topic]
    return answer.answer[0] in said(reply) or answer.brief in said(reply)


@functools.cache
def _asked() -> dict[str, Answer]:
    """The safety questions as ``domain.yml`` words them, by the fact they settle."""
    domain = YAML(typ="safe", pure=True).load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    prefix = "utter_ask_check_form_"
    return {
        name.removeprefix(prefix): responses[0]
        for name, responses in domain["responses"].items()
        if name.startswith(prefix)
    }


def question(reply: Answer) -> str | None:
    """The safety question that the last bubble asks, by the fact it settles; None when it asks none."""
    said(reply)
    last = reply["messages"][-1]["text"]
    return next((fact for fact, asked in _asked().items() if asked["text"] == last), None)


def button(question: str, **meaning: Any) -> str:
    """The title of the button that answers ``question`` with these facts."""
    for offered in _asked()[question]["buttons"]:
        facts = json.loads(offered["payload"].removeprefix("/answer"))
        if meaning.items() <= facts.items():
            return str(offered["title"])
    raise AssertionError(f"{question} has no button for {meaning}")


def titles(reply: Answer) -> list[str]:
    """The buttons a visitor sees."""
    return [choice["title"] for message in reply["messages"] for choice in message["choices"]]


def press(visitor: Visitor, reply: Answer, title: str) -> Answer:
    """Presses the button ``title`` of ``reply``."""
    found = [c["id"] for message in reply["messages"] for c in message["choices"] if c["title"] == title]
    assert found, (title, titles(reply))
    return visitor.choose(found[0])


#: What somebody answers who may see exercise steps.
GOOD: dict[str, dict[str, Any]] = {
    "under_16": {"under_16": False, "over_65": False},
    "injury": {"injury": False},
    "cannot_weight_bear": {"cannot_weight_bear": False},
    "any_warning_sign": {"any_warning_sign": False},
    "hip_replacement": {"hip_replacement": "negated"},
    "pregnant": {"pregnant": False},
    "chronic": {"chronic": False, "over_two_weeks": False},
    "pain_score": {"pain_score": 3},
}


def answer(visitor: Visitor, reply: Answer, **meaning: Any) -> Answer:
    """Presses the button that answers the question just put with these facts, or the good one."""
    asked = question(reply)
    assert asked is not None, said(reply)
    return press(visitor, reply, button(asked, **(meaning or GOOD[asked])))


def check_by_buttons(visitor: Visitor, reply: Answer, **instead: dict[str, Any]) -> Answer:
    """Answers every question of the check that ``reply`` begins; ``instead`` gives other facts."""
    asked: list[str] = []
    while (now := question(reply)) is not None:
        assert now not in asked, f"{now} was asked twice"
        asked.append(now)
        reply = answer(visitor, reply, **{**GOOD, **instead}[now])
    return reply
