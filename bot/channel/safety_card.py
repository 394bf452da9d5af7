"""What a visitor is told when the assistant cannot answer: the static safety card."""

from __future__ import annotations

import json
from typing import Any

from bot.advice.advise import contact_in_words
from bot.advice.content import Content, content


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


if __name__ == "__main__":
    # for the proxy, which gives this when no chat server answers (deploy/nginx/hip.conf)
    words = "The assistant cannot answer just now. Please try again in a few minutes."
    error = {"code": "unavailable", "message": words}
    print(json.dumps({"error": error, "messages": safety_card(content())}, ensure_ascii=False))
