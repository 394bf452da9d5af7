"""``scripts/review retention --days N``: erases conversations that are older than that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bot.review import audit, erase
from bot.review.config import config


class Command(BaseCommand):
    """Meant for a daily timer."""

    help = "Erase conversations whose latest message is older than CONVERSATION_DAYS (or --days)."

    def add_arguments(self, parser: CommandParser) -> None:
        """How old, and whether only to look."""
        parser.add_argument("--days", type=int, help="instead of CONVERSATION_DAYS")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be erased")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many, and from when to when."""
        days = options["days"] if options["days"] is not None else config().keep_days
        if days < 1:
            raise CommandError("Set CONVERSATION_DAYS or give --days: a number of days from 1 up.")
        senders = erase.older_than(days, datetime.now(UTC))
        if not senders:
            self.stdout.write(f"No conversation is older than {days} days.")
            return
        if options["dry_run"]:
            latest = sorted(moment for sender in senders if (moment := erase.latest_of(sender)))
            self.stdout.write(
                f"{len(senders)} conversations are older than {days} days and would be erased, "
                f"last used from {latest[0]:%Y-%m-%d} to {latest[-1]:%Y-%m-%d}. Nothing was changed."
            )
            return
        audit.write_command("retention", detail=f"older than {days} days: {len(senders)} conversations")
        try:
            count = erase.erase(senders, "(retention)")
        except erase.StillHeld as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Erased {len(senders)} conversations older than {days} days, {count} events.")
