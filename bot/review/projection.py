"""Rasa's events made into conversations and turns.

Events come in the order of their ids, many conversations mixed. :func:`step` folds one batch and moves
the cursor in the same transaction, so that a kill at any moment loses and doubles nothing. Each
conversation also remembers its last event, so that an event that is read twice counts once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from bot.review import tracker
from bot.review.models import (
    URGENCIES,
    Conversation,
    Cursor,
    Erasure,
    Exported,
    Judgement,
    Label,
    Standing,
    Tagged,
    Turn,
)
from bot.review.redaction import redact, was_redacted
from bot.review.tracker import Event

logger = logging.getLogger(__name__)
_T = TypeVar("_T")
BATCH = 5_000
#: Groups of the queue by rank, worst first; the last is everything else.
EMERGENCY, URGENT, FAILED, UNANSWERED, THUMBS_DOWN, LEFT, REST = range(7)
#: With more conversations than this, an empty tracker store is taken for a mistake, not for an erasure.
FEW = 20
#: On PostgreSQL an event with a lower id can be committed after one with a higher id. Ids this far back are
#: looked at again.
SETTLING = 1_000
#: Who erased a conversation that was found to be gone from the tracker store.
IN_THE_CHAT = "(deleted in the chat)"


class TrackerLost(Exception):
    """The tracker store is empty although many conversations were read from it."""


def ref_of(sender: str) -> str:
    """The conversation's name in addresses and in the audit: a hash, since a sender id may be a phone number."""
    return hashlib.sha256(sender.encode()).hexdigest()[:16]


def moment(timestamp: float) -> datetime:
    """A timestamp of Rasa as a date and time in UTC."""
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


# ------------------------------------------------------------------ folding events


@dataclass
class _Chat:
    """One conversation while a batch is folded into it."""

    conversation: Conversation
    turn: Turn | None = None
    new: bool = False
    #: Turns that the batch made or changed, by the event they began with.
    touched: dict[int, Turn] = field(default_factory=dict)
    #: Outcome and thumb of the turns that were in the database before, as they were counted.
    counted: dict[int, tuple[str, int]] = field(default_factory=dict)

    def know(self, turn: Turn) -> Turn:
        """Takes in a turn from the database."""
        turn.conversation = self.conversation
        self.counted[turn.event] = (turn.outcome, turn.thumb)
        return turn

    def touch(self, turn: Turn | None = None) -> Turn:
        """A turn to change; the present one unless told otherwise."""
        turn = turn or self.turn
        assert turn is not None
        return self.touched.setdefault(turn.event, turn)

    def turn_of(self, message: str) -> Turn | None:
        """The turn with this message id."""
        for turn in [self.turn, *self.touched.values()]:
            if turn is not None and turn.message == message:
                return turn
        if self.new:
            return None
        found = Turn.objects.filter(conversation=self.conversation, message=message).first()
        return self.know(found) if found else None


def _begin(event: Event) -> _Chat:
    at = moment(event.timestamp)
    conversation = Conversation(
        ref=ref_of(event.sender),
        sender=event.sender,
        started_at=at,
        last_at=at,
        first_event=event.id,
        last_event=0,
        rank=REST,
    )
    return _Chat(conversation, new=True)


def _fold(chat: _Chat, event: Event) -> None:
    conversation = chat.conversation
    if event.id <= conversation.last_event:
        return
    conversation.last_event = event.id
    data = event.data or {}
    if event.kind == "user":
        conversation.last_at = max(conversation.last_at, moment(event.timestamp))
        _user(chat, event, data)
    elif event.kind == "bot":
        conversation.last_at = max(conversation.last_at, moment(event.timestamp))
        _bot(chat, event, data)
    elif event.kind == "session_started":
        # the store's own summing up of a long conversation is no pause of the visitor's
        rolled_over = (data.get("metadata") or {}).get("rolled_over")
        chat.conversation.between = chat.conversation.between or not rolled_over
    elif event.kind == "action" and event.name == "action_listen":
        if chat.turn is not None and chat.turn.outcome == "pending" and not chat.conversation.between:
            chat.touch().outcome = "failed"
    elif event.kind == "slot" and event.name == "misses":
        if (
            chat.turn is not None
            and chat.turn.replies
            and not chat.conversation.between
            and int(data.get("value") or 0)
        ):
            chat.touch().outcome = "unanswered"
    elif event.kind == "slot" and event.name == "feedback":
        _feedback(chat, data.get("value") or {})
    elif event.kind == "active_loop":
        _loop(chat, data.get("name"))


