"""On PostgreSQL the latest event of a conversation is found by an index, made without keeping anybody waiting."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
from rasa.shared.core.domain import Domain

from bot.channel.store import INDEX, ConversationStore
from bot.settings import settings
from evaluation.servers import PostgreSQL
from tests.channel.test_store import begun, load

pytestmark = pytest.mark.servers
OLD = 20_000
Make = Callable[[], ConversationStore]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with PostgreSQL() as running:
        yield running


@pytest.fixture
def ask(server: PostgreSQL) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Asks an empty database."""
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS events, store_check; DROP SEQUENCE IF EXISTS events_id_seq")

        def asking(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

        yield asking
    connection.close()


@pytest.fixture
def make(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Starts a store, as each server has one."""
    monkeypatch.setenv("TRACKER_DB", server.url)
    settings.cache_clear()
    made: list[ConversationStore] = []

    def start() -> ConversationStore:
        made.append(ConversationStore(Domain.empty()))
        return made[-1]

    yield start
    for store in made:
        store.engine.dispose()
    settings.cache_clear()


def plan(ask: Callable[[str], list[tuple[Any, ...]]]) -> str:
    """How PostgreSQL would look for the latest event of a new conversation."""
    return "\n".join(line for (line,) in ask("EXPLAIN SELECT max(id) FROM events WHERE sender_id = 'new'"))


def fill(ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Many events of others, of which PostgreSQL has no statistics yet."""
    ask("ALTER TABLE events SET (autovacuum_enabled = off)")
    ask(
        "INSERT INTO events (sender_id, type_name, data) "
        f"SELECT 'sender' || n / 50, 'slot', '{{}}' FROM generate_series(1, {OLD}) n"
    )


def valid(ask: Callable[[str], list[tuple[Any, ...]]]) -> bool:
    """Whether the index is there, whole, within some seconds."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if ask(f"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{INDEX}')") == [(True,)]:
            return True
        time.sleep(0.05)
    return False


def test_a_new_database_has_the_index_and_uses_it_without_statistics(make: Make, ask: Any) -> None:
    begun(make())
    fill(ask)
    assert INDEX in plan(ask)


def test_a_database_of_before_gets_it_while_turns_are_kept(
    make: Make, ask: Any, server: PostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    begun(make())
    ask(f"DROP INDEX {INDEX}")
    fill(ask)
    assert INDEX not in plan(ask)
    # somebody who writes holds up the index, but not the turns
    writer = psycopg2.connect(server.url)
    with writer.cursor() as cursor:
        cursor.execute("INSERT INTO events (sender_id, type_name) VALUES ('writer', 'slot')")
    with caplog.at_level(logging.INFO, logger="bot.channel.store"):
        first, second = make(), make()
        for name, store in (("b", first), ("c", second)):
            begun(store, name)
            assert load(store, name) is not None
        asyncio.run(first.check())
        assert not ask(f"SELECT FROM pg_index WHERE indexrelid = to_regclass('{INDEX}') AND indisvalid")
        writer.rollback()
        writer.close()
        assert valid(ask)
    assert INDEX in plan(ask)
    assert "could not be made" not in caplog.text


def test_what_was_left_of_an_interrupted_one_is_made_anew(make: Make, ask: Any) -> None:
    begun(make())
    fill(ask)
    ask(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('{INDEX}')")
    begun(make(), "d")
    assert valid(ask)
    assert INDEX in plan(ask)
