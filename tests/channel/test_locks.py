"""Whose turn it is: in order, one at a time, and nobody waits for the dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from rasa.core.lock_store import LockError

from bot.channel import locks
from bot.channel.locks import PREFIX, ConversationLocks
from bot.settings import settings
from evaluation.servers import Redis


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture(params=["redis", "process"])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Settings for each of the two kinds; the name of the kind."""
    if request.param == "redis":
        monkeypatch.setenv("REDIS_URL", request.getfixturevalue("redis").url)
    settings.cache_clear()
    yield request.param
    settings.cache_clear()


@asynccontextmanager
async def opened(count: int) -> AsyncIterator[list[ConversationLocks]]:
    """Lock stores as so many servers have them."""
    stores = [ConversationLocks() for _ in range(count)]
    yield stores
    for store in stores:
        if store._redis is not None:
            await store._redis.close(close_connection_pool=True)


async def _crowd(stores: list[ConversationLocks], width: int) -> tuple[list[int], int]:
    """Each of ``width`` takes its turn; the order in which they had it, and how many had it at once at most."""
    order: list[int] = []
    inside = most = 0
    all_queue = asyncio.Event()

    async def take(number: int) -> None:
        nonlocal inside, most
        async with stores[number % len(stores)].lock("conversation"):
            inside += 1
            most = max(most, inside)
            order.append(number)
            await all_queue.wait()
            await asyncio.sleep(0.01)
            inside -= 1

    tasks = []
    for number in range(width):
        tasks.append(asyncio.create_task(take(number)))
        while await _queued(stores) <= number:
            await asyncio.sleep(0.001)
    all_queue.set()
    await asyncio.gather(*tasks)
    return order, most


async def _queued(stores: list[ConversationLocks]) -> int:
    """How many messages of the conversation have a turn or wait for one."""
    if stores[0]._redis is None:
        return stores[0]._waiting.get("conversation", 0)
    return int(await stores[0]._redis.llen(f"{PREFIX}{{conversation}}:queue"))


@pytest.mark.servers
def test_turns_are_had_one_at_a_time_in_the_order_of_arrival(made: str) -> None:
    async def run() -> tuple[list[int], int]:
        async with opened(2 if made == "redis" else 1) as stores:
            return await _crowd(stores, 12)

    assert asyncio.run(run()) == (list(range(12)), 1)


@pytest.mark.servers
def test_a_turn_that_fails_lets_the_next_one_in(made: str) -> None:
    async def run() -> str:
        async with opened(1) as (store,):
            with pytest.raises(RuntimeError):
                async with store.lock("conversation"):
                    raise RuntimeError
            async with store.lock("conversation"):
                return "in"

    assert asyncio.run(run()) == "in"


@pytest.mark.servers
def test_other_conversations_do_not_wait(made: str) -> None:
    async def run() -> str:
        async with opened(1) as (store,), store.lock("one"), store.lock("two"):
            return "both"

    assert asyncio.run(run()) == "both"


@pytest.mark.servers
def test_the_turn_of_a_dead_server_runs_out(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", redis.url)
    monkeypatch.setattr(locks, "TICKET_SECONDS", 0.4)
    settings.cache_clear()

    async def run() -> float:
        keys = [f"{locks.PREFIX}{{c}}:queue", f"{locks.PREFIX}{{c}}:valid"]
        async with opened(2) as (dead, living):
            assert await dead._first(keys, "a ticket nobody renews", 400)
            begun = time.monotonic()
            async with living.lock("c"):
                return time.monotonic() - begun

    assert 0.2 < asyncio.run(run()) < 2
    settings.cache_clear()


@pytest.mark.servers
def test_a_long_turn_is_renewed_and_keeps_its_place(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", redis.url)
    monkeypatch.setattr(locks, "TICKET_SECONDS", 0.3)
    settings.cache_clear()

    async def run() -> list[str]:
        order: list[str] = []

        async def take(store: ConversationLocks, name: str, seconds: float) -> None:
            async with store.lock("c"):
                await asyncio.sleep(seconds)
                order.append(name)

        async with opened(2) as (slow, quick):
            first = asyncio.create_task(take(slow, "slow", 1.0))
            await asyncio.sleep(0.05)
            await asyncio.gather(first, take(quick, "quick", 0))
        return order

    assert asyncio.run(run()) == ["slow", "quick"]
    settings.cache_clear()


def test_redis_that_is_not_there_is_an_error_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()

    async def run() -> bool:
        async with opened(1) as (store,):
            with pytest.raises(LockError, match="Redis does not answer"):
                async with store.lock("c"):
                    raise AssertionError
            return await store.answers()

    assert asyncio.run(run()) is False
    settings.cache_clear()
