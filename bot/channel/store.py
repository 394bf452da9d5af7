"""Where conversations are kept: Rasa's SQL tracker store, on SQLite or PostgreSQL, made strict.

- A turn is kept or refused, never held in memory instead (Rasa falls back to that silently).
- A turn is kept only on top of the very events it was answered from; else :class:`TurnConflict`.
- Event ids grow in the order of commits, so that a reader may ask for ``id > last_seen``.
- A long conversation is rolled over: its state is written down anew every few turns, and only what follows is
  read. All events stay in the store.
- A database that is not there, at the start or later, is tried again with every message.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool, QueuePool
from sqlalchemy.sql import Select

from bot.advice.content import content
from bot.channel.kept import FEEDBACK_SLOT
from bot.channel.telemetry import stage
from bot.settings import settings

logger = logging.getLogger(__name__)
T = TypeVar("T")
#: Threads, and connections, at most; the event loop never waits for the database itself. SQLite writes one turn at a time anyway, and
#: several threads that take turns at the interpreter's lock cost more than they gain (docs/architecture.md).
AT_ONCE = {"sqlite": 1, "postgresql": 8}
#: Seconds until the database counts as not reachable, for connecting, for a statement and for a lock.
CONNECT_SECONDS, STATEMENT_SECONDS = 3, 5
#: Key of PostgreSQL's advisory lock that puts writers in one line. Any number, but the same on all servers.
WRITERS = 0x686970
#: Key of the one under which one server makes the index while the others do not.
INDEXING = 0x686971
#: On PostgreSQL the latest event of a conversation is looked for here. With Rasa's own index on ``sender_id`` alone, and no statistics
#: or a new conversation, PostgreSQL may read the whole primary key. SQLite keeps the row's id in every index anyway.
INDEX = "ix_events_sender_id_id"
#: In the metadata of a ``session_started`` that is a roll-over: true.
ROLLED_OVER = "rolled_over"
#: There, too: the row of the latest message that stated facts, which a correction may refer to.
REMEMBERED = "remembered"


#: Written to and emptied again by the health check after a failed save.
_PROBE = sqlalchemy.Table(
    "store_check", SQLTrackerStore.Base.metadata, sqlalchemy.Column("data", sqlalchemy.Text)
)

#: The statements of every turn, made once: Rasa's, through the object mapper, take three times as long.
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_SENDER = _EVENTS.c.sender_id == sqlalchemy.bindparam("sender")
_ALL = sqlalchemy.select(_EVENTS.c.id, _EVENTS.c.data).where(_SENDER).order_by(_EVENTS.c.id)
_LAST = sqlalchemy.select(sqlalchemy.func.max(_EVENTS.c.id)).where(_SENDER)
# by row, not by time as Rasa does: a clock that was set back would hide events
_BEGIN = _LAST.where(_EVENTS.c.type_name == SessionStarted.type_name).scalar_subquery()
_OF_SESSION = _ALL.where(_EVENTS.c.id >= sqlalchemy.func.coalesce(_BEGIN, 0))
_ONE = _ALL.where(_EVENTS.c.id == sqlalchemy.bindparam("row"))
_AFTER = (
    sqlalchemy.select(_EVENTS.c.id)
    .where(_SENDER, _EVENTS.c.id > sqlalchemy.bindparam("row"))
    .order_by(_EVENTS.c.id)
)
_ADD = _EVENTS.insert()
_COLUMNS = tuple(column.name for column in _EVENTS.columns if not column.primary_key)
#: Between the rows that :func:`_in_one_row` joins; no JSON holds it as it is.
_BETWEEN = "\x1e"
_MAKE_INDEX = f"CREATE INDEX {{how}} {INDEX} ON {_EVENTS.name} (sender_id, id)"


@lru_cache
def _in_one_row(rows: Select) -> Select:
    """What ``rows`` selects, as one text. Each row that is fetched from SQLite hands over the interpreter's lock."""
    columns = list(rows.subquery().c)
    joined = sqlalchemy.cast(columns[0], sqlalchemy.Text)
    for column in columns[1:]:
        joined = joined + " " + column
    return sqlalchemy.select(sqlalchemy.func.group_concat(joined, _BETWEEN))


@lru_cache
def _add_at_once(rows: int) -> str:
    """SQLite's statement that adds so many ``rows``; see :func:`_in_one_row`."""
    values = f"({', '.join('?' * len(_COLUMNS))})"
    return f"INSERT INTO {_EVENTS.name} ({', '.join(_COLUMNS)}) VALUES {', '.join([values] * rows)}"


class StoreUnavailable(Exception):
    """The conversation could not be read or kept."""


class TurnConflict(StoreUnavailable):
    """Another turn of the same conversation was kept since this one began."""


@dataclass(frozen=True)
class _Kept:
    """What the store holds of a tracker's events: the row of each, in order."""

    rows: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        return max(self.rows, default=0)


