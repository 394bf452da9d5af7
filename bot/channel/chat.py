"""The chat channel: the public door of the assistant (docs/chat_api.md).

Caps, checks and signs before anything reaches Rasa, and never answers with nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import re
import time
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from rasa.core.actions import action as rasa_actions
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.advice.content import content
from bot.channel.requests import ApiError, read_json, read_message
from bot.channel.safety_card import safety_card
from bot.channel.tokens import BadChoice, BadSession, ExpiredSession, OfferedChoice, Tokens
from bot.settings import settings

logger = logging.getLogger(__name__)
OnNewMessage = Callable[[UserMessage], Coroutine[Any, Any, Any]]
_PAYLOAD = re.compile(r"^/(?P<intent>\w+)(?P<entities>\{.*\})?$")


class _Collector(OutputChannel):
    """Gathers what the assistant says in one turn, whole."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in the tracker."""
        return "chat"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one bot message with its metadata."""
        self.said.append(message)


class ChatChannel(InputChannel):
    """``POST /webhooks/chat/session`` and ``POST /webhooks/chat/messages``."""

    def __init__(self) -> None:
        config = settings()
        # Rasa waits 300 s for the action server, and the conversation is locked for as long: an
        # emergency written after a question that hangs would not be read.
        rasa_actions.DEFAULT_REQUEST_TIMEOUT = config.answer_seconds
        self._tokens = Tokens(config.chat_secret, config.session_hours * 3600)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_session = RateLimitItemPerMinute(config.messages_per_minute, namespace="session")
        self._per_address = RateLimitItemPerMinute(config.messages_per_minute * 10, namespace="address")
        self._new_sessions = RateLimitItemPerHour(config.sessions_per_hour, namespace="new")
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    def name(cls) -> str:
        """The name in the URL and in the tracker."""
        return "chat"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, as Sanic wants them."""
        chat = Blueprint("chat_webhook")

        @chat.post("/session")
        async def session(request: Request) -> HTTPResponse:
            try:
                read_json(request.body)
                self._limit(self._new_sessions, _address(request))
                notice = content().fill(content().wording["notice"])
                return _json({"session": self._tokens.new_session(), "notice": notice}, 201)
            except ApiError as error:
                return _error(error)

        @chat.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            try:
                return await self._messages(request, on_new_message)
            except ApiError as error:
                return _error(error)

        return chat

    async def _messages(self, request: Request, on_new_message: OnNewMessage) -> HTTPResponse:
        incoming = read_message(request.body)
        try:
            conversation = self._tokens.conversation(incoming.session)
        except ExpiredSession:
            raise ApiError(
                401, "session_expired", "This chat has timed out. Please start a new one."
            ) from None
        except BadSession:
            raise ApiError(401, "bad_session", "This chat is not known. Please start a new one.") from None
        self._limit(self._per_address, _address(request))
        self._limit(self._per_session, conversation)
        metadata: dict[str, Any] = {"model_id": getattr(_agent(request.app), "model_id", None)}
        text = incoming.text
        if incoming.choice is not None:
            try:
                picked = self._tokens.offered(conversation, incoming.choice)
            except BadChoice:
                raise ApiError(400, "bad_choice", "That choice was not offered in this chat.") from None
            text = picked.title
            metadata["choice"] = {"intent": picked.intent, "entities": picked.entities}
        collector = _Collector()
        message = UserMessage(text, collector, conversation, input_channel=self.name(), metadata=metadata)
        said = await self._answer(message, collector, on_new_message, request.app)
        return _json(_body(said, conversation, self._tokens), 200)

    async def _answer(
        self, message: UserMessage, collector: _Collector, on_new_message: OnNewMessage, app: Sanic
    ) -> list[dict[str, Any]]:
        """What the assistant says to ``message``; the turn is finished even when the visitor cannot wait."""
        agent = _agent(app)
        if agent is None or not agent.is_ready():
            raise _unavailable()
        task = asyncio.create_task(on_new_message(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait({task}, timeout=settings().answer_seconds)
        if task in done and (error := task.exception()) is not None:
            logger.error("A turn failed.\n%s", "".join(traceback.format_exception(error)))
        elif not done:
            logger.error("A turn took longer than %s seconds.", settings().answer_seconds)
        if not any(m.get("text") for m in collector.said):
            raise _unavailable()
        return list(collector.said)

    def _limit(self, limit: RateLimitItem, key: str) -> None:
        if not settings().rate_limit or self._limiter.hit(limit, key):
            return
        reset, _ = self._limiter.get_window_stats(limit, key)
        wait = max(1, math.ceil(reset - time.time()))
        raise ApiError(429, "too_many", f"That is a lot of messages. Please wait {wait} seconds.", wait)


def _agent(app: Sanic) -> Any:
    return getattr(app.ctx, "agent", None)


def _address(request: Request) -> str:
    if settings().forwarded_for and (forwarded := request.headers.get("x-forwarded-for")):
        return str(forwarded).split(",")[-1].strip()
    return str(request.ip)


def _unavailable() -> ApiError:
    return ApiError(
        503, "unavailable", "The assistant cannot answer just now. Please try again in a few minutes."
    )


def _error(error: ApiError) -> HTTPResponse:
    body: dict[str, Any] = {"error": {"code": error.code, "message": error.message}}
    headers = {}
    if error.status == 503:
        body["messages"] = safety_card(content())
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return _json(body, error.status, headers)


def _json(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> HTTPResponse:
    return json_response(
        body,
        status=status,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )


def _body(said: list[dict[str, Any]], conversation: str, tokens: Tokens) -> dict[str, Any]:
    """The reply of the API: bubbles with signed choices, and the advice of the whole turn."""
    messages: list[dict[str, Any]] = []
    advice: dict[str, Any] | None = None
    for message in said:
        advice = _joined(advice, message.get("advice"))
        parts = message.get("messages") or [{"text": message.get("text"), "card": message.get("card")}]
        choices = [
            {"id": tokens.offer(conversation, choice), "title": choice.title}
            for button in message.get("buttons") or []
            if (choice := _choice(button)) is not None
        ]
        for number, part in enumerate(parts, 1):
            bubble: dict[str, Any] = {
                "text": part["text"] or "",
                "choices": choices if number == len(parts) else [],
            }
            if part.get("card"):
                bubble["card"] = part["card"]
            messages.append(bubble)
    return {"messages": messages, "advice": advice or {}}


def _choice(button: dict[str, Any]) -> OfferedChoice | None:
    match = _PAYLOAD.match(button.get("payload") or "")
    if match is None:
        return None
    return OfferedChoice(button["title"], match["intent"], json.loads(match["entities"] or "{}"))


def _joined(first: dict[str, Any] | None, second: dict[str, Any] | None) -> dict[str, Any] | None:
    """The advice of a turn that was said in several steps: lists joined, the latest state kept."""
    if first is None or second is None:
        return second or first
    joined = {**first, **second}
    for key in ("topics", "exercises"):
        joined[key] = list(dict.fromkeys([*first.get(key, []), *second.get(key, [])]))
    sources = {source["id"]: source for source in [*first.get("sources", []), *second.get("sources", [])]}
    joined["sources"] = list(sources.values())
    joined["scope"] = None if joined["topics"] else second.get("scope") or first.get("scope")
    return joined
