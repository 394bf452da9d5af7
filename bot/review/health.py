"""Whether the review pages can really serve: both databases, and the follower."""

from __future__ import annotations

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from bot.review import follow, tracker

#: The follower looks twice a second; a batch or a compaction may take it a while.
LATE = 30.0


def parts() -> dict[str, str]:
    """``ok`` or ``down`` for each part."""
    return {
        "database": "ok" if _migrated() else "down",
        "conversations": "ok" if _readable() else "down",
        "follower": "ok" if _follows() else "down",
    }


def _migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return False


def _readable() -> bool:
    try:
        tracker.ready()
    except Error:
        return False
    return True


def _follows() -> bool:
    try:
        age = follow.age()
    except Error:
        return False
    return age is not None and age < LATE
