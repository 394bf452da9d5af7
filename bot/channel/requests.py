"""Reads a request of the chat API: bytes in, checked values out, or an error in plain words."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.privacy.redact import redact

#: How the log tells of a request that failed unexpectedly; the places follow on lines of their own.
NOT_EXPECTED = "A request failed unexpectedly."
#: Characters of text a message may have.
LONGEST_TEXT = 2_000
#: Characters a comment on a reply may have.
LONGEST_COMMENT = 300
#: What a client may call a turn.
_TURN = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
#: Bytes a request body may have; ample for the longest text in any script.
LARGEST_BODY = 32_768
#: Control, bidirectional and invisible characters, which no sentence needs.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass
class ApiError(Exception):
    """An error of the chat API: HTTP ``status``, a ``code`` for programs, a ``message`` for people."""

    status: int
    code: str
    message: str
    retry_after: int | None = None
    #: The reply, where there is one: an emergency is answered although the turn could not be kept.
    reply: dict[str, Any] | None = None


@dataclass(frozen=True)
class IncomingMessage:
    """A message request: the session token and either a choice id or the text as it was typed, for :func:`read_text`."""

    session: str
    text: str | None
    choice: str | None
    turn: str | None = None
    again: bool = False


@dataclass(frozen=True)
class IncomingFeedback:
    """A verdict on the reply of one turn: ``rating`` is "up" or "down", ``comment``, for :func:`clean`, may be empty."""

    session: str
    turn: str
    rating: str
    comment: str


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``. Raises :class:`ApiError` 413 or 400."""
    if len(body) > LARGEST_BODY:
        raise ApiError(413, "too_large", "That message is too long. Please send a shorter one.")
    try:
        value = json.loads(body.decode("utf-8") or "{}")
    except (ValueError, RecursionError):
        raise ApiError(400, "bad_json", "The request is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise ApiError(400, "bad_json", "The request must be a JSON object.")
    return value


def read_message(body: bytes) -> IncomingMessage:
    """The message in ``body``. Raises :class:`ApiError` 400 or 413."""
    fields, session = _read_fields(body, {"text", "choice", "turn", "again"})
    text, choice = fields.get("text"), fields.get("choice")
    turn, again = fields.get("turn"), fields.get("again", False)
    if turn is not None and not (isinstance(turn, str) and _TURN.match(turn)):
        raise ApiError(400, "bad_turn", "The turn must be 8 to 64 letters, digits, - or _.")
    if not isinstance(again, bool) or (again and turn is None):
        raise ApiError(400, "bad_turn", "Only a message with a turn can be sent again.")
    if (text is None) == (choice is None):
        raise ApiError(400, "text_or_choice", "The request needs either a text or a choice.")
    if choice is not None:
        if not isinstance(choice, str) or not choice:
            raise ApiError(400, "bad_choice", "The choice must be one that was offered.")
        return IncomingMessage(session, None, choice, turn, again)
    if not isinstance(text, str):
        raise ApiError(400, "bad_text", "The text must be a string.")
    if len(text) > LONGEST_TEXT:
        raise ApiError(
            413, "too_long", f"That message is too long. Please keep it under {LONGEST_TEXT} characters."
        )
    return IncomingMessage(session, text, None, turn, again)


def read_text(typed: str) -> str:
    """What was ``typed``, cleaned. Raises :class:`ApiError` 400 when nothing is left."""
    cleaned = clean(typed)
    if not cleaned:
        raise ApiError(400, "empty_text", "The message is empty.")
    return cleaned


def read_session(body: bytes) -> str:
    """The session in ``body``, which holds nothing else. Raises :class:`ApiError` 400 or 413."""
    return _read_fields(body, set())[1]


def read_feedback(body: bytes) -> IncomingFeedback:
    """The verdict in ``body``. Raises :class:`ApiError` 400 or 413."""
    fields, session = _read_fields(body, {"turn", "rating", "comment"})
    turn, rating, comment = fields.get("turn"), fields.get("rating"), fields.get("comment", "")
    if not isinstance(turn, str) or not _TURN.match(turn):
        raise ApiError(400, "bad_turn", "The turn must be one of this chat.")
    if rating not in ("up", "down"):
        raise ApiError(400, "bad_rating", "The rating must be up or down.")
    if not isinstance(comment, str):
        raise ApiError(400, "bad_text", "The comment must be a string.")
    if len(comment) > LONGEST_COMMENT:
        raise ApiError(413, "too_long", f"Please keep the comment under {LONGEST_COMMENT} characters.")
    return IncomingFeedback(session, turn, rating, comment)


def _read_fields(body: bytes, known: set[str]) -> tuple[dict[str, Any], str]:
    """The JSON object in ``body``, which may have only ``known`` fields, and its session."""
    fields = read_json(body)
    if set(fields) - known - {"session"}:
        raise ApiError(400, "unknown_field", "The request has a field that is not known here.")
    session = fields.get("session")
    if not isinstance(session, str) or not session:
        raise ApiError(400, "session_missing", "The request needs a session.")
    return fields, session


def clean(text: str) -> str:
    """``text`` without control characters and identifiers, and never a command: a leading slash stays text.

    Nothing a visitor types goes further than here unredacted. It is the dearest part of the door: only for a session
    that is known and within its limits.
    """
    text = _UNPRINTABLE.sub("", text)
    text = redact(unicodedata.normalize("NFC", text).strip()).text
    if text.startswith("/"):
        text = "\N{FULLWIDTH SOLIDUS}" + text[1:]
    return text
