"""Writes conversations into a tracker store the way Rasa 3.6 does: same table, same JSON, same order.

For the tests and the benchmark of the review pages. :func:`generated` makes any number of conversations.
"""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import psycopg2

from bot.advice.content import content

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

    def write(self, events: Iterable[tuple[str, Event]]) -> None:
        """Adds events, each with its sender."""

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement; its rows, if any."""


def _row(sender: str, event: Event) -> tuple[Any, ...]:
    parsed = event.get("parse_data")
    intent = (parsed.get("intent") or {}).get("name") if isinstance(parsed, dict) else None
    intent = intent[:255] if intent else None
    return (sender, event["event"], event["timestamp"], intent, event.get("name"), json.dumps(event))


class SqliteStore:
    """Rasa's tracker store in an SQLite file."""

    own = ""

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
        """Adds events, each with its sender."""
        rows = [_row(sender, event) for sender, event in events]
        self._connection.executemany(_INSERT + "(?, ?, ?, ?, ?, ?)", rows)
        self._connection.commit()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement; its rows, if any."""
        found = self._connection.execute(sql.replace("%s", "?"), tuple(parameters)).fetchall()
        self._connection.commit()
        return found

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


class PostgresStore:
    """Rasa's tracker store in a PostgreSQL database."""

    own = ""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg2.connect(url)
        self.run(_TABLE.format(exists="IF NOT EXISTS", key="SERIAL PRIMARY KEY", float="DOUBLE PRECISION"))
        self.run(_INDEX)

    def write(self, events: Iterable[tuple[str, Event]]) -> None:
        """Adds events, each with its sender."""
        rows = [_row(sender, event) for sender, event in events]
        with self._connection.cursor() as cursor:
            cursor.executemany(_INSERT + "(%s, %s, %s, %s, %s, %s)", rows)
        self._connection.commit()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement; its rows, if any."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(parameters))
            found = cursor.fetchall() if cursor.description else []
        self._connection.commit()
        return found

    def settle(self) -> None:
        """Does what the server would do by itself in the minutes after many rows came at once."""
        self._connection.autocommit = True
        self.run("VACUUM (ANALYZE) events")
        self._connection.autocommit = False

    def create(self, name: str) -> None:
        """Makes another database on the same server."""
        self._connection.autocommit = True
        self.run(f"CREATE DATABASE {name}")
        self._connection.autocommit = False

    def hold(self) -> None:
        """Begins a transaction that stays open until :meth:`close`."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT txid_current()")

    def close(self) -> None:
        """Closes the connection."""
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


# ------------------------------------------------------------------ many conversations


def generated(events: int, seed: int = 1, days: int = 365) -> Iterator[tuple[str, Event]]:
    """About so many events of conversations held over so many days, a few of them at the same time.

    Questions are those of the content, worded with random details so that few are the same.
    """
    chance = random.Random(seed)
    held = content()
    answers = list(held.answers.values())
    flags = [flag for flag in held.flags.values() if flag.tier != "soon" and flag.examples.raises]
    length, made = days * 86_400.0, 0
    open_chats: list[list[tuple[str, Event]]] = []
    while made < events:
        while len(open_chats) < 4:
            open_chats.append(list(_conversation(f"{chance.getrandbits(128):032x}", chance, answers, flags)))
            chosen = chance.randrange(len(open_chats))
        sender, event = open_chats[chosen].pop(0)
        if not open_chats[chosen]:
            del open_chats[chosen]
        event["timestamp"] = START - length + length * made / events
        made += 1
        yield sender, event


_PLACES = ("Bedford", "the stairs", "the garden", "work", "the allotment", "church", "the pool", "the shops")
_OTHERS = (
    "bakery",
    "zeppelin",
    "crossword",
    "parrot",
    "violin",
    "tax return",
    "kettle",
    "bicycle",
    "lottery",
)


def _conversation(sender: str, chance: random.Random, answers: Any, flags: Any) -> list[tuple[str, Event]]:
    turns: list[list[Event]] = [turn("hello", "Hello.", intent="greet", told={"scope": "greet"})]
    version = chance.choice(("2137a0071660", "3419aa02ba2f"))
    for _ in range(chance.randint(2, 9)):
        kind = chance.random()
        detail = f", {chance.randint(1, 30)} {chance.choice(('days', 'weeks', 'years'))} now, mostly at {chance.choice(_PLACES)}"
        if kind < 0.03:
            flag = chance.choice(flags)
            told = {"urgency": flag.tier, "reasons": [flag.id], "content_version": version}
            said = chance.choice(flag.examples.raises) + detail
            turns.append(turn(said, flag.action, intent=flag.tier, told=told, card=flag.tier))
        elif kind < 0.15:
            said = f"what about my {chance.choice(_OTHERS)}{detail}"
            told = {"scope": "out_of_scope", "content_version": version}
            turns.append(
                turn(said, "I can only help with sore hips.", intent="out_of_scope", told=told, misses=1)
            )
        elif kind < 0.155:
            turns.append(turn("anybody there" + detail, ""))
        else:
            answer = chance.choice(answers)
            told = {
                "topics": [answer.topic],
                "sources": [{"id": answer.id, "reviewed": "2026-11-22"}],
                "urgency": chance.choice(("self_care", "self_care", "soon")),
                "content_version": version,
            }
            if kind < 0.2:
                told |= {"reasons": ["own_replacement"], "facts": {"hip_replacement": "own", "chronic": True}}
                detail += ", since my hip replacement"
            said = chance.choice(answer.questions) + detail
            turns.append(
                turn(
                    said,
                    "\n\n".join(answer.answer or [answer.title]),
                    intent=answer.topic,
                    told=told,
                    card="answer",
                )
            )
    events = chat(sender, *turns)
    if chance.random() < 0.1:
        rated = chance.choice([event for _, event in events if event["event"] == "user"])
        verdict = {"turn": rated["message_id"], "rating": chance.choice(("up", "down"))}
        events.append((sender, slot("feedback", verdict)))
    return _with_the_rest(events)


def _with_the_rest(events: list[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """With the events between them that Rasa writes too, so that sizes and numbers are real."""
    filled = []
    for sender, event in events:
        filled.append((sender, event))
        if event["event"] == "user":
            more: list[Event] = [
                {"event": "user_featurization", "timestamp": 0, "use_text_for_featurization": False},
                {
                    "event": "action",
                    "timestamp": 0,
                    "name": "action_advise",
                    "policy": "SafetyFirstRulePolicy",
                    "confidence": 1.0,
                },
            ]
        elif event["event"] == "bot":
            more = [slot("last_topics", []), slot("wanted_exercise", None), slot("steered", [])]
        else:
            more = []
        filled += [
            (sender, {**extra, "metadata": {"model_id": MODEL, "assistant_id": "hip-pain-assistant"}})
            for extra in more
        ]
    return filled
