"""What a visitor is told when the assistant cannot answer: the static safety card."""

from __future__ import annotations

import json
import sys
from pathlib import Path
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


def write(path: Path) -> None:
    """Writes the card for the proxy, which gives it when no chat server answers (deploy/nginx/hip.conf); never half."""
    words = "The assistant cannot answer just now. Please try again in a few minutes."
    answer = {"error": {"code": "unavailable", "message": words}, "messages": safety_card(content())}
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(answer, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
