"""Deletes conversations some days after their last message, from the database and from its files.

Runs inside the chat every few hours, where there is a timer or a service for it also without the chat
(``scripts/serve retention``), and by hand: ``make retention [DRY=1] [DAYS=30]``. A conversation goes whole or
stays whole. One that its visitor could still go on with is never deleted.

What is deleted is gone, and a clock that is weeks ahead for an hour would delete everything. So the scheduled job waits for
its next look when the clock was moved since its last one, and when its first one would leave no conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.settings import Settings, SettingsError, settings

logger = logging.getLogger(__name__)
DAY, HOUR = 86_400, 3_600
#: Seconds between two looks of the running chat.
EVERY = 6 * HOUR
#: Seconds by which the clock may be moved between two looks; summer time moves none.
MOST_MOVED = HOUR
#: Conversations deleted in one transaction; the visitors of others wait no longer than it takes.
AT_ONCE = 100
#: How long SQLite waits for somebody who writes.
BUSY_MILLISECONDS = 5_000
#: Tries to empty SQLite's write-ahead log while somebody reads, a second apart.
TRIES = 30
_EVENTS = sqlalchemy.table(
    "events", sqlalchemy.column("sender_id"), sqlalchemy.column("timestamp"), sqlalchemy.column("id")
)


@dataclass(frozen=True)
class Expired:
    """How many conversations and events are, or were, too old."""

    conversations: int
    events: int


def cutoff(config: Settings, days: int, now: float) -> float:
    """Conversations without a message since then are closed and may go (seconds since 1970)."""
    return now - max(days * DAY, config.session_hours * HOUR)


def _engine(url: str) -> Engine:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    if engine.dialect.name == "sqlite":

        @sqlalchemy.event.listens_for(engine, "connect")  # type: ignore[untyped-decorator]
        def _prepare(connection: sqlalchemy.engine.interfaces.DBAPIConnection, record: object) -> None:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            # what is deleted is overwritten with zeros
            connection.execute("PRAGMA secure_delete = ON")

    return engine


def _senders(connection: Connection, before: float) -> list[str]:
    last = sqlalchemy.func.max(_EVENTS.c.timestamp)
    found = sqlalchemy.select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(last < before)
    return [str(sender) for (sender,) in connection.execute(found)]


def expired(url: str, before: float) -> Expired:
    """What :func:`delete` would delete from the database at ``url``."""
    with _engine(url).connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("events"):
            return Expired(0, 0)
        last = sqlalchemy.func.max(_EVENTS.c.timestamp)
        old = (
            sqlalchemy.select(sqlalchemy.func.count().label("events"))
            .select_from(_EVENTS)
            .group_by(_EVENTS.c.sender_id)
            .having(last < before)
            .subquery()
        )
        total = sqlalchemy.select(
            sqlalchemy.func.count(), sqlalchemy.func.coalesce(sqlalchemy.func.sum(old.c.events), 0)
        )
        conversations, events = connection.execute(total.select_from(old)).one()
        return Expired(int(conversations), int(events))


def _all_expired(url: str, before: float) -> bool:
    """Whether there are conversations, and all of them are without an event since ``before``."""
    with _engine(url).connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("events"):
            return False
        newest = connection.execute(sqlalchemy.select(sqlalchemy.func.max(_EVENTS.c.timestamp))).scalar()
        return newest is not None and newest < before


def delete(url: str, before: float) -> Expired:
    """Deletes every conversation without an event since ``before``; afterwards the files hold nothing of it.

    Raises SQLAlchemyError when the database cannot be used; what was deleted so far stays deleted.
    """
    engine = _engine(url)
    conversations = events = 0
    with engine.connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("events"):
            return Expired(0, 0)
        senders = _senders(connection, before)
    for start in range(0, len(senders), AT_ONCE):
        with engine.begin() as connection:
            batch = senders[start : start + AT_ONCE]
            chosen = _EVENTS.c.sender_id.in_(batch)
            # asked again inside the transaction: a clock that was wrong may have been put right
            busy = sqlalchemy.select(_EVENTS.c.sender_id).where(chosen, _EVENTS.c.timestamp >= before)
            going = set(batch) - {str(sender) for (sender,) in connection.execute(busy)}
            done = connection.execute(
                sqlalchemy.delete(_EVENTS).where(_EVENTS.c.sender_id.in_(sorted(going)))
            )
            conversations, events = conversations + len(going), events + int(done.rowcount)
    if events:
        _clean_files(engine)
    return Expired(conversations, events)


def _clean_files(engine: Engine) -> None:
    """SQLite: no old page is left in the write-ahead log. PostgreSQL: the space is freed for new rows."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(sqlalchemy.text("VACUUM events"))
            return
        for _ in range(TRIES):
            busy, *_ = connection.execute(sqlalchemy.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            if not busy:
                return
            time.sleep(1)
    logger.warning("Deleted conversations stay in the write-ahead log until the next checkpoint.")


@dataclass(frozen=True)
class Look:
    """When the scheduled job looked: by the clock (seconds since 1970), and by a time that nobody can set."""

    clock: float
    steady: float

    @classmethod
    def now(cls) -> Look:
        """This moment."""
        return cls(time.time(), time.monotonic())

    def moved(self, since: Look) -> float:
        """Seconds that the clock was moved ahead (below 0: back) ``since`` another look."""
        return (self.clock - since.clock) - (self.steady - since.steady)


def _delete_unless_doubtful(config: Settings, look: Look, last: Look | None) -> Expired:
    before = cutoff(config, config.keep_days, look.clock)
    if last is not None and abs(look.moved(last)) > MOST_MOVED:
        logger.warning(
            "The clock was moved by %.1f hours. Old conversations are deleted %s hours from now, if it is right.",
            look.moved(last) / HOUR,
            EVERY // HOUR,
        )
        return Expired(0, 0)
    if last is None and _all_expired(config.tracker_url, before):
        logger.warning(
            "By the clock every conversation is too old. They are deleted %s hours from now; if the clock is wrong, put it right.",
            EVERY // HOUR,
        )
        return Expired(0, 0)
    return delete(config.tracker_url, before)


async def keep_deleting(config: Settings) -> None:
    """The scheduled job of the running chat. Never ends, unless there is no limit; a failure is logged and tried again."""
    last: Look | None = None
    while config.keep_days:
        look = Look.now()
        try:
            done = await asyncio.to_thread(_delete_unless_doubtful, config, look, last)
            last = look
            if done.conversations:
                logger.info("Deleted %s conversations after %s days.", done.conversations, config.keep_days)
        except (SQLAlchemyError, OSError) as error:
            # the class only: the text would hold the statement and its values
            logger.error("Old conversations could not be deleted (%s).", type(error).__name__)
        await asyncio.sleep(EVERY)


async def _as_a_process(config: Settings) -> None:
    """The scheduled job without a chat. Ends when it is asked to: where there is no limit, it waits to be told of one."""
    # the first process of a container is ended by no signal that it does not handle
    if job := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, job.cancel)
    await keep_deleting(config)
    logger.info("CONVERSATION_DAYS is 0: conversations are kept without limit.")
    await asyncio.Event().wait()


def main(arguments: Sequence[str]) -> int:
    """Deletes, or with ``--dry-run`` only says what would be deleted. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="make retention", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    parser.add_argument("--days", type=int, help="instead of CONVERSATION_DAYS")
    parser.add_argument("--keep-going", action="store_true", help="as a process of its own: every few hours")
    given = parser.parse_args(arguments)
    try:
        config = settings(signs=False)
        if given.keep_going:
            logging.basicConfig(level=logging.INFO)
            logs.start()
            with suppress(asyncio.CancelledError):
                asyncio.run(_as_a_process(config))
            return 0
        days = config.keep_days if given.days is None else given.days
        if days < 1:
            print("Conversations are kept without limit: CONVERSATION_DAYS is 0. Give DAYS to delete now.")
            return 1
        before = cutoff(config, days, time.time())
        found = (expired if given.dry_run else delete)(config.tracker_url, before)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"The conversation database cannot be used ({type(error).__name__}).", file=sys.stderr)
        return 1
    verb = "would be deleted. Nothing was changed" if given.dry_run else "were deleted"
    print(
        f"{found.conversations} conversations ({found.events} events) without a message for {days} days {verb}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
