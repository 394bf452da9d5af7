"""Settings of the review pages, from the environment; checked once at start (docs/settings.md).

A database is given as an address: ``sqlite:////absolute/path.db`` or
``postgresql://user:password@host:5432/name``.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bot.settings import (
    SettingsError,
    check_password,
    check_secret,
    data_folder,
    given,
    made_once,
    production,
)

#: Where no line is between the browser and the pages, as through a tunnel.
_HERE = ("127.0.0.1", "localhost", "::1")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: What a single sign-on proxy may call its header. deploy/nginx/hip.conf takes each of these from what a browser sends; under
#: any other name it would let a browser say who is logged in.
LOGIN_HEADERS = (
    "X-Forwarded-User",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Email",
    "X-Auth-Request-User",
    "X-Auth-Request-Preferred-Username",
    "X-Auth-Request-Email",
    "X-Remote-User",
    "Remote-User",
)


@dataclass(frozen=True)
class ReviewConfig:
    """What the review pages may be told from outside."""

    data_folder: Path
    host: str
    port: int
    address: str
    database: str
    tracker: str
    idle_minutes: int
    second_factor_required: bool
    trusted_header: str
    trusted_peers: tuple[Network, ...]
    keep_days: int
    content_months: int

    @property
    def https(self) -> bool:
        """Whether the pages are reached through HTTPS, so that cookies may insist on it."""
        return self.address.startswith("https://")


def _number(name: str, default: int, least: int, most: int) -> int:
    raw = os.environ.get(name, "")
    try:
        value = int(raw) if raw else default
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}, but it must be a whole number.") from None
    if not least <= value <= most:
        raise SettingsError(f"{name} is {value}, but it must be from {least:,} to {most:,}.")
    return value


def _peers(raw: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(peer.strip()) for peer in raw.split(",") if peer.strip())
    except ValueError as error:
        raise SettingsError(
            f"REVIEW_TRUSTED_PEERS: {error}. Give addresses or networks, with commas."
        ) from None


@lru_cache(maxsize=1)
def config() -> ReviewConfig:
    """The settings of this process. Raises :class:`SettingsError` in plain words."""
    folder = data_folder()
    port = _number("REVIEW_PORT", 8001, 1, 65_535)
    address = os.environ.get("REVIEW_ADDRESS", "") or f"http://127.0.0.1:{port}"
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise SettingsError(f"REVIEW_ADDRESS is {address!r}, but it must be like https://review.example.org.")
    if production() and not address.startswith("https://") and urlsplit(address).hostname not in _HERE:
        raise SettingsError("REVIEW_ADDRESS must begin with https:// outside development.")
    factor = os.environ.get("REVIEW_SECOND_FACTOR", "optional")
    if factor not in ("optional", "required"):
        raise SettingsError(f"REVIEW_SECOND_FACTOR is {factor!r}, but it must be optional or required.")
    header = os.environ.get("REVIEW_TRUSTED_HEADER", "")
    if header and header.lower() not in map(str.lower, LOGIN_HEADERS):
        raise SettingsError(
            f"REVIEW_TRUSTED_HEADER is {header!r}, which the proxy in front lets a browser send."
            f" It must be one of {', '.join(LOGIN_HEADERS)}."
        )
    peers = _peers(os.environ.get("REVIEW_TRUSTED_PEERS", ""))
    if header and not peers:
        raise SettingsError(
            "REVIEW_TRUSTED_HEADER needs REVIEW_TRUSTED_PEERS, the addresses of the proxy that sets it."
        )
    chosen = ReviewConfig(
        data_folder=folder,
        host=os.environ.get("REVIEW_HOST", "127.0.0.1"),
        port=port,
        address=address.rstrip("/"),
        database=given("REVIEW_DATABASE") or f"sqlite://{folder.resolve() / 'review.db'}",
        tracker=_tracker(folder),
        idle_minutes=_number("REVIEW_IDLE_MINUTES", 30, 1, 1_440),
        second_factor_required=factor == "required",
        trusted_header=header,
        trusted_peers=peers,
        keep_days=_number("CONVERSATION_DAYS", 30, 0, 3_650),
        content_months=_number("REVIEW_CONTENT_MONTHS", 12, 1, 120),
    )
    if chosen.database == chosen.tracker:
        raise SettingsError("REVIEW_DATABASE must not be the conversation database (TRACKER_DB).")
    for name, url in (("REVIEW_DATABASE", chosen.database), ("TRACKER_DB", chosen.tracker)):
        database(check_password(name, url), name)
    return chosen


def _tracker(folder: Path) -> str:
    """The conversation database, a file or an address, as the chat has it."""
    tracker = given("TRACKER_DB") or str(folder / "conversations.db")
    return tracker if "://" in tracker else f"sqlite://{Path(tracker).resolve()}"


def database(url: str, name: str = "database", use: str = "own") -> dict[str, Any]:
    """Django's description of the database at ``url``. Raises :class:`SettingsError` for an unknown kind.

    ``use`` is "own" for the review database, and for the tracker store "read" or "erase".
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite("/" + unquote(parts.path).lstrip("/"), use)
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        read_only = {"options": "-c default_transaction_read_only=on"} if use == "read" else {}
        # connecting takes longer than most questions; an erasure is rare and leaves nothing open
        kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True} if use != "erase" else {}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": {"connect_timeout": 5, **read_only},
            **kept,
        }
    raise SettingsError(
        f"{name} must be like sqlite:////data/review.db or postgresql://user@host/name (it begins {parts.scheme!r})."
    )


def _sqlite(path: str, use: str) -> dict[str, Any]:
    options: dict[str, Any] = {"timeout": 20}
    if use != "own":
        options["uri"] = True
        path = f"file:{quote(path)}?mode={'ro' if use == 'read' else 'rw'}"
    if use != "read":
        # "immediate" waits for a lock instead of failing; what is deleted is overwritten with zeros
        options |= {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA secure_delete=ON"}
    if use == "own":
        # lets the pages read while the follower writes
        options["init_command"] += "; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}


def secret() -> str:
    """The signing secret: ``REVIEW_SECRET``, or in development made once and kept readable by its owner only."""
    if (secret := given("REVIEW_SECRET")) is not None:
        return check_secret("REVIEW_SECRET", secret)
    if production():
        raise SettingsError("REVIEW_SECRET is needed outside development. Set at least 32 random characters.")
    return made_once(config().data_folder / "review_secret")