def _engine(url: str) -> Engine:
    """An engine that notices a dead database within seconds and comes back by itself."""
    if url.startswith("sqlite"):
        engine = sqlalchemy.create_engine(
            url,
            poolclass=QueuePool,
            pool_size=AT_ONCE["sqlite"],
            pool_timeout=STATEMENT_SECONDS,
            connect_args={"check_same_thread": False, "timeout": STATEMENT_SECONDS, "isolation_level": None},
        )

        sqlalchemy.event.listen(engine, "connect", _prepare_sqlite)
        return engine
    milliseconds = STATEMENT_SECONDS * 1000
    return sqlalchemy.create_engine(
        url,
        pool_size=AT_ONCE["postgresql"],
        pool_timeout=STATEMENT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": milliseconds,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} "
            f"-c idle_in_transaction_session_timeout={2 * milliseconds}",
        },
    )


def _prepare_sqlite(connection: Any, record: object) -> None:
    # readers do not stop the writer, and what was committed survives a power cut
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # no copy of a row that was moved or deleted stays behind in the file
    connection.execute("PRAGMA secure_delete = ON")


def _indexed(connection: Any) -> bool:
    """Whether PostgreSQL has the index whole."""
    valid = sqlalchemy.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return bool(connection.execute(valid, {"name": INDEX}).scalar())


