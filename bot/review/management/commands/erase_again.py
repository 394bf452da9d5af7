"""``scripts/review erase_again``: what ``scripts/upkeep restore`` does at the end."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bot.review import audit, erase


class Command(BaseCommand):
    """Takes the list of erasures from before the restore, as JSON, from standard input."""

    help = "After a restore, erase again what had been erased before; scripts/upkeep calls it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether what was only found to be gone shall come back."""
        parser.add_argument("--after-a-loss", action="store_true", help="only what the team erased")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many."""
        # the backup may be older than these tables
        call_command("migrate", verbosity=0, interactive=False)
        try:
            count = erase.again(json.load(sys.stdin), options["after_a_loss"])
        except erase.StillHeld as error:
            raise CommandError(str(error)) from None
        audit.write_command("restored", detail=f"{count} conversations erased again")
        self.stdout.write(f"{count} conversations that had been erased were erased again.")
