"""``scripts/review rebuild``: makes the projection anew."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from bot.review import audit, projection
from bot.review.redaction import redact


class Command(BaseCommand):
    """What the team added stays."""

    help = "Read all conversations again from the beginning. Reviews, notes and tags stay."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much was read and how fast."""
        # its lists take a while to read, once: not part of how fast events are read
        redact("", datetime.now(UTC).date())
        begin = time.perf_counter()
        count = projection.rebuild()
        took = time.perf_counter() - begin
        audit.write_command("rebuilt", detail=f"{count} events")
        self.stdout.write(f"Read {count} events in {took:.1f} s ({count / max(took, 0.001):,.0f} a second).")
