"""Erasing conversations: from the tracker store, the projection, what the team added, and the exports' index.

First the wish is written down, then the rows are deleted, then both databases are compacted so that
nothing is left in free pages of their files. The follower finishes what a kill interrupted. Compacting
locks a database for a moment, so from the pages it waits until nobody has been talking for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connections, transaction

from bot.review.models import Conversation, Erasure, Exported
from bot.review.projection import forget, lock_cursor, moment, ref_of

#: So long must nobody have written before the follower compacts.
QUIET = timedelta(seconds=30)
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


def compact() -> None:
    """Rewrites both databases without what was deleted."""
    done = list(
        Erasure.objects.filter(compacted_at=None).exclude(deleted_at=None).values_list("pk", flat=True)
    )
    with connections["tracker_erase"].cursor() as cursor:
        if connections["tracker_erase"].vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM (FULL, ANALYZE) events")
    # deletions reach the files only now, so this goes before the rewriting
    Erasure.objects.filter(pk__in=done).update(compacted_at=datetime.now(UTC))
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            cursor.execute("INSERT INTO review_search(review_search) VALUES ('rebuild')")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in _TABLES:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {table}")
    connections["tracker_erase"].close()


def finish() -> None:
    """What the follower does now and then: deletes what was asked for, and compacts in a quiet moment."""
    delete_asked()
    if not Erasure.objects.filter(compacted_at=None).exclude(deleted_at=None).exists():
        return
    latest = Conversation.objects.order_by("-last_at").values_list("last_at", flat=True).first()
    if latest is None or datetime.now(UTC) - latest > QUIET:
        compact()


def erase(senders: Sequence[str], who: str) -> int:
    """Erases conversations at once, compacting included. Returns the number of events deleted."""
    asked = [erasure.pk for erasure in ask(senders, who)]
    delete_asked()
    compact()
    return sum(Erasure.objects.filter(pk__in=asked).values_list("events", flat=True))


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
