"""One message of a conversation after the other, in the order of arrival, on one server or on many.

Rasa's own Redis lock store reads, changes and writes its tickets in separate steps, so that two servers can
take the same turn. Here every step is one script that Redis runs as a whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock_store import LockError, LockStore
from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError

from bot.channel.telemetry import stage
from bot.settings import settings

logger = logging.getLogger(__name__)
#: Seconds after which a ticket that is no longer renewed is passed over: its server has died or lost Redis.
TICKET_SECONDS = 5.0
#: Seconds between two looks at the queue.
LOOK_SECONDS = 0.02
#: Seconds a message waits for those before it.
PATIENCE_SECONDS = 60.0
#: Seconds until Redis counts as not reachable.
REDIS_SECONDS = 2.0
PREFIX = "hip:turns:"

# The queue is a list of tickets; beside it stands until when each is valid, by the clock of Redis.
# Joins (ARGV[3] = 1) or only renews, drops dead tickets from the head, and says whether the ticket is first.
_RENEW = """
local ticket, lifetime = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HEXISTS', KEYS[2], ticket) == 0 then
  if ARGV[3] ~= '1' then return -1 end
  redis.call('RPUSH', KEYS[1], ticket)
end
redis.call('HSET', KEYS[2], ticket, now + lifetime)
redis.call('PEXPIRE', KEYS[1], lifetime * 20)
redis.call('PEXPIRE', KEYS[2], lifetime * 20)
while true do
  local head = redis.call('LINDEX', KEYS[1], 0)
  if head == ticket then return 1 end
  if not head then return -1 end
  if tonumber(redis.call('HGET', KEYS[2], head) or '0') > now then return 0 end
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], head)
end
"""
_LEAVE = """
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('LREM', KEYS[1], 1, ARGV[1])
"""


class ConversationLocks(LockStore):
    """Rasa's lock store: in Redis where ``REDIS_URL`` names one, else in this process."""

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()
        self._here: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._redis: redis.Redis[bytes] | None = None
        if url := settings().redis_url:
            # once more on a new connection: those from before Redis was started again are dead
            self._redis = redis.Redis.from_url(
                url,
                socket_timeout=REDIS_SECONDS,
                socket_connect_timeout=REDIS_SECONDS,
                retry=Retry(NoBackoff(), 1),
                retry_on_error=[ConnectionError],
            )
            self._renew = self._redis.register_script(_RENEW)
            self._leave = self._redis.register_script(_LEAVE)

    async def answers(self) -> bool:
        """Whether turns can be taken now."""
        if self._redis is None:
            return True
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = TICKET_SECONDS, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[None]:
        """The turn of one message. Raises :class:`LockError` when it cannot be had."""
        turn = self._in_redis(conversation_id) if self._redis else self._in_process(conversation_id)
        async with contextlib.AsyncExitStack() as taken:
            with stage("wait"):
                await taken.enter_async_context(turn)
            yield

    @asynccontextmanager
    async def _in_process(self, conversation: str) -> AsyncIterator[None]:
        lock = self._here.setdefault(conversation, asyncio.Lock())
        self._waiting[conversation] = self._waiting.get(conversation, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[conversation] -= 1
            if not self._waiting[conversation]:
                del self._waiting[conversation], self._here[conversation]

    @asynccontextmanager
    async def _in_redis(self, conversation: str) -> AsyncIterator[None]:
        keys = [f"{PREFIX}{{{conversation}}}:queue", f"{PREFIX}{{{conversation}}}:valid"]
        ticket = secrets.token_hex(8)
        lifetime = int(TICKET_SECONDS * 1000)
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not await self._first(keys, ticket, lifetime):
                if time.monotonic() > until:
                    raise LockError("The messages before this one took too long.")
                await asyncio.sleep(LOOK_SECONDS)
            renewing = asyncio.create_task(self._keep(keys, ticket, lifetime))
            try:
                yield
            finally:
                renewing.cancel()
        finally:
            # should Redis not answer, the ticket runs out by itself
            with contextlib.suppress(RedisError, OSError):
                await self._leave(keys, [ticket])

    async def _first(self, keys: list[str], ticket: str, lifetime: int) -> bool:
        try:
            return bool(await self._renew(keys, [ticket, lifetime, 1]) == 1)
        except (RedisError, OSError) as error:
            raise LockError(f"Redis does not answer ({type(error).__name__}).") from error

    async def _keep(self, keys: list[str], ticket: str, lifetime: int) -> None:
        while True:
            await asyncio.sleep(TICKET_SECONDS / 5)
            with contextlib.suppress(RedisError, OSError):
                if await self._renew(keys, [ticket, lifetime, 0]) != 1:
                    # the conversation store refuses the turn if another one was kept in between
                    logger.warning("A turn lost its place because it was not renewed in time.")
                    return
