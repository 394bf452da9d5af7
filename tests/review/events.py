"""Writes conversations into a tracker store the way Rasa 3.6 does: same table, same JSON, same order."""

from __future__ import annotations

import itertools
import json
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

_TABLE = """CREATE TABLE {exists} events (
    id {key}, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL, timestamp {float},
    intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"""
_INDEX = "CREATE INDEX IF NOT EXISTS ix_events_sender_id ON events (sender_id)"
_INSERT = "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) VALUES "
#: 23 November 2026, 09:00 in London.
START = 1795424400.0
MODEL = "05cdd65d32664e2b85de9056794dfe15"

Event = dict[str, Any]


class Store(Protocol):
    """A tracker store that a test writes to."""

    url: str
    #: Address of the review database beside it.
    own: str

    def write(self, events: Iterable[tuple[str, Event]]) -> None: ...

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


def _row(sender: str, event: Event) -> tuple[Any, ...]:
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return (sender, event["event"], event["timestamp"], intent, event.get("name"), json.dumps(event))


class SqliteStore:
    """Rasa's tracker store in an SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite://{path}"
        self._connection = sqlite3.connect(path, timeout=20)
        self._connection.execute(
            _TABLE.format(exists="IF NOT EXISTS", key="INTEGER PRIMARY KEY", float="FLOAT")
        )
        self._connection.execute(_INDEX)
        self._connection.commit()

    def write(self, events: Iterable[tuple[str, Event]]) -> None:
        rows = [_row(sender, event) for sender, event in events]
        self._connection.executemany(_INSERT + "(?, ?, ?, ?, ?, ?)", rows)
        self._connection.commit()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        found = self._connection.execute(sql.replace("%s", "?"), tuple(parameters)).fetchall()
        self._connection.commit()
        return found

    def close(self) -> None:
        self._connection.close()


class PostgresStore:
    """Rasa's tracker store in a PostgreSQL database."""

    def __init__(self, url: str) -> None:
        import psycopg2

        self.url = url
        self._connection = psycopg2.connect(url)
        self.run(_TABLE.format(exists="IF NOT EXISTS", key="SERIAL PRIMARY KEY", float="DOUBLE PRECISION"))
        self.run(_INDEX)

    def write(self, events: Iterable[tuple[str, Event]]) -> None:
        rows = [_row(sender, event) for sender, event in events]
        with self._connection.cursor() as cursor:
            cursor.executemany(_INSERT + "(%s, %s, %s, %s, %s, %s)", rows)
        self._connection.commit()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(parameters))
            found = cursor.fetchall() if cursor.description else []
        self._connection.commit()
        return found

    def close(self) -> None:
        self._connection.close()


# ------------------------------------------------------------------ events as Rasa writes them

_clock = itertools.count()


def _now() -> float:
    return START + next(_clock) * 0.01


def advice(**parts: Any) -> dict[str, Any]:
    """The ``advice`` object of a turn."""
    return {
        "topics": [],
        "scope": None,
        "urgency": "self_care",
        "reasons": [],
        "facts": {},
        "exercises": [],
        "sources": [],
        "content_version": "2137a0071660",
        "model": MODEL,
        **parts,
    }


def session() -> list[Event]:
    """What Rasa writes when a session begins."""
    return [
        {"event": "action", "timestamp": _now(), "name": "action_session_start"},
        {"event": "session_started", "timestamp": _now()},
        {"event": "action", "timestamp": _now(), "name": "action_listen"},
    ]


def user(text: str, intent: str = "walking", confidence: float = 0.93, **parts: Any) -> Event:
    """A message of the visitor; ``choice=True`` for a button, ``entities`` and ``message_id`` as they are."""
    metadata: dict[str, Any] = {"model_id": MODEL}
    if parts.pop("choice", False):
        metadata["choice"] = {"intent": intent, "entities": {}}
    timestamp = parts.pop("timestamp", None) or _now()
    return {
        "event": "user",
        "timestamp": timestamp,
        "text": text,
        "metadata": metadata,
        "input_channel": "chat",
        "message_id": parts.pop("message_id", uuid.uuid4().hex),
        "parse_data": {
            "intent": {"name": intent, "confidence": confidence},
            "entities": parts.pop("entities", []),
            "intent_ranking": [
                {"name": intent, "confidence": confidence},
                {"name": "causes", "confidence": round(1 - confidence, 3)},
            ],
            "text": text,
        },
    }


def bot(
    text: str, told: dict[str, Any] | None = None, *, card: str = "", buttons: Sequence[str] = ()
) -> Event:
    """Something the assistant says."""
    metadata: dict[str, Any] = {"advice": told} if told else {}
    if card:
        metadata["card"] = {"kind": card}
    titles = [{"title": title, "payload": "/answer"} for title in buttons]
    return {
        "event": "bot",
        "timestamp": _now(),
        "text": text,
        "metadata": metadata,
        "data": {"buttons": titles or None},
    }


def slot(name: str, value: Any) -> Event:
    """A slot that is set."""
    return {"event": "slot", "timestamp": _now(), "name": name, "value": value}


def loop(name: str | None) -> Event:
    """The guided check begins or ends."""
    return {"event": "active_loop", "timestamp": _now(), "name": name}


def listen() -> Event:
    """The end of a turn."""
    return {"event": "action", "timestamp": _now(), "name": "action_listen"}


def turn(text: str, reply: str = "Keep walking if it feels comfortable.", **parts: Any) -> list[Event]:
    """A whole turn; ``misses=1`` for one that was not answered, ``reply=""`` for a failed one."""
    misses = parts.pop("misses", 0)
    told = advice(**parts.pop("told", {}))
    card = parts.pop("card", "")
    said = user(text, **parts)
    if not reply:
        return [said, listen()]
    return [said, bot(reply, told, card=card), slot("misses", misses), listen()]


def chat(sender: str, *turns: list[Event]) -> list[tuple[str, Event]]:
    """A conversation of one session."""
    return [(sender, event) for events in (session(), *turns) for event in events]


WALKING = {"topics": ["walking"], "sources": [{"id": "faq.walking", "reviewed": "2026-11-22"}]}
SOON = {"urgency": "soon", "reasons": ["own_replacement"], "facts": {"hip_replacement": "own"}}
EMERGENCY = {"urgency": "emergency", "reasons": ["fracture_dislocation"], "facts": {"injury": True}}
