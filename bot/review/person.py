"""Everything that is kept about one conversation, for the person who held it."""

from __future__ import annotations

from typing import Any

from bot.review import judging
from bot.review.models import Conversation, Exported
from bot.review.projection import ref_of
from bot.review.tracker import raw_of_sender


def data_of(sender: str) -> dict[str, Any]:
    """The events of the tracker store as they are, and what the team added."""
    ref = ref_of(sender)
    conversation = Conversation.objects.filter(sender=sender).first()
    return {
        "conversation": ref,
        "sender": sender,
        "begun": conversation.started_at if conversation else None,
        "events": raw_of_sender(sender),
        "judgements": [
            {
                "at": step.at,
                "by": step.by.username,
                "kind": step.kind,
                "value": step.value,
                "message": step.turn,
                "text": step.text,
            }
            for step in judging.history(ref)
        ],
        "downloads": [
            {"kind": item.export.kind, "at": item.export.at}
            for item in Exported.objects.filter(ref=ref).select_related("export")
        ],
    }
