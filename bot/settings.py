"""Settings of the chat process, from the environment; checked once at start.

Every setting is listed in docs/settings.md (a test compares the two).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what it should be."""


@dataclass(frozen=True)
class Settings:
    """What the chat process may be told from outside."""

    data_folder: Path
    chat_port: int
    actions_port: int
    chat_secret: str
    rate_limit: bool
    messages_per_minute: int
    sessions_per_hour: int
    session_hours: int
    answer_seconds: float
    keep_days: int
    forwarded_for: bool


def _number(name: str, default: float, least: float, most: float) -> float:
    raw = os.environ.get(name, "")
    try:
        value = float(raw) if raw else default
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}, but it must be a number.") from None
    if not least <= value <= most:
        raise SettingsError(f"{name} is {value:g}, but it must be from {least:g} to {most:g}.")
    return value


def _on(name: str, default: bool) -> bool:
    raw = os.environ.get(name, "").lower()
    if raw not in ("", "on", "off"):
        raise SettingsError(f"{name} is {raw!r}, but it must be on or off.")
    return default if not raw else raw == "on"


def _secret(folder: Path) -> str:
    """The signing secret: from the environment, or made once and kept readable by its owner only."""
    given = os.environ.get("CHAT_SECRET")
    if given is not None:
        if len(given) < 32:
            raise SettingsError("CHAT_SECRET must have at least 32 characters.")
        return given
    if os.environ.get("CHAT_ENVIRONMENT", "development") != "development":
        raise SettingsError("CHAT_SECRET is needed outside development. Set at least 32 random characters.")
    path = folder / "chat_secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        secret = secrets.token_urlsafe(48)
        opened.write(secret)
    return secret


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises :class:`SettingsError` in plain words."""
    folder = Path(os.environ.get("DATA_FOLDER") or PROJECT / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(
        data_folder=folder,
        chat_port=int(_number("CHAT_PORT", 8000, 1, 65535)),
        actions_port=int(_number("ACTIONS_PORT", 5055, 1, 65535)),
        chat_secret=_secret(folder),
        rate_limit=_on("CHAT_RATE_LIMIT", True),
        messages_per_minute=int(_number("CHAT_MESSAGES_PER_MINUTE", 30, 1, 10_000)),
        sessions_per_hour=int(_number("CHAT_SESSIONS_PER_HOUR", 60, 1, 1_000_000)),
        session_hours=int(_number("CHAT_SESSION_HOURS", 12, 1, 720)),
        answer_seconds=_number("CHAT_ANSWER_SECONDS", 8, 0.5, 60),
        keep_days=int(_number("REVIEW_KEEP_DAYS", 0, 0, 36_500)),
        forwarded_for=_on("CHAT_TRUST_FORWARDED_FOR", False),
    )
