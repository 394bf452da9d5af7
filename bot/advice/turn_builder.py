"""Builds a :class:`~bot.advice.reply.Turn` from what Rasa holds: slots and the latest message.

Takes plain dicts, so that the Rasa server and the action server share it without sharing a tracker
class.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.advice.content import Content
from bot.advice.reply import Turn
from bot.advice.vocabulary import MATTERS, SCOPES, TOPICS

#: Entities that carry what was understood besides facts.
TOPIC_ENTITY, SCOPE_ENTITY, CANDIDATE_ENTITY = "topic", "scope", "candidate"
MATTER_ENTITY = "matter"
SUSPECTED_SLOT = "suspected_flags"


def known_facts(slots: Mapping[str, Any], content: Content) -> dict[str, object]:
    """The facts held in ``slots``."""
    return {name: slots[name] for name in content.facts if slots.get(name) is not None}


def build_turn(
    slots: Mapping[str, Any],
    message: Mapping[str, Any],
    content: Content,
    now: datetime,
    model: str = "",
    *,
    checking: bool = False,
) -> Turn:
    """The turn after ``message`` (Rasa's parse data) with the ``slots`` it has already filled."""
    entities = message.get("entities") or []

    def values(entity: str) -> tuple[str, ...]:
        found = [e["value"] for e in entities if e.get("entity") == entity]
        return tuple(dict.fromkeys(found))

    scopes = [s for s in values(SCOPE_ENTITY) if s in SCOPES]
    new = [e["entity"] for e in entities if e.get("entity") in content.facts]
    new += [e["value"] for e in entities if e.get("entity") == SUSPECTED_SLOT and e.get("new")]
    intent = (message.get("intent") or {}).get("name")
    return Turn(
        now=now,
        topics=tuple(t for t in values(TOPIC_ENTITY) if t in TOPICS),
        scope=scopes[0] if scopes else None,
        intent=intent,
        facts=known_facts(slots, content),
        suspected=tuple(slots.get(SUSPECTED_SLOT) or ()),
        new_facts=tuple(dict.fromkeys(new)),
        candidates=values(CANDIDATE_ENTITY),
        matters=tuple(m for m in values(MATTER_ENTITY) if m in MATTERS),
        last_topics=tuple(slots.get("last_topics") or ()),
        steered=tuple(slots.get("steered") or ()),
        wanted_exercise=slots.get("wanted_exercise"),
        misses=int(slots.get("misses") or 0),
        offered=tuple(slots.get("offered") or ()),
        checking=checking,
        chosen="choice" in (message.get("metadata") or {}),
        model=model,
    )