class ConversationStore(SQLTrackerStore):
    """The tracker store named in ``endpoints.yml``; the database is the setting ``TRACKER_DB``."""

    def __init__(self, domain: Domain | None = None, **others: Any) -> None:
        # not Rasa's own constructor: it creates the tables at once, and goes on without them if it cannot
        TrackerStore.__init__(self, domain, others.get("event_broker"))
        self.engine = _engine(settings().tracker_url)
        self.sessionmaker = sessionmaker(bind=self.engine)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(AT_ONCE[self.engine.dialect.name], thread_name_prefix="store")
        self._has_tables = False
        self._last_save_failed = False

    @contextmanager
    def session_scope(self) -> Iterator[Session]:
        """A database session. Raises :class:`StoreUnavailable`."""
        try:
            if not self._has_tables:
                self._make_tables()
            with self.sessionmaker() as session:
                yield session
        except (SQLAlchemyError, OSError, ValueError) as error:
            # the class only: the text would hold the values, and so what was said
            cause = type(getattr(error, "orig", None) or error).__name__
            raise StoreUnavailable(f"The conversation database failed ({cause}).") from None

    def _make_tables(self) -> None:
        """Makes what is missing; the index of a table that is there already on the side, as that may take minutes."""
        with self.engine.begin() as connection:
            self._lock_writers(connection)
            there = sqlalchemy.inspect(connection).has_table(_EVENTS.name)
            self.Base.metadata.create_all(connection)
            missing = self.engine.dialect.name == "postgresql" and not _indexed(connection)
            if missing and not there:
                connection.execute(sqlalchemy.text(_MAKE_INDEX.format(how="")))
        self._has_tables = True
        if missing and there:
            threading.Thread(target=self.add_index, name="index", daemon=True).start()

    def add_index(self) -> None:
        """Makes the index while others read and write; unless another server is at it. A failure is logged: the next start tries again."""
        engine = sqlalchemy.create_engine(
            self.engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
        try:
            with engine.connect() as connection:
                mine = connection.execute(
                    sqlalchemy.text(f"SELECT pg_try_advisory_lock({INDEXING})")
                ).scalar()
                if mine and not _indexed(connection):
                    # what was interrupted is there, but of no use
                    connection.execute(sqlalchemy.text(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}"))
                    connection.execute(sqlalchemy.text(_MAKE_INDEX.format(how="CONCURRENTLY")))
                    logger.info("The index of the conversations was made.")
        except (SQLAlchemyError, OSError) as error:
            cause = type(getattr(error, "orig", None) or error).__name__
            logger.error("The index of the conversations could not be made (%s).", cause)

    def _lock_writers(self, connection: Any) -> None:
        """Puts writers in one line until the end of the transaction."""
        if self.engine.dialect.name == "postgresql":
            connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({WRITERS})"))
        else:
            connection.execute(sqlalchemy.text("BEGIN IMMEDIATE"))

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        waiting = asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
        try:
            return await asyncio.wait_for(waiting, STATEMENT_SECONDS)
        except TimeoutError:
            raise StoreUnavailable("The conversation database does not answer.") from None

    async def check(self) -> None:
        """Returns if conversations can be kept now. Raises :class:`StoreUnavailable`."""
        await self._in_thread(self._check)

    def _check(self) -> None:
        with self.session_scope() as session:
            self._lock_writers(session)
            if self._last_save_failed:
                # as much as a turn writes, so that a full disk shows, and its end too
                session.execute(_PROBE.insert().values(data="x" * 20_000))
                session.execute(_PROBE.delete())
            session.commit()
        self._last_save_failed = False

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation since it was last rolled over; rolled over anew when it has grown long."""
        with stage("load"):
            tracker = self._tracker(sender_id, await self._in_thread(self._rows, sender_id, False))
        if tracker is not None:
            _roll_over_if_long(tracker)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The whole conversation."""
        return self._tracker(conversation_id, await self._in_thread(self._rows, conversation_id, True))

    def _rows(self, sender: str, everything: bool) -> list[tuple[int, dict[str, Any]]]:
        with self.session_scope() as session:
            connection = session.connection()

            def rows(statement: Select, **values: Any) -> list[tuple[int, dict[str, Any]]]:
                found = self._select(connection, statement, {"sender": sender, **values})
                return [(int(row), json.loads(data)) for row, data in found]

            found = rows(_ALL if everything else _OF_SESSION)
            if found and not everything:
                remembered = (found[0][1].get("metadata") or {}).get(REMEMBERED)
                if remembered:
                    found[:0] = rows(_ONE, row=remembered)
            return found

    def _tracker(
        self, sender: str, rows: Sequence[tuple[int, dict[str, Any]]]
    ) -> DialogueStateTracker | None:
        if not rows:
            return None
        tracker = DialogueStateTracker.from_dict(sender, [data for _, data in rows], self.domain.slots)
        tracker.kept = _Kept(tuple(row for row, _ in rows))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the events that are not kept yet. Raises :class:`StoreUnavailable`."""
        with stage("save"):
            await self.stream_events(tracker)
            kept: _Kept = getattr(tracker, "kept", _Kept())
            if new := list(tracker.events)[len(kept.rows) :]:
                try:
                    rows = await self._in_thread(self._append, tracker.sender_id, kept, new)
                except TurnConflict:
                    raise
                except StoreUnavailable:
                    self._last_save_failed = True
                    raise
                tracker.kept = _Kept(kept.rows + rows)
                self._last_save_failed = False

    def _append(self, sender: str, kept: _Kept, events: Sequence[Event]) -> tuple[int, ...]:
        with self.session_scope() as session:
            connection = session.connection()
            self._lock_writers(connection)
            last = connection.execute(_LAST, {"sender": sender}).scalar() or 0
            if last != kept.last:
                raise TurnConflict("The conversation has moved on since this turn began.")
            rows = [_row(sender, event.as_dict()) for event in events]
            if self._is_sqlite:
                values = tuple(row[name] for row in rows for name in _COLUMNS)
                connection.exec_driver_sql(_add_at_once(len(rows)), values)
            else:
                connection.execute(_ADD, rows)
            added = self._select(connection, _AFTER, {"sender": sender, "row": last})
            session.commit()
            return tuple(int(row) for (row,) in added)

    def _select(self, connection: Any, rows: Select, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """The rows by id, their first column; of SQLite as texts."""
        if not self._is_sqlite:
            return list(connection.execute(rows, values))
        joined = connection.execute(_in_one_row(rows), values).scalar()
        width = len(rows.selected_columns)
        found = [row.split(" ", width - 1) for row in joined.split(_BETWEEN)] if joined else []
        return sorted(found, key=lambda row: int(row[0]))


def _row(sender: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender_id": sender,
        "type_name": data["event"],
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def conversation_store(agent: Any) -> ConversationStore | None:
    """The store of Rasa's ``agent``, which from now on never falls back to memory; None when it has another one.

    Rasa wraps every store so that it turns to memory after an error. It can be given something else to do: fail.
    """
    wrapper: Any = getattr(agent, "tracker_store", None)
    store = getattr(wrapper, "_tracker_store", None)
    if not isinstance(store, ConversationStore):
        return None
    wrapper._on_tracker_store_error = _fail
    return store


def _fail(error: Exception) -> None:
    raise error


def _roll_over_if_long(tracker: DialogueStateTracker) -> None:
    """Adds a new session with the state as it is; kept with the next turn. The check goes on where it was.

    Rasa replays all events of a session, several times a message: without this, turn 300 takes 30 times as long
    as turn 10.
    """
    turns = [n for n, event in enumerate(tracker.events) if isinstance(event, UserUttered)]
    if len(turns) <= settings().turns_before_roll_over or tracker.latest_action_name != ACTION_LISTEN_NAME:
        return
    events = list(tracker.events)
    stated = next((n for n in reversed(turns) if _states_facts(events[n])), None)
    metadata = {ROLLED_OVER: True, REMEMBERED: None if stated is None else tracker.kept.rows[stated]}
    state = [
        SlotSet(slot.name, slot.value)
        for slot in tracker.slots.values()
        if slot.value != slot.initial_value and slot.name != FEEDBACK_SLOT
    ]
    loop = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    tracker.update_with_events(
        [
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(metadata=metadata),
            *state,
            *loop,
            ActionExecuted(ACTION_LISTEN_NAME),
        ],
        None,
    )


def _states_facts(message: UserUttered) -> bool:
    """Whether a correction may refer to ``message`` ("no, I meant my mother")."""
    return any(
        entity.get("entity") in content().facts
        or (entity.get("entity") == "suspected_flags" and entity.get("new"))
        for entity in message.entities or []
    )


if __name__ == "__main__":
    # makes the tables, as the first message would
    ConversationStore()._check()
