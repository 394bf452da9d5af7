"""What an operator sees of the running chat: figures for Prometheus and one log line a turn. Never what was said.

A turn has one id in all processes: Rasa's message id. It stands in the log lines of the channel, of Rasa and of
the action server, and with the visitor's message in the conversation store.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from bot import logs
from bot.advice.vocabulary import Urgency
from bot.settings import settings

P = ParamSpec("P")
T = TypeVar("T")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
#: ``wait`` for the turn, ``load`` the conversation, ``understand`` the message, ``act`` (the action server), ``save``.
STAGES = ("wait", "load", "understand", "act", "save")
#: A turn is answered and kept; or answered as an alarm, but not kept; or there was nothing to say but the safety card; or the
#: visitor hung up before it had ended.
OUTCOMES = ("answered", "not_kept", "safety_card", "left")
#: What a reply needs, as ``/health`` names it.
PARTS = ("model", "store", "turns", "actions")
#: Codes of errors that somebody should look at, or that tell of an attack.
ALARMING = ("unavailable", "too_many", "too_large", "bad_json", "bad_session")

TURNS = Counter("chat_turns", "Turns by how they ended and the urgency told", ["outcome", "urgency"])
RISES = Counter("chat_rises", "Conversations that came to need help soon, today or now", ["urgency"])
TURN_SECONDS = Histogram("chat_turn_seconds", "From request to reply", buckets=SECONDS)
STAGE_SECONDS = Histogram("chat_stage_seconds", "Part of a turn", ["stage"], buckets=SECONDS)
NOT_UNDERSTOOD = Counter("chat_not_understood", "Answered turns that named neither a topic nor a scope")
ERRORS = Counter("chat_errors", "Error replies of the chat API", ["code"])
PART_UP = Gauge("chat_part_up", "Whether a part that replies need is there", ["part"])
RUNNING = Gauge("chat_turns_running", "Turns being worked on or waiting for the one before them")
# every series from the start, at 0: an alert sees only what grows
for _stage in STAGES:
    STAGE_SECONDS.labels(_stage)
for _outcome in OUTCOMES:
    for _urgency in (*(urgency.name for urgency in Urgency), "none"):
        TURNS.labels(_outcome, _urgency)
for _code in ALARMING:
    ERRORS.labels(_code)
for _part in PARTS:
    PART_UP.labels(_part)

for _tier in Urgency:
    if _tier > Urgency.self_care:
        RISES.labels(_tier.name)

logger = logging.getLogger(__name__)
#: Conversations whose urgency this process remembers, to count each rise once.
MOST_REMEMBERED = 10_000
_urgency_of: dict[str, Urgency] = {}


@dataclass
class Turn:
    """One turn while it runs."""

    id: str
    begun: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    #: One of ``OUTCOMES``; a turn that raises ends with the safety card.
    outcome: str = "safety_card"
    advice: dict[str, Any] | None = None


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def turn(identity: str) -> Iterator[Turn]:
    """Everything inside belongs to the turn ``identity``, also tasks started inside; at its end it is counted and logged."""
    running = Turn(identity)
    token = _turn.set(running)
    logged = logs.turn.set(identity)
    RUNNING.inc()
    try:
        yield running
    except asyncio.CancelledError:
        running.outcome = "left"
        raise
    finally:
        RUNNING.dec()
        _ended(running)
        logs.turn.reset(logged)
        _turn.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Times one stage of the running turn."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - begun
        STAGE_SECONDS.labels(name).observe(took)
        if (running := _turn.get()) is not None:
            running.stages[name] = running.stages.get(name, 0.0) + took


def timed(name: str, call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """``call``, timed as the stage ``name``."""

    @wraps(call)
    async def timing(*arguments: P.args, **named: P.kwargs) -> T:
        with stage(name):
            return await call(*arguments, **named)

    return timing


def _ended(running: Turn) -> None:
    """Counts a turn and logs it: how it ended, how long each stage took, how urgent; nothing of what was said."""
    outcome, advice = running.outcome, running.advice
    took = time.perf_counter() - running.begun
    urgency = str((advice or {}).get("urgency") or "none")
    TURNS.labels(outcome, urgency).inc()
    TURN_SECONDS.observe(took)
    if advice and not advice.get("topics") and not advice.get("scope"):
        NOT_UNDERSTOOD.inc()
    stages = {f"{name}_ms": round(seconds * 1000, 1) for name, seconds in running.stages.items()}
    logger.info(
        "turn %s %s %s %.0f ms", running.id, outcome, urgency, took * 1000, extra={"fields": {
            "turn": running.id, "outcome": outcome, "urgency": urgency, "ms": round(took * 1000, 1), **stages,
        }},
    )  # fmt: skip


def rose(conversation: str, urgency: str) -> None:
    """Counts a conversation when its urgency is higher than this process has seen it."""
    now, before = Urgency[urgency], _urgency_of.pop(conversation, Urgency.self_care)
    if now > before:
        RISES.labels(now.name).inc()
    _urgency_of[conversation] = max(now, before)
    if len(_urgency_of) > MOST_REMEMBERED:
        del _urgency_of[next(iter(_urgency_of))]


def start() -> None:
    """Turns on the turn's log line, JSON logs where asked for, and the figures on a port of their own."""
    logger.setLevel(logging.INFO)
    logs.start()
    config = settings()
    if config.metrics_port:
        start_http_server(config.metrics_port, addr=config.metrics_host)
