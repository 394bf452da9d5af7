"""Limits count for all servers together through Redis, and for each by itself while Redis is away."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator

import httpx
import pytest
import redis as redis_client

from bot.channel import rate_limits
from bot.channel.rate_limits import RateLimits, TooMany
from bot.settings import Settings, settings
from evaluation.servers import Redis
from evaluation.stack import Stack

MOST = 5
Servers = Callable[[Settings], RateLimits]


@pytest.fixture
def alone() -> Settings:
    """Low limits, without Redis."""
    return dataclasses.replace(
        settings(), rate_limit=True, messages_per_minute=MOST, sessions_per_hour=MOST, redis_url=""
    )


@pytest.fixture
def server() -> Iterator[Servers]:
    """Makes what each server has, and hangs up at the end."""
    made: list[RateLimits] = []

    def make(config: Settings) -> RateLimits:
        made.append(RateLimits(config))
        return made[-1]

    yield make
    for limits in made:
        limits.close()


def opened(limits: RateLimits, address: str, times: int) -> int:
    """How many of so many new chats are let in."""

    async def count() -> int:
        let_in = 0
        for _ in range(times):
            try:
                await limits.opening(address)
                let_in += 1
            except TooMany:
                break
        return let_in

    return asyncio.run(count())


def test_an_address_is_let_in_as_often_as_the_limit_says(server: Servers, alone: Settings) -> None:
    limits = server(alone)
    assert opened(limits, "192.0.2.1", 8) == MOST
    assert opened(limits, "192.0.2.2", 1) == 1


def test_the_addresses_of_one_ipv6_network_count_as_one(server: Servers, alone: Settings) -> None:
    limits = server(alone)
    let_in = [opened(limits, f"2001:db8:1:2::{number:x}", 1) for number in range(8)]
    assert sum(let_in) == MOST
    assert opened(limits, "2001:db8:1:3::1", 1) == 1


@pytest.mark.parametrize("address", ["", "unix:", "not an address", "::ffff:192.0.2.9"])
def test_whatever_a_proxy_calls_the_visitor_is_counted(
    server: Servers, alone: Settings, address: str
) -> None:
    assert opened(server(alone), address, 8) == MOST


def test_who_is_turned_away_is_told_for_how_long(server: Servers, alone: Settings) -> None:
    limits = server(alone)
    assert opened(limits, "192.0.2.1", MOST) == MOST
    with pytest.raises(TooMany) as turned_away:
        asyncio.run(limits.opening("192.0.2.1"))
    assert 1 <= turned_away.value.wait <= 3_600


def test_off_lets_everybody_in(server: Servers, alone: Settings) -> None:
    assert opened(server(dataclasses.replace(alone, rate_limit=False)), "192.0.2.1", 50) == 50


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture
def shared(alone: Settings, redis: Redis) -> Settings:
    """The same limits with an empty Redis of their own."""
    with redis_client.Redis.from_url(redis.url) as client:
        client.flushall()
    return dataclasses.replace(alone, redis_url=redis.url)


@pytest.mark.servers
def test_two_servers_count_together(server: Servers, shared: Settings) -> None:
    first, second = server(shared), server(shared)
    assert opened(first, "192.0.2.1", 3) + opened(second, "192.0.2.1", 5) == MOST


@pytest.mark.servers
def test_no_address_stands_in_redis(server: Servers, shared: Settings, redis: Redis) -> None:
    opened(server(shared), "192.0.2.77", 2)
    with redis_client.Redis.from_url(redis.url) as client:
        keys = client.keys("*")
        assert keys
        assert all(b"192.0.2" not in key for key in keys)
        assert all(0 < client.ttl(key) <= 3_600 for key in keys)


@pytest.mark.servers
def test_without_redis_each_server_counts_by_itself_and_takes_it_up_again(
    server: Servers,
    shared: Settings,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(rate_limits, "ASK_AGAIN_SECONDS", 0.0)
    first, second = server(shared), server(shared)
    redis.stop()
    try:
        assert opened(first, "192.0.2.1", 8) == MOST
        assert opened(second, "192.0.2.1", 8) == MOST
        assert "counts by itself" in caplog.text
    finally:
        redis.start()
    assert opened(first, "192.0.2.2", 3) + opened(second, "192.0.2.2", 5) == MOST


@pytest.mark.servers
def test_two_running_servers_turn_a_visitor_away_together(
    trained_model: str, redis: Redis, client: httpx.Client
) -> None:
    common = {
        "CHAT_RATE_LIMIT": "on",
        "CHAT_MESSAGES_PER_MINUTE": str(MOST),
        "CHAT_SECRET": "only for this test, thirty-two letters or more",
        "REDIS_URL": redis.url,
    }
    with Stack(**common) as one, Stack(**common) as other:
        session = client.post(f"{one.url}/webhooks/chat/session", json={}).json()["session"]
        answers = [
            client.post(f"{server.url}/webhooks/chat/messages", json={"session": session, "text": "hello"})
            for server in (one, other, one, other, one, other, one)
        ]
    assert [answer.status_code for answer in answers] == [200] * MOST + [429] * 2
