"""Erasing conversations: from the tracker store, the projection, what the team added, and the exports' index.

First the wish is written down, then the rows are deleted, then both databases are compacted so that
nothing is left in free pages of their files. The follower finishes what a kill interrupted. Compacting
locks a database for a moment, so from the pages it waits until nobody has been talking for a while.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections, transaction

from bot.review.models import Conversation, Erasure, Exported
from bot.review.projection import IN_THE_CHAT, forget, lock_cursor, moment, ref_of

#: So long must nobody have written before the follower compacts.
QUIET = timedelta(seconds=30)
#: Seconds that a command waits for other transactions of a PostgreSQL server to end.
PATIENCE = 60.0
#: Tables of the review database that hold something about one conversation.
_TABLES = (
    "review_conversation",
    "review_turn",
    "review_label",
    "review_judgement",
    "review_standing",
    "review_tagged",
    "review_exported",
    "review_erasure",
)


#: Who erased a conversation that had been erased before and came back with a backup.
AGAIN = "(erased again after a restore)"


class StillHeld(Exception):
    """Deleted, but not out of the files yet; the message says why."""


def ask(senders: Sequence[str], who: str) -> list[Erasure]:
    """Writes down that these conversations shall be erased."""
    return [Erasure.objects.create(ref=ref_of(sender), sender=sender, who=who) for sender in senders]


def delete_asked() -> int:
    """Deletes every conversation that was asked for, from both databases; how many there were."""
    asked = list(Erasure.objects.filter(deleted_at=None).order_by("id"))
    for erasure in asked:
        # the tracker store first: otherwise the follower would read the events again
        with connections["tracker_erase"].cursor() as cursor:
            cursor.execute("DELETE FROM events WHERE sender_id = %s", (erasure.sender,))
            erasure.events += max(cursor.rowcount, 0)
        with transaction.atomic():
            lock_cursor()
            Conversation.objects.filter(sender=erasure.sender).delete()
            exports = Exported.objects.filter(ref=erasure.ref).select_related("export")
            erasure.exports = "; ".join(f"{e.export.kind} {e.export.at:%Y-%m-%d}" for e in exports)[:400]
            forget([erasure.ref])
            erasure.sender, erasure.deleted_at = "", datetime.now(UTC)
            erasure.save()
    return len(asked)


def compact(patience: float) -> bool:
    """Rewrites the databases without what was deleted.

    PostgreSQL keeps deleted rows while any transaction of the server is older than the deletion: False when
    one still was after ``patience`` seconds, and nothing was done.
    """
    waiting = Erasure.objects.filter(compacted_at=None).exclude(deleted_at=None)
    done = list(waiting.values_list("pk", flat=True))
    # what the chat deleted there is the chat's to tidy
    ours = waiting.exclude(who=IN_THE_CHAT).exists()
    if not all(_others_are_over(alias, patience) for alias in (["tracker_erase"] * ours + ["default"])):
        return False
    if ours:
        with connections["tracker_erase"].cursor() as cursor:
            if connections["tracker_erase"].vendor == "sqlite":
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                _rewrite(cursor, "events")
        connections["tracker_erase"].close()
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            cursor.execute("INSERT INTO review_search(review_search) VALUES ('rebuild')")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            _rewrite(cursor, *_TABLES)
    Erasure.objects.filter(pk__in=done).update(compacted_at=datetime.now(UTC))
    return True


def _others_are_over(alias: str, patience: float) -> bool:
    """Whether every transaction that runs now has ended within ``patience`` seconds."""
    if connections[alias].vendor == "sqlite":
        return True
    deadline = time.monotonic() + patience
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        (now,) = cursor.fetchone()
        while True:
            cursor.execute("SELECT txid_snapshot_xmin(txid_current_snapshot())")
            (oldest,) = cursor.fetchone()
            if oldest > now:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)


def _rewrite(cursor: Any, *tables: str) -> None:
    """Rewrites tables of PostgreSQL; its statistics hold samples of the rows, so they are made anew too."""
    for table in (*tables, "pg_statistic"):
        cursor.execute(f"VACUUM (FULL, ANALYZE) {table}")


def finish() -> None:
    """What the follower does now and then: deletes what was asked for, and compacts in a quiet moment."""
    delete_asked()
    if not Erasure.objects.filter(compacted_at=None).exclude(deleted_at=None).exists():
        return
    latest = Conversation.objects.order_by("-last_at").values_list("last_at", flat=True).first()
    if latest is None or datetime.now(UTC) - latest > QUIET:
        compact(patience=2)


def erase(senders: Sequence[str], who: str) -> int:
    """Erases conversations at once, compacting included. Returns the number of events deleted.

    Raises :class:`StillHeld` when PostgreSQL could not give up the deleted rows yet.
    """
    asked = [erasure.pk for erasure in ask(senders, who)]
    delete_asked()
    if not compact(patience=PATIENCE):
        raise StillHeld(
            "Deleted, but another transaction of the server still holds the rows. "
            "The follower rewrites the files as soon as it has ended."
        )
    return sum(Erasure.objects.filter(pk__in=asked).values_list("events", flat=True))


def again(known: Sequence[Mapping[str, Any]], after_a_loss: bool) -> int:
    """After a backup was restored: erases what had been erased before; how many conversations.

    ``known`` are rows of :class:`Erasure` as they were before the restore, with times as text; the restored list counts
    too. A conversation that went on after its erasure stays, because what was erased is no longer in it. With
    ``after_a_loss`` what was only found to be gone from the tracker store does not count as erased.
    """
    ignored = {AGAIN, *([IN_THE_CHAT] if after_a_loss else [])}
    for row in known:
        # what was asked for and not done yet is done now
        asked_at, deleted_at = _moment(row["asked_at"]), _moment(row["deleted_at"] or str(datetime.now(UTC)))
        same = Erasure.objects.filter(ref=row["ref"], asked_at=asked_at)
        if row["who"] not in ignored and not same.exclude(deleted_at=None).exists():
            same.delete()
            kept = {name: row[name] for name in ("ref", "who", "events", "exports")}
            erasure = Erasure.objects.create(**kept, deleted_at=deleted_at, compacted_at=deleted_at)
            Erasure.objects.filter(pk=erasure.pk).update(asked_at=asked_at)
    erased = dict(
        Erasure.objects.exclude(deleted_at=None)
        .exclude(who__in=ignored)
        .order_by("deleted_at")
        .values_list("ref", "deleted_at")
    )
    with connections["tracker"].cursor() as cursor:
        cursor.execute("SELECT sender_id, MAX(timestamp) FROM events GROUP BY sender_id")
        senders = [
            str(sender)
            for sender, latest in cursor.fetchall()
            if (at := erased.get(ref_of(sender))) and moment(latest) < at
        ]
    if senders or Erasure.objects.filter(deleted_at=None).exists():
        erase(senders, AGAIN)
    return len(senders)


def _moment(text: str) -> datetime:
    """A time as a database or JSON writes it; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def older_than(days: int, now: datetime) -> list[str]:
    """Senders of the conversations whose latest message is more than ``days`` old, in the tracker store.

    The store is asked, not the projection, so that nothing it has not read yet is kept.
    """
    limit = (now - timedelta(days=days)).timestamp()
    with connections["tracker"].cursor() as cursor:
        cursor.execute(
            "SELECT sender_id FROM events GROUP BY sender_id HAVING MAX(timestamp) < %s ORDER BY sender_id",
            (limit,),
        )
        return [str(sender) for (sender,) in cursor.fetchall()]


def latest_of(sender: str) -> datetime | None:
    """When the conversation had its latest event, by the tracker store."""
    with connections["tracker"].cursor() as cursor:
        cursor.execute("SELECT MAX(timestamp) FROM events WHERE sender_id = %s", (sender,))
        (latest,) = cursor.fetchone()
    return moment(float(latest)) if latest is not None else None
