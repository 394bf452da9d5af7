"""Too many messages or sessions are turned away for a while, and the visitor is told for how long."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from bot.channel.rate_limits import CHATS_OF_AN_ADDRESS
from evaluation.stack import Stack

PER_MINUTE = 5


@pytest.fixture(scope="module")
def limited_stack(trained_model: str) -> Iterator[Stack]:
    """The assistant with rate limits, low ones."""
    settings = {
        "CHAT_RATE_LIMIT": "on",
        "CHAT_MESSAGES_PER_MINUTE": str(PER_MINUTE),
        "CHAT_SESSIONS_PER_HOUR": "8",
    }
    with Stack(**settings) as running:
        yield running


def _open(stack: Stack, client: httpx.Client) -> httpx.Response:
    return client.post(f"{stack.url}/webhooks/chat/session", json={})


def _say(stack: Stack, client: httpx.Client, session: str) -> httpx.Response:
    return client.post(f"{stack.url}/webhooks/chat/messages", json={"session": session, "text": "hello"})


def _assert_turned_away(response: httpx.Response, most: int) -> None:
    assert response.status_code == 429
    wait = int(response.headers["Retry-After"])
    assert 1 <= wait <= most
    error = response.json()["error"]
    assert error["code"] == "too_many"
    assert str(wait) in error["message"]


def test_more_messages_a_minute_than_allowed_are_turned_away(
    limited_stack: Stack, client: httpx.Client
) -> None:
    session = _open(limited_stack, client).json()["session"]
    answers = [_say(limited_stack, client, session) for _ in range(PER_MINUTE + 3)]
    assert [answer.status_code for answer in answers[:PER_MINUTE]] == [200] * PER_MINUTE
    for answer in answers[PER_MINUTE:]:
        _assert_turned_away(answer, 60)


def test_one_visitor_who_writes_too_much_does_not_silence_another(
    limited_stack: Stack, client: httpx.Client
) -> None:
    busy, calm = (_open(limited_stack, client).json()["session"] for _ in range(2))
    for _ in range(PER_MINUTE + 1):
        last = _say(limited_stack, client, busy)
    assert last.status_code == 429
    assert _say(limited_stack, client, calm).status_code == 200


def test_more_sessions_an_hour_than_allowed_are_turned_away(
    limited_stack: Stack, client: httpx.Client
) -> None:
    answers = [_open(limited_stack, client) for _ in range(9)]
    _assert_turned_away(answers[-1], 3_600)


def test_a_forged_address_does_not_get_round_the_limit(limited_stack: Stack, client: httpx.Client) -> None:
    while _open(limited_stack, client).status_code == 201:
        pass
    response = client.post(
        f"{limited_stack.url}/webhooks/chat/session", json={}, headers={"X-Forwarded-For": "203.0.113.9"}
    )
    _assert_turned_away(response, 3_600)


def test_sessions_that_are_not_known_are_counted_for_their_address(
    limited_stack: Stack, client: httpx.Client
) -> None:
    statuses = []
    while 429 not in statuses and len(statuses) < PER_MINUTE * CHATS_OF_AN_ADDRESS + 1:
        last = _say(limited_stack, client, "guessed")
        statuses.append(last.status_code)
    assert set(statuses[:-1]) == {401}
    _assert_turned_away(last, 60)
