"""Settings of the chat process, from the environment; checked once at start.

Every setting is listed in docs/settings.md (a test compares the two). What is secret may stand in a file instead:
``CHAT_SECRET_FILE`` names the file that holds ``CHAT_SECRET``.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[1]
#: Settings that hold a secret or an address with a password; each may be given as a file instead.
IN_FILES = (
    "CHAT_SECRET",
    "CHAT_SECRET_BEFORE",
    "REDIS_URL",
    "REVIEW_DATABASE",
    "REVIEW_SECRET",
    "TRACKER_DB",
)
#: Every setting, of all processes (a test compares them with what the code reads).
NAMES = (
    "ACTIONS_HOST",
    "ACTIONS_PORT",
    "ACTIONS_URL",
    "CHAT_ANSWER_SECONDS",
    "CHAT_ENVIRONMENT",
    "CHAT_HOST",
    "CHAT_MESSAGES_PER_MINUTE",
    "CHAT_PORT",
    "CHAT_RATE_LIMIT",
    "CHAT_SECRET",
    "CHAT_SECRET_BEFORE",
    "CHAT_SESSIONS_PER_HOUR",
    "CHAT_SESSION_HOURS",
    "CHAT_TRUST_FORWARDED_FOR",
    "CHAT_TURNS_BEFORE_ROLL_OVER",
    "CLINIC_ADDRESS",
    "CLINIC_BOOKING_LINK",
    "CLINIC_COUNTRY",
    "CLINIC_DIRECTIONS",
    "CLINIC_EMAIL",
    "CLINIC_NAME",
    "CLINIC_PHONE",
    "CLINIC_TIME_ZONE",
    "CONVERSATION_DAYS",
    "DATA_FOLDER",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "METRICS_HOST",
    "METRICS_PORT",
    "REDIS_URL",
    "REVIEW_ADDRESS",
    "REVIEW_CONTENT_MONTHS",
    "REVIEW_DATABASE",
    "REVIEW_HOST",
    "REVIEW_IDLE_MINUTES",
    "REVIEW_PORT",
    "REVIEW_SECOND_FACTOR",
    "REVIEW_SECRET",
    "REVIEW_TRUSTED_HEADER",
    "REVIEW_TRUSTED_PEERS",
    "SHELL_ACTIONS_PORT",
    "TRACKER_DB",
    *(f"{name}_FILE" for name in IN_FILES),
)
#: Characters that a password in an address must have outside development: those of examples are shorter.
LEAST_PASSWORD = 16


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what it should be."""


@dataclass(frozen=True)
class Settings:
    """What the chat process may be told from outside."""

    data_folder: Path
    chat_port: int
    actions_port: int
    chat_secret: str
    chat_secret_before: str
    rate_limit: bool
    messages_per_minute: int
    sessions_per_hour: int
    session_hours: int
    answer_seconds: float
    keep_days: int
    forwarded_for: bool
    production: bool
    tracker_url: str
    redis_url: str
    actions_url: str
    turns_before_roll_over: int
    log_format: str
    metrics_host: str
    metrics_port: int


def given(name: str) -> str | None:
    """The setting ``name``, or what the file holds that ``name`` with ``_FILE`` names; None when there is neither.

    Raises :class:`SettingsError` when there are both, or no such file.
    """
    value = os.environ.get(name)
    path = os.environ.get(f"{name}_FILE") if name in IN_FILES else None
    if not path:
        return value
    if value:
        raise SettingsError(f"{name} and {name}_FILE are both set. Set one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE cannot be read ({type(error).__name__}).") from None


def production() -> bool:
    """Whether this is no development installation, so that defaults for secrets are refused."""
    return _one_of("CHAT_ENVIRONMENT", "development", "production") == "production"


def check_secret(name: str, value: str) -> str:
    """``value``, the secret ``name``. Raises :class:`SettingsError` when it is too short or, in production, an example."""
    if len(value) < 32:
        raise SettingsError(f"{name} must have at least 32 characters.")
    if production() and (len(set(value)) < 10 or "change" in value.lower()):
        raise SettingsError(f"{name} is an example. Set at least 32 random characters.")
    return value


def check_password(name: str, url: str) -> str:
    """``url``, the address ``name``. Raises :class:`SettingsError` for an example's password in production."""
    password = unquote(urlsplit(url).password or "").lower() if "://" in url else ""
    if production() and password and (len(password) < LEAST_PASSWORD or "change" in password):
        raise SettingsError(
            f"The password in {name} is an example or short. Set at least {LEAST_PASSWORD} random characters."
        )
    return url


def _number(name: str, default: float, least: float, most: float) -> float:
    raw = os.environ.get(name, "")
    try:
        value = float(raw) if raw else default
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}, but it must be a number.") from None
    if not least <= value <= most:
        raise SettingsError(f"{name} is {value:g}, but it must be from {least:g} to {most:g}.")
    return value


