"""From an error to the reply of the chat API (docs/chat_api.md): whatever refuses a request, it is answered and counted here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.advice.content import content
from bot.channel import telemetry
from bot.channel.health import HEALTH
from bot.channel.requests import ApiError
from bot.channel.safety_card import safety_card


def error_reply(error: ApiError, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    """The reply to a request that failed; with the safety card where the fault is not the request's."""
    body: dict[str, Any] = {"error": {"code": error.code, "message": error.message}}
    headers = dict(headers or {})
    telemetry.ERRORS.labels(error.code).inc()
    if error.status >= 500:
        HEALTH.forget()
        reply = error.reply or {"messages": []}
        body |= {**reply, "messages": [*reply["messages"], *safety_card(content())]}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return json_reply(body, error.status, headers)


def json_reply(body: dict[str, Any], status: int, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    """A reply of the chat API, which no cache keeps."""
    return json_response(
        body,
        status=status,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )
