"""Reads Rasa's tracker store, opened read-only: SQLite with ``mode=ro``, PostgreSQL in read-only transactions.

Events are ordered by ``id``; timestamps are not unique and not always in order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

#: The kinds of events that carry something the review pages show; the others are only counted.
TOLD = ("user", "bot", "session_started", "active_loop")
#: Slots whose setting says something about the turn.
TOLD_SLOTS = ("misses", "feedback")


class OnlyDefault:
    """Django's database router: the tracker store is Rasa's, so nothing is migrated there."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Only the review database has tables of ours."""
        return db == "default"


@dataclass(frozen=True)
class Event:
    """One row of Rasa's ``events``. ``data`` is None for kinds that are not read."""

    id: int
    sender: str
    kind: str
    name: str
    timestamp: float
    data: dict[str, Any] | None


_COLUMNS = f"""id, sender_id, type_name, action_name, timestamp,
    CASE WHEN type_name IN ({", ".join(f"'{kind}'" for kind in TOLD)})
      OR (type_name = 'slot' AND action_name IN ({", ".join(f"'{slot}'" for slot in TOLD_SLOTS)}))
    THEN data END"""


def _event(row: Sequence[Any]) -> Event:
    number, sender, kind, name, timestamp, data = row
    return Event(int(number), sender, kind, name or "", float(timestamp or 0), _data(data) if data else None)


def _data(text: str) -> dict[str, Any] | None:
    """An event's JSON without what a database cannot hold: NUL and halves of characters."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    if "\\u0000" in text or "\\ud" in text.lower():
        data = _clean(data)
    return dict(data)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def _ask(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connections["tracker"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def after(last: int, most: int) -> list[Event]:
    """Up to ``most`` events with an id above ``last``, in order."""
    return [
        _event(row)
        for row in _ask(f"SELECT {_COLUMNS} FROM events WHERE id > %s ORDER BY id LIMIT %s", (last, most))
    ]


def of_sender(sender: str, up_to: int | None = None) -> list[Event]:
    """All events of one conversation, in order."""
    sql = f"SELECT {_COLUMNS} FROM events WHERE sender_id = %s"
    parameters: list[Any] = [sender]
    if up_to is not None:
        sql += " AND id <= %s"
        parameters.append(up_to)
    return [_event(row) for row in _ask(sql + " ORDER BY id", parameters)]


def raw_of_sender(sender: str, first: int = 0, last: int | None = None) -> list[dict[str, Any]]:
    """The events of one conversation as Rasa wrote them, from id ``first`` up to ``last``."""
    sql = "SELECT data FROM events WHERE sender_id = %s AND id >= %s"
    parameters: list[Any] = [sender, first]
    if last is not None:
        sql += " AND id < %s"
        parameters.append(last)
    return [_data(data) or {"unreadable": data} for (data,) in _ask(sql + " ORDER BY id", parameters)]


def spans(low: int, high: int) -> list[tuple[int, str]]:
    """Id and sender of the events with an id above ``low`` and up to ``high``."""
    return [
        (int(number), sender)
        for number, sender in _ask(
            "SELECT id, sender_id FROM events WHERE id > %s AND id <= %s ORDER BY id", (low, high)
        )
    ]


def identity(number: int) -> tuple[str, float] | None:
    """Sender and timestamp of one event, or None when it is not there."""
    rows = _ask("SELECT sender_id, timestamp FROM events WHERE id = %s", (number,))
    return (rows[0][0], float(rows[0][1] or 0)) if rows else None


def still_there(events: Iterable[tuple[int, str]]) -> set[int]:
    """Those of the given (id, sender) that the store still holds."""
    wanted = dict(events)
    if not wanted:
        return set()
    marks = ", ".join(["%s"] * len(wanted))
    rows = _ask(f"SELECT id, sender_id FROM events WHERE id IN ({marks})", list(wanted))
    return {int(number) for number, sender in rows if wanted[int(number)] == sender}


def ready() -> None:
    """Raises a database error when the tracker store cannot be read."""
    _ask("SELECT id FROM events LIMIT 1")
