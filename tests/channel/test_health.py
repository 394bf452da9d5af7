"""Looking after every part costs something: however many ask, it is done seldom, but never too late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sanic import Sanic

from bot.channel import health, telemetry
from bot.channel.error_reply import error_reply
from bot.channel.health import Health
from bot.channel.requests import ApiError

GREEN = {"model": True, "store": True, "turns": True, "actions": True}
NO_APP: Sanic = None  # type: ignore[assignment]


class Parts:
    """What a look finds, and how many were taken."""

    def __init__(self) -> None:
        self.found = dict(GREEN)
        self.looks = 0

    async def look(self, app: Sanic) -> dict[str, bool]:
        self.looks += 1
        await asyncio.sleep(0)
        return dict(self.found)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    made = Parts()
    monkeypatch.setattr(health, "look", made.look)
    monkeypatch.setattr(health, "KEPT_SECONDS", 3_600.0)
    return made


def up(part: str) -> float:
    value: float = telemetry.PART_UP.labels(part)._value.get()
    return value


def asked(times: int, *before: Callable[[], None], watched: Health | None = None) -> list[dict[str, bool]]:
    """The answers to so many who ask at once; again after each of the things done ``before``."""

    async def ask() -> list[dict[str, bool]]:
        asking = watched or Health()
        answers = []
        for do in (lambda: None, *before):
            do()
            answers += await asyncio.gather(*(asking.parts(NO_APP) for _ in range(times)))
        return answers

    return asyncio.run(ask())


def test_a_hundred_who_ask_at_once_and_again_cost_one_look(parts: Parts) -> None:
    assert asked(100, lambda: None) == [GREEN] * 200
    assert parts.looks == 1


def test_what_was_found_a_while_ago_is_not_told(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    later = [
        lambda: monkeypatch.setattr(health, "KEPT_SECONDS", 0.0),
        lambda: parts.found.update(store=False),
    ]
    assert [answer["store"] for answer in asked(1, *later)] == [True, True, False]
    assert parts.looks == 3


def test_after_a_request_that_failed_the_next_who_asks_is_told_what_is_found_now(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Health()
    monkeypatch.setattr("bot.channel.error_reply.HEALTH", watched)

    def fails() -> None:
        parts.found["actions"] = False
        error_reply(ApiError(503, "unavailable", "The assistant cannot answer just now."))

    def refused() -> None:
        error_reply(ApiError(400, "bad_json", "The request is not valid JSON."))

    answers = asked(1, refused, fails, watched=watched)
    assert [answer["actions"] for answer in answers] == [True, True, False]
    assert parts.looks == 2


def test_each_part_is_a_figure(parts: Parts) -> None:
    parts.found["store"] = False
    asked(1)
    assert [up(part) for part in ("model", "store", "turns", "actions")] == [1, 0, 1, 1]


def test_a_server_that_is_about_to_stop_takes_no_turns_whatever_was_found(parts: Parts) -> None:
    watched = Health()
    answers = asked(1, lambda: setattr(watched, "stopping", True), watched=watched)
    assert [answer["turns"] for answer in answers] == [True, False]


def test_a_look_that_fails_does_not_end_the_looking(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(app: Sanic) -> dict[str, bool]:
        parts.looks += 1
        raise ValueError

    async def watch() -> None:
        looking = asyncio.create_task(Health().keep_looking(NO_APP))
        while parts.looks < 3:
            await asyncio.sleep(0)
        looking.cancel()

    monkeypatch.setattr(health, "look", fails)
    monkeypatch.setattr(health, "AGAIN_SECONDS", 0.0)
    asyncio.run(watch())
