"""The pages a visitor's browser loads, and the health check."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, file, html
from sanic.response import json as json_response

from bot.advice.content import content
from bot.advice.vocabulary import EXERCISES
from bot.channel.error_reply import error_reply
from bot.channel.health import HEALTH
from bot.channel.public_pages import WEB, load_page_texts, render_pages
from bot.channel.requests import NOT_EXPECTED, ApiError
from bot.channel.store import StoreUnavailable
from bot.privacy.errors import where
from bot.settings import settings

logger = logging.getLogger(__name__)
#: Only files named here are ever served.
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/web/pages.css": ("pages.css", "text/css; charset=utf-8"),
    "/web/demo.css": ("demo.css", "text/css; charset=utf-8"),
    "/web/hip-chat.js": ("hip-chat.js", "text/javascript; charset=utf-8"),
    "/web/hip-chat-cards.js": ("hip-chat-cards.js", "text/javascript; charset=utf-8"),
    "/web/hip-chat.css": ("hip-chat.css", "text/css; charset=utf-8"),
    "/web/hip-chat-print.css": ("hip-chat-print.css", "text/css; charset=utf-8"),
    "/web/hip-chat.en.json": ("hip-chat.en.json", "application/json; charset=utf-8"),
    **{
        f"/web/exercises/{name}-{position}.svg": (f"exercises/{name}-{position}.svg", "image/svg+xml")
        for name in EXERCISES
        for position in ("start", "end")
    },
}
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
#: The public pages run no script at all and send nothing.
PAGE_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'",
}
#: What is said when the server refuses a request before any route has seen it, by status.
REFUSALS = {
    400: ("bad_request", "The request could not be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that kind of request."),
    408: ("too_slow", "The request took too long to arrive."),
    413: ("too_large", "That message is too long. Please send a shorter one."),
}
UNKNOWN_REFUSAL = ("unavailable", "The assistant cannot answer just now. Please try again in a few minutes.")


async def _refuse(request: Request, exception: Exception) -> HTTPResponse:
    """Errors that no route has caught, in the shape of every other error and without naming the software.

    What was not expected is answered as an engine that cannot be reached: 503 with the safety card.
    """
    status = exception.status_code if isinstance(exception, SanicException) else 500
    if isinstance(exception, StoreUnavailable | LockError):
        status = 503
        logger.error("A request failed: %s", exception)
    elif status == 500:
        status = 503
        logger.error("%s\n%s", NOT_EXPECTED, where(exception))
    elif status not in REFUSALS:
        logger.error("A request failed (%s).\n%s", status, where(exception))
    code, message = REFUSALS.get(status, UNKNOWN_REFUSAL)
    return error_reply(ApiError(status, code, message), getattr(exception, "headers", None))


class _RootBlueprint(Blueprint):
    """A blueprint that also answers ``/``, which Rasa keeps for its own greeting, and what has no route."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Hooks in before Rasa's own route. Raises ContentError when the public pages cannot be made."""
        pages = render_pages(content(), load_page_texts(content()), settings().keep_days)

        async def serve(request: Request) -> HTTPResponse | None:
            if request.method not in ("GET", "HEAD"):
                return None
            if request.path in pages:
                return html(pages[request.path], headers=PAGE_HEADERS)
            if request.path in FILES:
                name, kind = FILES[request.path]
                return await file(WEB / name, mime_type=kind, headers=SECURITY_HEADERS)
            return None

        app.register_middleware(serve, "request")
        app.exception(Exception)(_refuse)  # type: ignore[no-untyped-call]
        super().register(app, options)  # type: ignore[no-untyped-call]


class PagesChannel(InputChannel):
    """``GET /``, its script and style, the public pages, and ``GET /health``."""

    @classmethod
    def name(cls) -> str:
        """The name Rasa lists it under."""
        return "pages"

    def url_prefix(self) -> str:
        """At the root."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, as Sanic wants them."""
        pages = _RootBlueprint("pages")
        pages.listener("after_server_start")(self._begin_looking)
        pages.listener("before_server_stop")(self._stop_looking)

        @pages.get("/health")
        async def health(request: Request) -> HTTPResponse:
            parts = await HEALTH.parts(request.app)
            status = 200 if all(parts.values()) else 503
            return json_response(
                {name: "ok" if good else "down" for name, good in parts.items()},
                status=status,
                headers={"Cache-Control": "no-store"},
            )

        return pages

    async def _begin_looking(self, app: Sanic, loop: object) -> None:
        self._looking = asyncio.create_task(HEALTH.keep_looking(app))

    async def _stop_looking(self, app: Sanic, loop: object) -> None:
        self._looking.cancel()
