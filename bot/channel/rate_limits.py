"""How much one visitor and one address may send, counted by all servers together where there is a Redis.

While Redis does not answer, each server counts for itself: the limits hold, only less tightly, and nobody is let in
unlimited or shut out because of it. Addresses are kept as keyed hashes, and only as long as they count.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import logging
import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from bot.settings import Settings

logger = logging.getLogger(__name__)
#: Seconds until Redis counts as not answering, and until it is asked again.
REDIS_SECONDS, ASK_AGAIN_SECONDS = 0.5, 5.0
PREFIX = "hip:limits"
#: One address may send as many times a minute what one chat may: a surgery or a family shares one.
CHATS_OF_AN_ADDRESS = 10
#: An IPv6 visitor has a whole network of this size.
IPV6_NETWORK = 64


class TooMany(Exception):
    """A limit is reached; ``wait`` seconds until there is room again."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} seconds")
        self.wait = wait


class RateLimits:
    """Counts, and raises :class:`TooMany`."""

    def __init__(self, config: Settings) -> None:
        self._on = config.rate_limit
        self._secret = config.chat_secret.encode()
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared: MovingWindowRateLimiter | None = None
        self._storage: RedisStorage | None = None
        self._url = config.redis_url
        self._ask_again = 0.0
        self._per_session = RateLimitItemPerMinute(config.messages_per_minute, namespace="session")
        many = config.messages_per_minute * CHATS_OF_AN_ADDRESS
        self._per_address = RateLimitItemPerMinute(many, namespace="address")
        self._new_sessions = RateLimitItemPerHour(config.sessions_per_hour, namespace="new")

    async def opening(self, address: str) -> None:
        """Counts a new chat from ``address``. Raises :class:`TooMany`."""
        await self._count((self._new_sessions, self._hidden(address)))

    async def message(self, conversation: str, address: str) -> None:
        """Counts a request of ``conversation`` from ``address``. Raises :class:`TooMany`."""
        await self._count((self._per_address, self._hidden(address)), (self._per_session, conversation))

    async def stranger(self, address: str) -> None:
        """Counts a request from ``address`` whose session is not known or too old. Raises :class:`TooMany`."""
        await self._count((self._per_address, self._hidden(address)))

    def close(self) -> None:
        """Hangs up on Redis."""
        if self._storage is not None:
            self._storage.storage.connection_pool.disconnect()

    def _hidden(self, address: str) -> str:
        try:
            number = ipaddress.ip_address(address)
            if number.version == 6 and number.ipv4_mapped is None:
                address = str(ipaddress.ip_network((number, IPV6_NETWORK), strict=False))
        except ValueError:
            pass  # a proxy may name a socket or nothing: then that is what is counted
        return hashlib.blake2b(address.encode(), key=self._secret[:64], digest_size=12).hexdigest()

    async def _count(self, *counted: tuple[RateLimitItem, str]) -> None:
        if not self._on:
            return
        wait = None
        if self._url and time.monotonic() >= self._ask_again:
            try:
                wait = await asyncio.to_thread(self._in_redis, counted)
                self._ask_again = 0.0
            except (RedisError, OSError) as error:
                if not self._ask_again:
                    logger.error(
                        "Redis does not answer (%s): this server counts by itself.", type(error).__name__
                    )
                self._ask_again = time.monotonic() + ASK_AGAIN_SECONDS
                wait = _wait(self._here, counted)
        else:
            wait = _wait(self._here, counted)
        if wait:
            raise TooMany(wait)

    def _in_redis(self, counted: tuple[tuple[RateLimitItem, str], ...]) -> int:
        if self._shared is None:
            self._storage = RedisStorage(
                self._url,
                key_prefix=PREFIX,
                socket_timeout=REDIS_SECONDS,
                socket_connect_timeout=REDIS_SECONDS,
            )
            self._shared = MovingWindowRateLimiter(self._storage)
        return _wait(self._shared, counted)


def _wait(limiter: MovingWindowRateLimiter, counted: tuple[tuple[RateLimitItem, str], ...]) -> int:
    """Counts; 0, or the seconds to wait for the first limit that is reached."""
    for limit, key in counted:
        if not limiter.hit(limit, key):
            reset, _ = limiter.get_window_stats(limit, key)
            return max(1, math.ceil(reset - time.time()))
    return 0
