"""Whether each part that a reply needs is there: for ``/health``, and as a figure for Prometheus.

A look puts a writer's lock on the conversation database and asks Redis and the action server. So there is one look at a
time, and what it found is told for half a second to all who ask, unless a request has failed since.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable

import aiohttp
from sanic import Sanic

from bot.channel import telemetry
from bot.channel.locks import ConversationLocks
from bot.channel.store import StoreUnavailable, conversation_store
from bot.privacy.errors import where
from bot.settings import settings

logger = logging.getLogger(__name__)
#: Seconds a look gives each part, for which it is told, and after which the next one is taken though nobody asks.
PART_SECONDS, KEPT_SECONDS, AGAIN_SECONDS = 2.0, 0.5, 10.0


class Health:
    """What the last look found, and whether the server is about to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self._one_at_a_time = asyncio.Lock()
        self._found: dict[str, bool] = {}
        self._looked = -math.inf

    async def parts(self, app: Sanic) -> dict[str, bool]:
        """Whether each part is there: the ``model``, the ``store``, the ``turns``, the ``actions``."""
        async with self._one_at_a_time:
            if time.monotonic() - self._looked >= KEPT_SECONDS:
                self._found = await look(app)
                self._looked = time.monotonic()
                for part, there in self._found.items():
                    telemetry.PART_UP.labels(part).set(there)
        return {**self._found, "turns": self._found["turns"] and not self.stopping}

    def forget(self) -> None:
        """Something has failed: who asks next is told what is found now."""
        self._looked = -math.inf

    async def keep_looking(self, app: Sanic) -> None:
        """Looks every few seconds, until it is cancelled."""
        while True:
            try:
                await self.parts(app)
            except Exception as error:
                logger.error("The health check failed.\n%s", where(error))
            await asyncio.sleep(AGAIN_SECONDS)


#: Of this process.
HEALTH = Health()


async def look(app: Sanic) -> dict[str, bool]:
    """Asks every part now."""
    agent = getattr(app.ctx, "agent", None)
    store = conversation_store(agent)
    locks = getattr(agent, "lock_store", None)
    return {
        "model": bool(agent and agent.is_ready()),
        "store": store is not None and await _succeeds(store.check()),
        "turns": isinstance(locks, ConversationLocks) and await locks.answers(),
        "actions": await _actions_answer(),
    }


async def _succeeds(check: Awaitable[None]) -> bool:
    try:
        await asyncio.wait_for(check, PART_SECONDS)
    except (StoreUnavailable, TimeoutError):
        return False
    return True


async def _actions_answer() -> bool:
    timeout = aiohttp.ClientTimeout(total=PART_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{settings().actions_url}/health") as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
