"""What a visitor is told when the assistant cannot answer: the static safety card."""

from __future__ import annotations

from typing import Any

from bot.advice.advise import contact_in_words
from bot.advice.content import Content


def safety_card(content: Content) -> list[dict[str, Any]]:
    """Messages of the chat API that need no engine: emergencies, urgent help, the clinic."""
    wording = content.wording["fallback"]
    text = "\n\n".join(
        [
            wording["sorry"],
            content.fill(wording["emergency"]),
            content.fill(wording["urgent"]),
            contact_in_words(content),
        ]
    )
    return [{"text": text, "choices": [], "card": {"kind": "fallback", "heading": wording["heading"]}}]