def _turn(chat: _Chat, event: Event) -> Turn:
    conversation = chat.conversation
    conversation.turns += 1
    return Turn(
        conversation=conversation,
        number=conversation.turns,
        event=event.id,
        at=moment(event.timestamp),
        new_session=conversation.between and conversation.turns > 1,
        replies=[],
        advice={},
        mentions=[],
    )


def _user(chat: _Chat, event: Event, data: dict[str, Any]) -> None:
    turn = chat.turn = _turn(chat, event)
    chat.touch()
    chat.conversation.between = False
    parsed = data.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    ranking = [r for r in parsed.get("intent_ranking") or [] if r.get("name") != "nlu_fallback"]
    metadata = data.get("metadata") or {}
    turn.message = _name(data.get("message_id"))
    original = str(data.get("text") or "")
    turn.text = redact(original, turn.at.date())
    turn.redacted = was_redacted(turn.text)
    turn.choice = bool(metadata.get("choice"))
    turn.intent = _name(intent.get("name"))
    if ranking and not turn.choice:
        turn.top, turn.confidence = _name(ranking[0].get("name")), float(ranking[0]["confidence"])
        if len(ranking) > 1:
            turn.runner_up = _name(ranking[1].get("name"))
            turn.runner_up_confidence = float(ranking[1]["confidence"])
    turn.mentions = [_mention(entity) for entity in parsed.get("entities") or []]
    turn.mentions = [mention for mention in turn.mentions if mention]
    chat.conversation.channel = _name(data.get("input_channel"))


def _name(value: Any) -> str:
    """A name or id, as short as its column."""
    return str(value or "")[:64]


def _mention(entity: dict[str, Any]) -> dict[str, Any] | None:
    """A fact as it was read in a message: which, how it was meant, and its value when it counts."""
    kind = entity.get("entity")
    if kind == "mention":
        return {"fact": entity.get("value"), "assertion": entity.get("assertion")}
    if kind == "suspected_flags":
        return {"fact": entity.get("value"), "assertion": "suspected"} if entity.get("new") else None
    if kind in ("topic", "scope", "candidate"):
        return None
    return {"fact": kind, "assertion": "affirmed", "value": entity.get("value")}


def _bot(chat: _Chat, event: Event, data: dict[str, Any]) -> None:
    if chat.turn is None or (chat.conversation.between and chat.turn.text):
        chat.turn = _turn(chat, event)
        chat.conversation.between = False
    turn = chat.touch()
    metadata = data.get("metadata") or {}
    buttons = (data.get("data") or {}).get("buttons") or []
    titles = [str(button.get("title") or "") for button in buttons]
    parts = metadata.get("messages") or [{"text": data.get("text"), "card": metadata.get("card")}]
    for number, part in enumerate(parts, 1):
        card = part.get("card") or {}
        turn.replies.append(
            {
                "text": str(part.get("text") or ""),
                "choices": titles if number == len(parts) else [],
                "card": str(card.get("kind") or ""),
            }
        )
        if card.get("kind") == "outcome":
            chat.conversation.check_state = "done"
    if turn.outcome in ("pending", "failed"):
        turn.outcome = "answered"
    if advice := metadata.get("advice"):
        _advice(turn, advice)
        conversation = chat.conversation
        conversation.content_version = turn.content_version or conversation.content_version
        conversation.model = _name(advice.get("model")) or conversation.model