def _one_of(name: str, *allowed: str) -> str:
    """One of ``allowed``; the first is the default."""
    value = os.environ.get(name, "") or allowed[0]
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}, but it must be {' or '.join(allowed)}.")
    return value


def _tracker_url(folder: Path) -> str:
    """The conversation database: a file (SQLite) or the address of a PostgreSQL database."""
    database = given("TRACKER_DB") or str(folder / "conversations.db")
    if "://" not in database:
        return f"sqlite:///{Path(database).absolute()}"
    if not database.startswith(("postgresql://", "sqlite:///")):
        raise SettingsError(
            "TRACKER_DB must be a file or begin with postgresql://, as in postgresql://user@host/name."
        )
    return check_password("TRACKER_DB", database)


def _url(name: str, *schemes: str) -> str:
    url = given(name) or ""
    if url and not url.startswith(schemes):
        raise SettingsError(f"{name} must begin with {' or '.join(schemes)}.")
    return check_password(name, url)


def _on(name: str, default: bool) -> bool:
    raw = os.environ.get(name, "").lower()
    if raw not in ("", "on", "off"):
        raise SettingsError(f"{name} is {raw!r}, but it must be on or off.")
    return default if not raw else raw == "on"


def _secret(folder: Path) -> str:
    """The signing secret: as given, or made once and kept readable by its owner only."""
    if (secret := given("CHAT_SECRET")) is not None:
        return check_secret("CHAT_SECRET", secret)
    if production():
        raise SettingsError("CHAT_SECRET is needed outside development. Set at least 32 random characters.")
    return made_once(folder / "chat_secret")


def made_once(path: Path) -> str:
    """The secret in ``path``, which is made with random characters when it is not there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        secret = secrets.token_urlsafe(48)
        opened.write(secret)
    return secret


def _secret_before() -> str:
    before = given("CHAT_SECRET_BEFORE")
    return check_secret("CHAT_SECRET_BEFORE", before) if before else ""


def data_folder() -> Path:
    """Where this process keeps what it must, made for its owner only.

    ``var`` in the project folder, which earlier versions left open to everybody on the machine, is closed. Any other folder
    that is there already may be meant to be open: ``bot.start_check`` says so.
    """
    folder = Path(os.environ.get("DATA_FOLDER") or PROJECT / "var")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.resolve() == PROJECT / "var" and open_to_others(folder):
        with suppress(OSError):
            folder.chmod(0o700)
    return folder


def open_to_others(folder: Path) -> bool:
    """Whether other users of this machine can look into ``folder``."""
    return bool(folder.stat().st_mode & 0o077)


def actions_port() -> int:
    """Where the action server listens; all that it must be told."""
    return int(_number("ACTIONS_PORT", 5055, 1, 65535))


def log_format() -> str:
    """How every process writes its log: ``text`` or ``json``."""
    return _one_of("LOG_FORMAT", "text", "json")


@lru_cache(maxsize=2)
def settings(*, signs: bool = True) -> Settings:
    """The settings of this process. Raises :class:`SettingsError` in plain words.

    A process that signs nothing (``signs=False``) needs no signing secret and gets none: both are empty.
    """
    folder = data_folder()
    return Settings(
        data_folder=folder,
        chat_port=int(_number("CHAT_PORT", 8000, 1, 65535)),
        actions_port=actions_port(),
        chat_secret=_secret(folder) if signs else "",
        chat_secret_before=_secret_before() if signs else "",
        rate_limit=_on("CHAT_RATE_LIMIT", True),
        messages_per_minute=int(_number("CHAT_MESSAGES_PER_MINUTE", 30, 1, 10_000)),
        sessions_per_hour=int(_number("CHAT_SESSIONS_PER_HOUR", 60, 1, 1_000_000)),
        session_hours=int(_number("CHAT_SESSION_HOURS", 12, 1, 720)),
        answer_seconds=_number("CHAT_ANSWER_SECONDS", 8, 0.5, 60),
        keep_days=int(_number("CONVERSATION_DAYS", 30, 0, 3_650)),
        forwarded_for=_on("CHAT_TRUST_FORWARDED_FOR", False),
        production=production(),
        tracker_url=_tracker_url(folder),
        redis_url=_url("REDIS_URL", "redis://", "rediss://", "unix://"),
        actions_url=_url("ACTIONS_URL", "http://", "https://") or f"http://127.0.0.1:{actions_port()}",
        turns_before_roll_over=int(_number("CHAT_TURNS_BEFORE_ROLL_OVER", 10, 1, 1_000_000)),
        log_format=log_format(),
        metrics_host=os.environ.get("METRICS_HOST", "127.0.0.1"),
        metrics_port=int(_number("METRICS_PORT", 0, 0, 65535)),
    )
