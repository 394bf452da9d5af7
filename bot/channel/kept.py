"""What is kept of a conversation: read back, listed, rated, erased (docs/chat_api.md).

Everything comes from the tracker store, so that any server process can answer for any conversation.
Whatever reads before it writes, and whatever erases, holds the conversation's lock: a turn in progress
is finished first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from sqlalchemy import text

from bot.advice.advise import starters
from bot.advice.content import content
from bot.advice.noted import noted
from bot.advice.turn_builder import SUSPECTED_SLOT, known_facts
from bot.channel.reply_body import offered_choice, reply_body
from bot.channel.requests import ApiError, IncomingFeedback
from bot.channel.safety_card import safety_card
from bot.channel.tokens import OfferedChoice, Tokens
from bot.settings import settings

logger = logging.getLogger(__name__)
#: The slot whose events are the visitor's verdicts.
FEEDBACK_SLOT = "feedback"


def opening(conversation: str, tokens: Tokens) -> dict[str, Any]:
    """What a page shows before the first message, and the card for when nothing can be reached."""
    words = content().wording
    offers = [offered_choice({"payload": c.payload, "title": c.title}) for c in starters(content())]
    again = OfferedChoice(words["choices"]["start_over"], "start_over", {})
    return {
        "notice": " ".join(filter(None, [content().fill(words["notice"]), _days()])),
        "emergency": content().fill(words["emergency_line"]),
        "welcome": {
            "text": words["welcome"],
            "choices": [_signed(offer, conversation, tokens) for offer in offers if offer],
        },
        "start_over": _signed(again, conversation, tokens),
        "safety": safety_card(content()),
    }


def _days() -> str:
    days = settings().keep_days
    return str(content().wording["notice_days"]).format(days=days) if days else ""


async def turns(agent: Any, conversation: str, tokens: Tokens) -> list[dict[str, Any]]:
    """Every turn of the conversation, oldest first, in the shape of a reply with what the visitor said."""
    tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
    if tracker is None:
        return []
    ratings = {
        event.value["turn"]: event.value["rating"]
        for event in tracker.events
        if isinstance(event, SlotSet) and event.key == FEEDBACK_SLOT and event.value
    }
    found = []
    for said, replies in _turns(tracker.events):
        turn = {
            "turn": said.message_id,
            "text": said.text,
            "chosen": "choice" in (said.metadata or {}),
            **reply_body(replies, conversation, tokens),
        }
        if said.message_id in ratings:
            turn["rating"] = ratings[said.message_id]
        found.append(turn)
    return found


async def reply_to(agent: Any, conversation: str, turn: str, tokens: Tokens) -> dict[str, Any] | None:
    """The reply that was given to ``turn``, or None when there was none."""
    async with agent.lock_store.lock(conversation):
        tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
    for said, replies in _turns(tracker.events if tracker else []):
        if said.message_id == turn and any(reply["text"] for reply in replies):
            return {**reply_body(replies, conversation, tokens), "turn": turn}
    return None


async def facts(agent: Any, conversation: str, tokens: Tokens) -> list[dict[str, Any]]:
    """What is held about the person asked for, with choices that correct it."""
    tracker = await agent.tracker_store.retrieve(conversation)
    slots = tracker.current_slot_values() if tracker else {}
    held = noted(known_facts(slots, content()), slots.get(SUSPECTED_SLOT) or (), content())
    return [
        {
            "id": one.id,
            "text": one.text,
            "answer": one.answer,
            "choices": [
                {
                    "id": tokens.offer(
                        conversation, OfferedChoice(way.says, "correction", dict(way.changes))
                    ),
                    "title": way.title,
                    "says": way.says,
                }
                for way in one.corrections
            ],
        }
        for one in held
    ]


async def rate(agent: Any, conversation: str, given: IncomingFeedback) -> None:
    """Keeps the visitor's verdict on one turn. Raises :class:`ApiError` 400 when it is not of this chat."""
    async with agent.lock_store.lock(conversation):
        tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        events = tracker.events if tracker else []
        if not any(isinstance(e, UserUttered) and e.message_id == given.turn for e in events):
            raise ApiError(400, "bad_turn", "The turn must be one of this chat.")
        tracker = await agent.tracker_store.retrieve(conversation)
        verdict = {"turn": given.turn, "rating": given.rating, "comment": given.comment}
        tracker.update(SlotSet(FEEDBACK_SLOT, verdict))
        await agent.tracker_store.save(tracker)


async def erase(agent: Any, conversation: str) -> None:
    """Removes every trace of the conversation from the tracker store; SQLite's freed pages are zeroed."""
    store = agent.tracker_store
    store = getattr(store, "_tracker_store", store)
    if not isinstance(store, SQLTrackerStore):
        raise TypeError(f"Conversations in a {type(store).__name__} cannot be erased.")
    async with agent.lock_store.lock(conversation):
        await asyncio.to_thread(_erase, store, conversation)


def _erase(store: SQLTrackerStore, conversation: str) -> None:
    sqlite = store.engine.dialect.name == "sqlite"
    with store.session_scope() as session:
        if sqlite:
            session.execute(text("PRAGMA secure_delete = ON"))
        session.query(store.SQLEvent).filter(store.SQLEvent.sender_id == conversation).delete()
        session.commit()
    if sqlite:
        _empty_write_ahead_log(store)


def _empty_write_ahead_log(store: SQLTrackerStore) -> None:
    """In WAL mode old pages live on in the log until it is truncated; without one this does nothing."""
    with store.engine.connect() as connection:
        busy, _, _ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).fetchone()
    if busy:
        logger.warning("An erased conversation stays in the write-ahead log until the next checkpoint.")


def _turns(events: Any) -> Iterator[tuple[UserUttered, list[dict[str, Any]]]]:
    """Each message of the visitor with what the assistant said to it, as the channel received it."""
    said: UserUttered | None = None
    replies: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            if said:
                yield said, replies
            said, replies = event, []
        elif isinstance(event, BotUttered) and said:
            replies.append(_as_said(event))
    if said:
        yield said, replies


def _as_said(event: Event) -> dict[str, Any]:
    return {**(event.metadata or {}), "text": event.text, "buttons": (event.data or {}).get("buttons")}


def _signed(offer: OfferedChoice, conversation: str, tokens: Tokens) -> dict[str, str]:
    return {"id": tokens.offer(conversation, offer), "title": offer.title}