def _advice(turn: Turn, advice: dict[str, Any]) -> None:
    """Joins the advice of a turn that is said in several steps: lists are added, the latest state holds."""
    held = turn.advice
    joined = {**held, **{key: value for key, value in advice.items() if key not in ("facts", "model")}}
    joined["facts"] = advice.get("facts") or {}
    for key in ("topics", "exercises"):
        joined[key] = list(dict.fromkeys([*held.get(key, []), *(advice.get(key) or [])]))
    sources = {s["id"]: s for s in [*held.get("sources", []), *(advice.get("sources") or [])]}
    joined["sources"] = list(sources.values())
    joined["reasons"] = [str(reason) for reason in advice.get("reasons") or []]
    joined["scope"] = None if joined["topics"] else advice.get("scope") or held.get("scope")
    turn.advice = joined
    turn.content_version = _name(advice.get("content_version"))
    if advice.get("urgency") in URGENCIES:
        turn.urgency = URGENCIES.index(advice["urgency"])


def _feedback(chat: _Chat, value: dict[str, Any]) -> None:
    """The visitor's verdict on one turn (docs/chat_api.md); the latest counts. An empty one is no verdict."""
    turn = chat.turn_of(str(value.get("turn") or ""))
    if turn is not None and value.get("rating") in ("up", "down"):
        turn = chat.touch(turn)
        turn.thumb = 1 if value["rating"] == "up" else -1
        turn.comment = redact(str(value.get("comment") or ""), turn.at.date())


def _loop(chat: _Chat, name: str | None) -> None:
    conversation = chat.conversation
    if name == "check_form":
        conversation.check_state = "open"
    elif conversation.check_state == "open":
        # a warning sign ends the check for a good reason; anything else is leaving it
        conversation.check_state = "done" if chat.turn and (chat.turn.urgency or 0) >= 2 else "left"


def _rank(conversation: Conversation) -> int:
    if conversation.urgency >= 2:
        return EMERGENCY if conversation.urgency == 3 else URGENT
    if conversation.failed:
        return FAILED
    if conversation.unanswered:
        return UNANSWERED
    if conversation.thumbs_down:
        return THUMBS_DOWN
    return LEFT if conversation.check_state in ("open", "left") else REST


def _count(chat: _Chat) -> None:
    """Brings the conversation's sums up to date with the touched turns."""
    conversation = chat.conversation
    for turn in chat.touched.values():
        outcome, thumb = chat.counted.get(turn.event, ("", 0))
        conversation.failed += (turn.outcome == "failed") - (outcome == "failed")
        conversation.unanswered += (turn.outcome == "unanswered") - (outcome == "unanswered")
        conversation.thumbs_up += (turn.thumb > 0) - (thumb > 0)
        conversation.thumbs_down += (turn.thumb < 0) - (thumb < 0)
        conversation.urgency = max(conversation.urgency, turn.urgency or 0)
        if turn.event not in chat.counted and turn.text:
            conversation.said = f"{conversation.said}\n{turn.text}".strip()
    conversation.rank = _rank(conversation)


def _labels(turn: Turn) -> list[Label]:
    advice = turn.advice
    found = {("topic", topic) for topic in advice.get("topics") or []}
    found |= {("reason", reason) for reason in advice.get("reasons") or []}
    found |= {("source", source["id"]) for source in advice.get("sources") or []}
    found |= {("source", f"exercise.{exercise}") for exercise in advice.get("exercises") or []}
    if advice.get("scope"):
        found.add(("scope", advice["scope"]))
    return [
        Label(turn=turn, conversation_id=turn.conversation_id, kind=kind, value=value[:64])
        for kind, value in sorted(pair for pair in found if isinstance(pair[1], str))
    ]


# ------------------------------------------------------------------ into the database

