"""``scripts/review prepare``: migrates the review database, makes the groups, and prints the first set-up link."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from bot.review.access import make_groups
from bot.review.accounts import first_link


class Command(BaseCommand):
    """Run before each start; changes nothing when all is done already."""

    help = "Migrate the review database; while there is no account, print a one-time set-up link."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints only what somebody must do."""
        call_command("migrate", verbosity=0, interactive=False)
        make_groups()
        if link := first_link():
            self.stdout.write(
                "The review pages have no account yet. Choose a name and a password here (works once, for three days):"
                f"\n  {link}"
            )
