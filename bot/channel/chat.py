"""The chat channel: the public door of the assistant (docs/chat_api.md).

Caps, checks and signs before anything reaches Rasa, and never answers with nothing.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession
from rasa.core.actions import action as rasa_actions
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channel import kept, telemetry
from bot.channel.error_reply import error_reply, json_reply
from bot.channel.health import HEALTH
from bot.channel.rate_limits import RateLimits, TooMany
from bot.channel.reply_body import reply_body
from bot.channel.requests import (
    LARGEST_BODY,
    ApiError,
    clean,
    read_feedback,
    read_json,
    read_message,
    read_session,
    read_text,
)
from bot.channel.responses import FROM_CONTENT
from bot.channel.shortcuts import keep_connections, spare_the_collector, take_shortcuts
from bot.channel.store import StoreUnavailable, TurnConflict, conversation_store
from bot.channel.tokens import BadChoice, BadSession, ExpiredSession, Tokens
from bot.privacy.errors import hide_words, where
from bot.privacy.redact import redact
from bot.privacy.retention import keep_deleting
from bot.settings import settings

logger = logging.getLogger(__name__)
#: Seconds in which the headers of a request must have arrived; its body has as long again, and the time of an answer.
REQUEST_SECONDS = 20
OnNewMessage = Callable[[UserMessage], Coroutine[Any, Any, Any]]


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
    """The routes under ``/webhooks/chat/``."""

    def __init__(self) -> None:
        config = settings()
        # Rasa waits 300 s for the action server, and the conversation is locked for as long: an
        # emergency written after a question that hangs would not be read.
        rasa_actions.DEFAULT_REQUEST_TIMEOUT = config.answer_seconds
        take_shortcuts()
        hide_words()
        redact("")  # reads its lists now, not while the first visitor waits
        self._tokens = Tokens(config.chat_secret, config.session_hours * 3600, config.chat_secret_before)
        self._limits = RateLimits(config)
        self._running: set[asyncio.Task[Any]] = set()
        self._deleting: asyncio.Task[None] | None = None
        self._to_actions: ClientSession | None = None

    @classmethod
    def name(cls) -> str:
        """The name in the URL and in the tracker."""
        return "chat"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, as Sanic wants them."""
        chat = Blueprint("chat_webhook")
        chat.listener("before_server_start")(_bound_requests)
        chat.listener("after_server_start")(self._make_ready)
        chat.listener("after_server_start")(self._keep_deleting)
        chat.listener("before_server_stop")(self._finish)

        @chat.post("/session")
        async def session(request: Request) -> HTTPResponse:
            try:
                read_json(request.body)
                await _limited(self._limits.opening(_address(request)))
                token = self._tokens.new_session()
                opening = kept.opening(self._tokens.conversation(token), self._tokens)
                return json_reply({"session": token, **opening}, 201)
            except ApiError as error:
                return error_reply(error)

        @chat.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            try:
                return await self._messages(request, on_new_message)
            except ApiError as error:
                return error_reply(error)

        @chat.post("/history")
        async def history(request: Request) -> HTTPResponse:
            try:
                conversation = await self._entered(read_session(request.body), request)
                turns = await kept.turns(_ready(request.app), conversation, self._tokens)
                return json_reply({**kept.opening(conversation, self._tokens), "turns": turns}, 200)
            except ApiError as error:
                return error_reply(error)

        @chat.post("/facts")
        async def facts(request: Request) -> HTTPResponse:
            try:
                conversation = await self._entered(read_session(request.body), request)
                held = await kept.facts(_ready(request.app), conversation, self._tokens)
                return json_reply({"facts": held}, 200)
            except ApiError as error:
                return error_reply(error)

        @chat.post("/feedback")
        async def feedback(request: Request) -> HTTPResponse:
            try:
                given = read_feedback(request.body)
                conversation = await self._entered(given.session, request)
                given = replace(given, comment=clean(given.comment))
                await kept.rate(_ready(request.app), conversation, given)
                return json_reply({"kept": True}, 200)
            except ApiError as error:
                return error_reply(error)

        @chat.post("/delete")
        async def delete(request: Request) -> HTTPResponse:
            try:
                conversation = await self._entered(read_session(request.body), request)
                await kept.erase(_ready(request.app), conversation)
                return json_reply({"deleted": True}, 200)
            except ApiError as error:
                return error_reply(error)

        return chat

    async def _entered(self, session: str, request: Request) -> str:
        """The conversation of a session, once its token and the limits have been checked."""
        try:
            conversation = self._tokens.conversation(session)
        except BadSession as error:
            await _limited(self._limits.stranger(_address(request)))
            if isinstance(error, ExpiredSession):
                code, words = "session_expired", "This chat has timed out. Please start a new one."
            else:
                code, words = "bad_session", "This chat is not known. Please start a new one."
            raise ApiError(401, code, words) from None
        await _limited(self._limits.message(conversation, _address(request)))
        return conversation

    async def _messages(self, request: Request, on_new_message: OnNewMessage) -> HTTPResponse:
        incoming = read_message(request.body)
        conversation = await self._entered(incoming.session, request)
        agent = _ready(request.app)
        if incoming.again and incoming.turn:
            earlier = await kept.reply_to(agent, conversation, incoming.turn, self._tokens)
            if earlier is not None:
                return json_reply(earlier, 200)
        metadata: dict[str, Any] = {"model_id": agent.model_id}
        if incoming.choice is None:
            text = read_text(incoming.text or "")
        else:
            try:
                picked = self._tokens.offered(conversation, incoming.choice)
            except BadChoice:
                raise ApiError(400, "bad_choice", "That choice was not offered in this chat.") from None
            text = picked.title
            metadata["choice"] = {"intent": picked.intent, "entities": picked.entities}
        message = UserMessage(
            text,
            None,
            conversation,
            input_channel=self.name(),
            message_id=incoming.turn,
            metadata=metadata,
        )
        if HEALTH.stopping:
            raise _unavailable()
        with telemetry.turn(message.message_id) as turn:
            said, is_kept = await self._answer(message, on_new_message, agent)
            body = reply_body(said, conversation, self._tokens)
            turn.outcome = "answered" if is_kept else "not_kept" if said else "safety_card"
            turn.advice = body["advice"]
            if turn.advice:
                telemetry.rose(conversation, turn.advice["urgency"])
        if not is_kept:
            raise _unavailable(body if said else None)
        return json_reply({**body, "turn": message.message_id}, 200)

    async def _answer(
        self, message: UserMessage, on_new_message: OnNewMessage, agent: Any
    ) -> tuple[list[dict[str, Any]], bool]:
        """What the assistant says to ``message``, and whether the turn is kept.

        When it is not, only an emergency or a same-day case is answered. The turn is finished even when the
        visitor cannot wait.
        """
        task = asyncio.create_task(self._turn(message, on_new_message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait({task}, timeout=settings().answer_seconds)
        said = [said for said in getattr(message.output_channel, "said", []) if said.get("text")]
        if task not in done:
            logger.error("A turn took longer than %s seconds.", settings().answer_seconds)
        elif (error := task.exception()) is None:
            return said, bool(said)
        else:
            logger.error("A turn failed.\n%s", where(error))
            if isinstance(error, StoreUnavailable | LockError) and not said:
                said = await _alarm_if_it_can(message, agent)
        return (said if any(map(_is_alarm, said)) else []), False

    async def _turn(self, message: UserMessage, on_new_message: OnNewMessage) -> None:
        """Rasa's work on ``message``; once more when another server's turn came in between."""
        for attempt in (1, 2, 3):
            message.output_channel = _Collector()
            try:
                await on_new_message(message)
                return
            except TurnConflict:
                if attempt == 3:
                    raise

    async def _make_ready(self, app: Sanic, loop: object) -> None:
        """Times the parts of Rasa's work, keeps the connections to the action server, and begins to tell the figures."""
        agent = getattr(app.ctx, "agent", None)
        if agent is not None and agent.is_ready():
            processor, endpoint = agent.processor, agent.processor.action_endpoint
            processor.parse_message = telemetry.timed("understand", processor.parse_message)
            self._to_actions = keep_connections(endpoint)
            endpoint.request = telemetry.timed("act", endpoint.request)
        telemetry.start()
        spare_the_collector()

    async def _keep_deleting(self, app: Sanic, loop: object) -> None:
        self._deleting = asyncio.create_task(keep_deleting(settings()))

    async def _finish(self, app: Sanic, loop: object) -> None:
        """Before the server stops: no turn is begun any more, and those that are running are finished and kept."""
        HEALTH.stopping = True
        if self._deleting is not None:
            self._deleting.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=settings().answer_seconds)
        if self._to_actions is not None:
            await self._to_actions.close()
        self._limits.close()


async def _limited(counting: Coroutine[Any, Any, None]) -> None:
    try:
        await counting
    except TooMany as error:
        words = f"That is a lot of messages. Please wait {error.wait} seconds."
        raise ApiError(429, "too_many", words, error.wait) from None


def _bound_requests(app: Sanic, loop: object) -> None:
    """What one connection may cost before any route sees it."""
    app.config.REQUEST_MAX_SIZE = 2 * LARGEST_BODY
    app.config.REQUEST_TIMEOUT = REQUEST_SECONDS
    # counts from the end of the headers: a body that trickles in is given up, too, and not held for Rasa's hour
    app.config.RESPONSE_TIMEOUT = REQUEST_SECONDS + math.ceil(settings().answer_seconds)


def _ready(app: Sanic) -> Any:
    """Rasa's agent. Raises :class:`ApiError` 503 while there is none that can answer."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready() or conversation_store(agent) is None:
        raise _unavailable()
    return agent


def _address(request: Request) -> str:
    if settings().forwarded_for and (forwarded := request.headers.get("x-forwarded-for")):
        return str(forwarded).split(",")[-1].strip()
    return str(request.ip)


def _unavailable(reply: dict[str, Any] | None = None) -> ApiError:
    return ApiError(
        503,
        "unavailable",
        "The assistant cannot answer just now. Please try again in a few minutes.",
        reply=reply,
    )


def _is_alarm(said: dict[str, Any]) -> bool:
    return (said.get("advice") or {}).get("urgency") in ("emergency", "urgent")


async def _alarm_if_it_can(message: UserMessage, agent: Any) -> list[dict[str, Any]]:
    """As :func:`_alarm`; nothing where that fails, so that the visitor gets the safety card at least."""
    try:
        return await _alarm(message, agent)
    except Exception as error:
        logger.error("A message that cannot be kept could not be read on its own.\n%s", where(error))
        return []


async def _alarm(message: UserMessage, agent: Any) -> list[dict[str, Any]]:
    """What is said to an emergency or a same-day case while nothing can be kept: the message is read on its own."""
    tracker = DialogueStateTracker(message.sender_id, agent.domain.slots)
    collector = _Collector()
    await agent.processor._handle_message_with_tracker(message, tracker)
    await agent.processor.run_action_extract_slots(collector, tracker)
    response = f"utter_{tracker.latest_message.intent['name']}"
    if response not in FROM_CONTENT:
        return []
    reply = await agent.nlg.generate(response, tracker, collector.name())
    return [reply] if reply else []