_CHATTED = [f.name for f in Conversation._meta.concrete_fields if f.name not in ("id", "ref", "sender")]
_TURNED = [
    f.name for f in Turn._meta.concrete_fields if f.name not in ("id", "conversation", "number", "event")
]


def fold(events: Sequence[Event]) -> None:
    """Folds a batch of events into the projection. Call inside a transaction."""
    chats = _load({event.sender for event in events})
    for event in events:
        chat = chats.get(event.sender)
        if chat is None:
            chat = chats[event.sender] = _begin(event)
        try:
            _fold(chat, event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # one odd event must not stop all others; the class only: the text could hold what was said
            logger.error("Event %s could not be read (%s).", event.id, type(error).__name__)
    for chat in chats.values():
        _count(chat)
    Conversation.objects.bulk_create([chat.conversation for chat in chats.values() if chat.new], 500)
    Conversation.objects.bulk_update(
        [chat.conversation for chat in chats.values() if not chat.new], _CHATTED, 100
    )
    turns = [turn for chat in chats.values() for turn in chat.touched.values()]
    for turn in turns:
        turn.conversation_id = turn.conversation.pk
    known = [turn for turn in turns if turn.pk is not None]
    Turn.objects.bulk_create([turn for turn in turns if turn.pk is None], 500)
    if known:
        Turn.objects.bulk_update(known, _TURNED, 100)
        Label.objects.filter(turn__in=known).delete()
    Label.objects.bulk_create([label for turn in turns for label in _labels(turn)], 500)
    for turn in turns:
        logger.info("turn %s read", turn.message, extra={"fields": {"turn": turn.message}})


def _load(senders: Iterable[str]) -> dict[str, _Chat]:
    chats: dict[str, _Chat] = {}
    for some in _chunks(sorted(senders)):
        for conversation in Conversation.objects.filter(sender__in=some):
            chats[conversation.sender] = _Chat(conversation)
    by_key = {chat.conversation.pk: chat for chat in chats.values()}
    latest = [(chat.conversation.pk, chat.conversation.turns) for chat in chats.values()]
    for some_keys in _chunks(latest):
        numbers = dict(some_keys)
        for turn in Turn.objects.filter(
            conversation__in=list(numbers), number__in=set(numbers.values())
        ).select_related("conversation"):
            if numbers.get(turn.conversation_id) == turn.number:
                chat = by_key[turn.conversation_id]
                chat.turn = chat.know(turn)
    return chats


def _chunks(items: Sequence[_T], size: int = 500) -> Iterable[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# ------------------------------------------------------------------ following


def step(most: int = BATCH) -> int:
    """Folds the next events and moves the cursor, in one transaction; the number of events read."""
    with transaction.atomic():
        cursor = lock_cursor()
        if cursor.last_event and tracker.identity(cursor.last_event) != (
            cursor.last_sender,
            cursor.last_timestamp,
        ):
            _rewind(cursor)
        events = tracker.after(cursor.last_event, most)
        if events:
            fold(events)
            _move(cursor, events[-1])
        cursor.beat = datetime.now(UTC)
        cursor.save()
    return len(events)


def lock_cursor() -> Cursor:
    """The cursor, held until the end of the transaction, so that two followers take turns."""
    Cursor.objects.get_or_create(pk=1)
    return Cursor.objects.select_for_update().get(pk=1)


def _move(cursor: Cursor, event: Event) -> None:
    cursor.last_event, cursor.last_sender, cursor.last_timestamp = event.id, event.sender, event.timestamp


def settle(since: int) -> int:
    """Folds events that were committed after later ones had been read; how many there were.

    ``since`` is the id up to which all is known to be settled.
    """
    with transaction.atomic():
        cursor = lock_cursor()
        seen = tracker.spans(max(since, cursor.last_event - SETTLING), cursor.last_event)
        last = dict(
            Conversation.objects.filter(sender__in={sender for _, sender in seen}).values_list(
                "sender", "last_event"
            )
        )
        late = {sender for number, sender in seen if number > last.get(sender, 0)}
        for sender in late:
            fold(tracker.of_sender(sender, cursor.last_event))
    return len(late)


def _rewind(cursor: Cursor) -> None:
    """Goes back to the last message that is still there.

    The newest events were deleted, and SQLite gives their ids again: without this, the new ones would
    not be read.
    """
    survivor = 0
    turns = Turn.objects.order_by("-event").values_list("event", "conversation__sender", "at")
    start = 0
    while batch := list(turns[start : start + 500]):
        there = tracker.still_there((event, sender) for event, sender, _ in batch)
        for event, sender, at in batch:
            identity = tracker.identity(event) if event in there else None
            if identity and identity[0] == sender and abs(moment(identity[1]) - at).total_seconds() < 0.001:
                survivor = event
                break
        if survivor:
            break
        start += 500
    _refuse_an_empty_store(survivor)
    for sender in Conversation.objects.filter(last_event__gt=survivor).values_list("sender", flat=True):
        refold(sender, survivor)
    identity = tracker.identity(survivor) or ("", 0.0)
    cursor.last_event, (cursor.last_sender, cursor.last_timestamp) = survivor, identity


def _refuse_an_empty_store(survivor: int) -> None:
    if not survivor and Conversation.objects.count() > FEW and not tracker.after(0, 1):
        raise TrackerLost(
            "The conversation database is empty, although conversations were read from it before. "
            "If that is right, run `scripts/review rebuild`."
        )


def refold(sender: str, up_to: int) -> None:
    """Makes one conversation anew from its events up to an id; without events it is forgotten."""
    Conversation.objects.filter(sender=sender).delete()
    if events := tracker.of_sender(sender, up_to):
        fold(events)
    elif not tracker.of_sender(sender):
        forget([ref_of(sender)])
        # so that the files are rewritten here too
        Erasure.objects.create(ref=ref_of(sender), who=IN_THE_CHAT, deleted_at=datetime.now(UTC))


def forget(refs: Sequence[str]) -> None:
    """Deletes everything the team kept about conversations that no longer exist."""
    for some in _chunks(refs):
        Judgement.objects.filter(ref__in=some).delete()
        Standing.objects.filter(conversation_id__in=some).delete()
        Tagged.objects.filter(ref__in=some).delete()
        Exported.objects.filter(ref__in=some).delete()


def sweep(most: int = 200) -> int:
    """Looks whether conversations were deleted from the tracker store; how many were.

    Takes the newest ones and the next slice of the others, so that all are looked at in turn.
    """
    with transaction.atomic():
        cursor = lock_cursor()
        rows = Conversation.objects.values_list("id", "first_event", "sender")
        older = list(rows.filter(id__gt=cursor.swept).order_by("id")[:most])
        checked = {*rows.order_by("-last_event")[:50], *older}
        there = tracker.still_there((first, sender) for _, first, sender in checked)
        gone = [sender for _, first, sender in checked if first not in there]
        if gone:
            _refuse_an_empty_store(0)
        for sender in gone:
            refold(sender, cursor.last_event)
        swept = older[-1][0] if len(older) == most else 0
        if swept != cursor.swept:
            Cursor.objects.filter(pk=cursor.pk).update(swept=swept)
    return len(gone)


def rebuild() -> int:
    """Makes the projection anew; what the team added stays. Returns the number of events read."""
    with transaction.atomic():
        lock_cursor()
        Conversation.objects.all().delete()
        Cursor.objects.all().delete()
    total = 0
    while count := step():
        total += count
    with transaction.atomic():
        lock_cursor()
        judged = set(Judgement.objects.values_list("ref", flat=True).distinct())
        forget(sorted(judged - set(Conversation.objects.values_list("ref", flat=True))))
    analyse()
    return total


def analyse() -> None:
    """Tells the database how its tables look after much was read, so that it finds the fast ways at once."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
