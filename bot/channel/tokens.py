"""Signed tokens: who a session is, and which choices were offered in it.

Nothing is kept on the server for them, so any server process can check any token.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer


class BadSession(Exception):
    """The session token is not one of ours."""


class ExpiredSession(BadSession):
    """The session token is ours but too old."""


class BadChoice(Exception):
    """The choice was not offered in this session."""


@dataclass(frozen=True)
class OfferedChoice:
    """A choice as it was offered: the visitor's words and what they mean."""

    title: str
    intent: str
    entities: dict[str, Any]


class Tokens:
    """Makes tokens with ``secret``, and reads those made with it or with the one ``before``; ``lifetime`` in seconds."""

    def __init__(self, secret: str, lifetime: int, before: str = "") -> None:
        secrets_in_turn = [secret] if not before else [before, secret]
        self._sessions = URLSafeTimedSerializer(secrets_in_turn, salt="chat-session")
        self._choices = URLSafeSerializer(secrets_in_turn, salt="chat-choice")
        self._lifetime = lifetime

    def new_session(self) -> str:
        """A token for a new conversation."""
        return str(self._sessions.dumps(secrets.token_hex(16)))

    def conversation(self, token: str) -> str:
        """The conversation id of ``token``. Raises :class:`BadSession` or :class:`ExpiredSession`."""
        try:
            value, signed = self._sessions.loads(token, return_timestamp=True)
        except (BadSignature, ValueError):
            raise BadSession from None
        if not isinstance(value, str):
            raise BadSession
        # a token from the future is a clock that was set back, or another server whose clock is ahead
        if abs(time.time() - signed.timestamp()) > self._lifetime:
            raise ExpiredSession
        return value

    def offer(self, conversation: str, choice: OfferedChoice) -> str:
        """The id under which ``choice`` is offered in ``conversation``."""
        return str(self._choices.dumps([conversation[:12], choice.title, choice.intent, choice.entities]))

    def offered(self, conversation: str, token: str) -> OfferedChoice:
        """The choice behind an id. Raises :class:`BadChoice` when it was not offered here."""
        try:
            owner, title, intent, entities = self._choices.loads(token)
        except (BadSignature, ValueError, TypeError):
            raise BadChoice from None
        if owner != conversation[:12]:
            raise BadChoice
        return OfferedChoice(title, intent, entities)
