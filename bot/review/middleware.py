"""What holds for every request: policy headers, login by a trusted proxy, the end of long sessions."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from bot.review import access
from bot.review.config import config

Next = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: A session ends after this many seconds, however busy it is.
LONGEST_SESSION = 12 * 3600


class PolicyHeaders:
    """No script, nothing inline, nothing from elsewhere, nothing kept in caches."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Adds the headers to every answer; only the style sheet may be kept."""
        response = self._next(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response["X-Frame-Options"] = "DENY"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response


class TrustedHeader:
    """Takes from a trusted proxy who is asking: the address, and, where that is switched on, the login."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response
        self._key = "HTTP_" + config().trusted_header.upper().replace("-", "_")
        self._on = bool(config().trusted_header)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """With the mode on, the header from anybody else is refused, and no account is made by it."""
        trusted = self._trusted(str(request.META.get("REMOTE_ADDR", "")))
        if trusted and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
            request.META["REMOTE_ADDR"] = str(forwarded).split(",")[-1].strip()
        name = request.META.get(self._key) if self._on else None
        if name is None:
            return self._next(request)
        if not trusted:
            return access.refuse(request, "login header from an unknown address")
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            return access.refuse(request, "login header with an unknown name", "You have no account here.")
        if request.user != user:
            auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.by_header = True  # type: ignore[attr-defined]
        return self._next(request)

    def _trusted(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in config().trusted_peers)


class SessionLimit:
    """Ends a session that has lasted a working day."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Logs out when the login is too long ago."""
        if request.user.is_authenticated and not getattr(request, "by_header", False):
            began = request.session.setdefault("began", time.time())
            if time.time() - began > LONGEST_SESSION:
                auth.logout(request)
        return self._next(request)
