"""The conversation store refuses what it cannot keep, and is not led astray by clocks, writers or full disks."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channel.store import ConversationStore, StoreUnavailable, TurnConflict, conversation_store
from bot.settings import settings


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConversationStore]:
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("TRACKER_DB", str(tmp_path / "conversations.db"))
    settings.cache_clear()
    made = ConversationStore(Domain.empty())
    yield made
    made.engine.dispose()
    settings.cache_clear()


def turn(tracker: DialogueStateTracker, text: str, when: float | None = None) -> DialogueStateTracker:
    """Adds a message and its end to a tracker."""
    tracker.update(UserUttered(text, {"name": "report"}, timestamp=when))
    tracker.update(ActionExecuted("action_listen", timestamp=when))
    return tracker


def begun(store: ConversationStore, sender: str = "a") -> DialogueStateTracker:
    """A new conversation, kept."""
    tracker = DialogueStateTracker(sender, [])
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    asyncio.run(store.save(tracker))
    return tracker


def texts(tracker: DialogueStateTracker | None) -> list[str]:
    """The visitor's messages."""
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def load(store: ConversationStore, sender: str = "a") -> Any:
    return asyncio.run(store.retrieve(sender))


def test_what_is_saved_is_read_back_and_saved_again_only_once(store: ConversationStore) -> None:
    asyncio.run(store.save(turn(begun(store), "one")))
    asyncio.run(store.save(turn(load(store), "two")))
    tracker = load(store)
    asyncio.run(store.save(tracker))
    assert texts(load(store)) == ["one", "two"]


def test_of_two_turns_from_the_same_state_the_second_is_refused(store: ConversationStore) -> None:
    begun(store)
    first, second = load(store), load(store)
    asyncio.run(store.save(turn(first, "first")))
    with pytest.raises(TurnConflict):
        asyncio.run(store.save(turn(second, "second")))
    assert texts(load(store)) == ["first"]


def test_a_clock_that_is_set_back_hides_no_events(store: ConversationStore) -> None:
    asyncio.run(store.save(turn(begun(store), "an hour ago, says the clock now", when=1_000_000.0)))
    assert texts(load(store)) == ["an hour ago, says the clock now"]


@pytest.mark.parametrize("sender", ["x" * 300, "a\x00b", "'; drop table events; --", "\U0001f600"])
def test_a_strange_sender_neither_stops_the_store_nor_meets_another(
    store: ConversationStore, sender: str
) -> None:
    asyncio.run(store.save(turn(begun(store), "mine")))
    try:
        asyncio.run(store.save(turn(begun(store, sender), "theirs")))
        assert texts(load(store, sender)) == ["theirs"]
    except StoreUnavailable:
        pass
    assert texts(load(store)) == ["mine"]


def test_a_full_disk_refuses_the_turn_shows_in_the_check_and_heals(store: ConversationStore) -> None:
    begun(store)
    with store.engine.connect() as connection:
        pages = connection.execute(sqlalchemy.text("PRAGMA page_count")).scalar()

    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    sqlalchemy.event.listen(store.engine, "connect", limit)
    store.engine.dispose()
    with pytest.raises(StoreUnavailable, match="OperationalError"):
        asyncio.run(store.save(turn(load(store), "too much " * 5_000)))
    with pytest.raises(StoreUnavailable):
        asyncio.run(store.check())
    assert texts(load(store)) == []

    sqlalchemy.event.remove(store.engine, "connect", limit)
    store.engine.dispose()
    asyncio.run(store.check())
    asyncio.run(store.save(turn(load(store), "there is room again")))
    assert texts(load(store)) == ["there is room again"]


def test_an_error_names_no_value_that_was_to_be_saved(store: ConversationStore) -> None:
    tracker = turn(begun(store), "something private")
    store.SQLEvent.__table__.drop(store.engine)
    with pytest.raises(StoreUnavailable) as caught:
        asyncio.run(store.save(tracker))
    assert "private" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_folder_that_is_gone_is_an_error_and_no_new_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("TRACKER_DB", str(tmp_path / "gone" / "conversations.db"))
    settings.cache_clear()
    with pytest.raises(StoreUnavailable):
        asyncio.run(ConversationStore(Domain.empty()).check())
    settings.cache_clear()


def test_rasa_no_longer_turns_to_memory_after_an_error(store: ConversationStore) -> None:
    agent = Agent(domain=Domain.empty(), tracker_store=store)
    assert conversation_store(agent) is store
    tracker = turn(begun(store), "x")
    store.SQLEvent.__table__.drop(store.engine)
    with pytest.raises(StoreUnavailable):
        asyncio.run(agent.tracker_store.save(tracker))
    with pytest.raises(StoreUnavailable):
        asyncio.run(agent.tracker_store.retrieve("a"))


def test_an_agent_without_our_store_is_not_served() -> None:
    assert conversation_store(Agent(domain=Domain.empty())) is None
    assert conversation_store(None) is None
