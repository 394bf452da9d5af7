"""What one turn asks for, and what the assistant replies: the data that crosses rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.advice.vocabulary import Urgency


@dataclass(frozen=True)
class Choice:
    """A button: ``payload`` is a Rasa intent message, ``title`` what the visitor reads."""

    payload: str
    title: str


@dataclass(frozen=True)
class Message:
    """One bubble. ``card`` marks what a page may draw in a special way (see docs/chat_api.md)."""

    text: str
    choices: tuple[Choice, ...] = ()
    card: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Turn:
    """What the understanding made of one message, with what was known before it.

    ``facts`` and ``suspected`` hold everything known after the message; ``new_facts`` the ids the
    message itself stated. ``candidates`` are the topics to choose from when it was not clear, ``matters``
    what the message is after besides (:data:`bot.advice.vocabulary.MATTERS`); ``chosen`` tells that a button was pressed,
    ``offered`` are the intents of the choices that the last reply asked to pick from.
    """

    now: datetime
    topics: tuple[str, ...] = ()
    scope: str | None = None
    intent: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    suspected: tuple[str, ...] = ()
    new_facts: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    last_topics: tuple[str, ...] = ()
    steered: tuple[str, ...] = ()
    wanted_exercise: str | None = None
    misses: int = 0
    offered: tuple[str, ...] = ()
    checking: bool = False
    chosen: bool = False
    model: str = ""


@dataclass(frozen=True)
class Reply:
    """Messages in order, the ``advice`` object of the chat API, and what to remember.

    ``offered`` are the intents of the choices that the reply asks to pick from, which a "yes" may answer.
    """

    messages: tuple[Message, ...]
    advice: Mapping[str, Any]
    urgency: Urgency
    start_check: bool = False
    last_topics: tuple[str, ...] = ()
    wanted_exercise: str | None = None
    misses: int = 0
    explained: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All bubbles as one text."""
        return "\n\n".join(message.text for message in self.messages)
