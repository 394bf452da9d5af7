"""From what Rasa says to the reply of the chat API (docs/chat_api.md)."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.channel.tokens import OfferedChoice, Tokens

_PAYLOAD = re.compile(r"^/(?P<intent>\w+)(?P<entities>\{.*\})?$")


def reply_body(said: list[dict[str, Any]], conversation: str, tokens: Tokens) -> dict[str, Any]:
    """The reply of the API: bubbles with signed choices, and the advice of the whole turn."""
    messages: list[dict[str, Any]] = []
    advice: dict[str, Any] | None = None
    for message in said:
        advice = _joined(advice, message.get("advice"))
        parts = message.get("messages") or [{"text": message.get("text"), "card": message.get("card")}]
        choices = [
            {"id": tokens.offer(conversation, choice), "title": choice.title}
            for button in message.get("buttons") or []
            if (choice := offered_choice(button)) is not None
        ]
        for number, part in enumerate(parts, 1):
            bubble: dict[str, Any] = {
                "text": part["text"] or "",
                "choices": choices if number == len(parts) else [],
            }
            if part.get("card"):
                bubble["card"] = part["card"]
            messages.append(bubble)
    return {"messages": messages, "advice": advice or {}}


def offered_choice(button: dict[str, Any]) -> OfferedChoice | None:
    """The choice that a button of Rasa stands for, or None when it is no button of ours."""
    match = _PAYLOAD.match(button.get("payload") or "")
    if match is None:
        return None
    return OfferedChoice(button["title"], match["intent"], json.loads(match["entities"] or "{}"))


def _joined(first: dict[str, Any] | None, second: dict[str, Any] | None) -> dict[str, Any] | None:
    """The advice of a turn that was said in several steps: lists joined, the latest state kept."""
    if first is None or second is None:
        return second or first
    joined = {**first, **second}
    for key in ("topics", "exercises"):
        joined[key] = list(dict.fromkeys([*first.get(key, []), *second.get(key, [])]))
    sources = {source["id"]: source for source in [*first.get("sources", []), *second.get("sources", [])]}
    joined["sources"] = list(sources.values())
    joined["scope"] = None if joined["topics"] else second.get("scope") or first.get("scope")
    return joined
