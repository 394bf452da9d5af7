"""Conversations are deleted some days after their last message, whole, and the files hold nothing of them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy

from bot.channel.store import ConversationStore
from bot.privacy import retention
from bot.privacy.retention import DAY, HOUR, Expired, cutoff, delete, expired, main
from bot.settings import settings
from evaluation.servers import PostgreSQL
from evaluation.stack import PROJECT, Stack, Visitor

NOW = time.time()
#: Nobody else writes this.
MARKER = "zebrafinch{number}"


def _engine(url: str) -> sqlalchemy.engine.Engine:
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)


def _keep(url: str, sender: str, *ages: float, text: str = "my hip hurts") -> None:
    """Writes a conversation whose events are so many days old, as the tracker store does."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        sqlalchemy.event.listen(
            engine,
            "connect",
            lambda c, _: [c.execute("PRAGMA journal_mode = WAL"), c.execute("PRAGMA secure_delete = ON")],
        )
    ConversationStore.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for age in ages:
            connection.execute(
                ConversationStore.SQLEvent.__table__.insert().values(
                    sender_id=sender,
                    type_name="user",
                    timestamp=NOW - age * DAY,
                    data=json.dumps({"event": "user", "text": text}),
                )
            )


def _senders(url: str) -> list[str]:
    with _engine(url).connect() as connection:
        found = connection.execute(
            sqlalchemy.text("SELECT DISTINCT sender_id FROM events ORDER BY sender_id")
        )
        return [str(sender) for (sender,) in found]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with PostgreSQL() as server:
        yield server.url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty conversation database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'conversations.db'}"
    address = str(request.getfixturevalue("postgresql"))
    with _engine(address).begin() as connection:
        connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS events"))
    return address


def test_a_conversation_goes_when_its_last_message_is_too_old(url: str) -> None:
    _keep(url, "old", 40, 31)
    _keep(url, "new", 2)
    assert delete(url, NOW - 30 * DAY) == Expired(conversations=1, events=2)
    assert _senders(url) == ["new"]


def test_a_conversation_with_old_and_new_messages_stays_whole(url: str) -> None:
    _keep(url, "going on", 90, 60, 29)
    assert delete(url, NOW - 30 * DAY) == Expired(0, 0)
    assert expired(url, NOW - 30 * DAY) == Expired(0, 0)
    with _engine(url).connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM events")).scalar() == 3


def test_a_dry_run_counts_the_same_and_deletes_nothing(url: str) -> None:
    for number in range(7):
        _keep(url, f"old {number}", 31, 35)
    _keep(url, "new", 1)
    assert expired(url, NOW - 30 * DAY) == Expired(7, 14)
    assert len(_senders(url)) == 8
    assert delete(url, NOW - 30 * DAY) == Expired(7, 14)
    assert _senders(url) == ["new"]


def test_more_conversations_than_fit_one_transaction_all_go(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    for number in range(10):
        _keep(url, f"old {number}", 31)
    assert delete(url, NOW - 30 * DAY).conversations == 10


def test_a_database_without_conversations_yet_is_no_error(url: str) -> None:
    assert expired(url, NOW) == delete(url, NOW) == Expired(0, 0)


def test_the_raw_files_hold_nothing_of_what_was_deleted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    for number in range(60):
        _keep(url, f"sender{number}", 31 if number % 2 else 1, text=MARKER.format(number=number) * 200)
    assert delete(url, NOW - 30 * DAY).conversations == 30
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for number in range(60):
        kept = (MARKER.format(number=number) + "zebra").encode() in raw
        assert kept == (number % 2 == 0), number
        assert (f"sender{number}\x00".encode() in raw or f"sender{number}user".encode() in raw) == (
            number % 2 == 0
        )


def test_the_write_ahead_log_is_emptied_though_somebody_reads_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "conversations.db"
    url = f"sqlite:///{database}"
    _keep(url, "old", 31, text=MARKER.format(number=1))
    reader = sqlite3.connect(database)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM events").fetchall()
    monkeypatch.setattr(retention.time, "sleep", lambda seconds: reader.close())
    monkeypatch.setattr(retention, "BUSY_MILLISECONDS", 10)
    delete(url, NOW - 30 * DAY)
    assert MARKER.format(number=1).encode() not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_a_chat_that_can_still_go_on_is_never_too_old() -> None:
    config = dataclasses.replace(settings(), session_hours=72)
    assert cutoff(config, 1, NOW) == NOW - 72 * HOUR
    assert cutoff(config, 30, NOW) == NOW - 30 * DAY


@pytest.fixture
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What the command finds in its settings."""
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    held = dataclasses.replace(settings(), tracker_url=url, keep_days=30)
    monkeypatch.setattr(retention, "settings", lambda signs: held)
    return url


def test_the_command_says_what_it_would_delete_and_then_deletes_it(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _keep(own_database, "old", 31)
    assert main(["--dry-run"]) == 0
    assert (
        "1 conversations (1 events) without a message for 30 days would be deleted" in capsys.readouterr().out
    )
    assert main(["--days", "40"]) == 0
    assert _senders(own_database) == ["old"]
    assert main([]) == 0
    assert "were deleted" in capsys.readouterr().out
    assert _senders(own_database) == []


def test_the_command_asks_for_days_when_there_is_no_limit(
    own_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = dataclasses.replace(settings(), keep_days=0)
    monkeypatch.setattr(retention, "settings", lambda signs: held)
    assert main([]) == 1
    assert "kept without limit" in capsys.readouterr().out


@pytest.mark.parametrize(("days", "left", "said"), [("30", [], "Deleted 1"), ("0", ["old"], "without limit")])
def test_the_scheduled_job_deletes_without_a_chat_and_goes_on(
    tmp_path: Path, days: str, left: list[str], said: str
) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    _keep(url, "old", 31)
    _keep(url, "still going on", 1)
    environment = {**os.environ, "DATA_FOLDER": str(tmp_path), "TRACKER_DB": url, "CONVERSATION_DAYS": days}
    with (tmp_path / "log").open("wb") as log:
        job = subprocess.Popen(
            [PROJECT / "scripts" / "serve", "retention"], env=environment, stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while said not in (tmp_path / "log").read_text(encoding="utf-8") and time.monotonic() < until:
            time.sleep(0.2)
        assert _senders(url) == [*left, "still going on"]
        assert job.poll() is None
        # handled, not suffered: the first process of a container is ended by no other way but a kill
        job.terminate()
        assert job.wait(15) == 0
    finally:
        job.kill()
        job.wait(15)


class _Clock:
    """A clock that can be moved, and a job that looks whenever it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead, self._looks = 0.0, asyncio.Semaphore(0)
        steady, started = time.monotonic, time.time() - time.monotonic()
        monkeypatch.setattr(retention.time, "time", lambda: started + steady() + self.ahead)
        monkeypatch.setattr(retention.asyncio, "sleep", self._wait)
        self.looked = asyncio.Semaphore(0)

    async def _wait(self, seconds: float) -> None:
        assert seconds == retention.EVERY
        self.looked.release()
        await self._looks.acquire()

    async def look(self) -> None:
        """Lets the job look once more."""
        self._looks.release()
        await self.looked.acquire()


async def _kept_after_looks(url: str, clock: _Clock, *ahead: float) -> list[list[str]]:
    """The conversations left after each look, before which the clock was so many seconds ahead."""
    config = dataclasses.replace(settings(), tracker_url=url, keep_days=30)
    clock.ahead = ahead[0]
    job = asyncio.create_task(retention.keep_deleting(config))
    left = []
    await clock.looked.acquire()
    left.append(_senders(url))
    for seconds in ahead[1:]:
        clock.ahead = seconds
        await clock.look()
        left.append(_senders(url))
    job.cancel()
    return left


@pytest.mark.parametrize("jump", [40 * DAY, -40 * DAY])
def test_a_clock_that_jumps_for_a_while_deletes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, jump: float
) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    _keep(url, "new", 1)

    async def told() -> list[list[str]]:
        return await _kept_after_looks(url, _Clock(monkeypatch), 0, jump, 0, 0)

    assert asyncio.run(told()) == [["new"]] * 4
    assert "The clock was moved by" in caplog.text


def test_a_clock_that_is_wrong_at_the_start_deletes_nothing_before_the_second_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    _keep(url, "new", 1)

    async def told() -> list[list[str]]:
        return await _kept_after_looks(url, _Clock(monkeypatch), 40 * DAY, 0, 0)

    assert asyncio.run(told()) == [["new"]] * 3
    assert "every conversation is too old" in caplog.text


def test_where_nobody_writes_any_more_the_last_conversations_go_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    _keep(url, "old", 31)

    async def told() -> list[list[str]]:
        return await _kept_after_looks(url, _Clock(monkeypatch), 0, 0)

    assert asyncio.run(told()) == [["old"], []]


def test_the_running_assistant_deletes_what_is_too_old_when_it_starts_and_keeps_the_rest(
    trained_model: str, client: httpx.Client
) -> None:
    with Stack(CONVERSATION_DAYS="2") as stack:
        old, new = Visitor(stack.url, client), Visitor(stack.url, client)
        old.say(f"my hip hurts, {MARKER.format(number='old')}")
        new.say(f"my hip hurts, {MARKER.format(number='new')}")
        stack.stop(stack.chat)
        database = sqlite3.connect(stack.folder / "conversations.db")
        with database:
            sender = "SELECT sender_id FROM events WHERE data LIKE '%zebrafinchold%'"
            database.execute(
                f"UPDATE events SET timestamp = timestamp - {3 * DAY} WHERE sender_id IN ({sender})"
            )
        database.close()
        stack.start_chat()
        stack.wait_until_ready()
        until = time.monotonic() + 60
        while "Deleted 1 conversations after 2 days" not in stack.log("chat") and time.monotonic() < until:
            time.sleep(0.5)
        raw = b"".join(path.read_bytes() for path in stack.folder.rglob("*") if path.is_file())
        assert b"zebrafinchold" not in raw
        assert b"zebrafinchnew" in raw
        assert new.say("thank you")["messages"]
