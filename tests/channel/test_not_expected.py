"""What nobody expected to fail, fails: the visitor gets the safety card, and the log says where, without words."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channel.chat import ChatChannel
from bot.channel.pages import _refuse
from bot.channel.store import StoreUnavailable
from bot.settings import settings


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChatChannel:
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    # they would stay for the tests that compare them with Rasa's own way
    monkeypatch.setattr("bot.channel.chat.take_shortcuts", lambda: None)
    settings.cache_clear()
    made = ChatChannel()
    settings.cache_clear()
    return made


async def lost(message: UserMessage) -> None:
    raise StoreUnavailable("The conversation database failed.")


def test_a_message_that_can_neither_be_kept_nor_read_is_none_to_answer(
    channel: ChatChannel, caplog: pytest.LogCaptureFixture
) -> None:
    class Processor:
        async def _handle_message_with_tracker(self, message: UserMessage, tracker: object) -> None:
            raise ValueError(f"cannot read {message.text!r}")

    agent: Any = SimpleNamespace(domain=SimpleNamespace(slots=[]), processor=Processor())
    message = UserMessage("my hip zebrafinch hurts", None, "somebody")
    with caplog.at_level(logging.ERROR):
        said, is_kept = asyncio.run(channel._answer(message, lost, agent))
    assert (said, is_kept) == ([], False)
    assert "ValueError\n" in caplog.text
    assert "in _handle_message_with_tracker" in caplog.text
    assert "zebrafinch" not in caplog.text


def test_an_error_that_no_route_caught_is_answered_503_with_the_safety_card() -> None:
    reply = asyncio.run(_refuse(None, KeyError("urgency")))  # type: ignore[arg-type]
    assert reply.status == 503
    body = json.loads(reply.body or b"")
    assert body["error"]["code"] == "unavailable"
    assert [message["card"]["kind"] for message in body["messages"]] == ["fallback"]
