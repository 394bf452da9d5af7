"""``scripts/review invite NAME GROUP``: makes an account, or a new set-up link for one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bot.review import audit
from bot.review.access import GROUPS, make_groups
from bot.review.accounts import LINK_LASTS, invite


class Command(BaseCommand):
    """No password is chosen here: the link lets its owner choose one."""

    help = "Make an account (or put it into another group) and print a one-time set-up link for it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name and group."""
        parser.add_argument("name")
        parser.add_argument("group", choices=list(GROUPS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the link."""
        make_groups()
        link = invite(options["name"], options["group"])
        audit.write_command("account made", detail=f"{options['name']}: {options['group']}")
        self.stdout.write(f"Works once, for {LINK_LASTS.days} days:\n  {link}")
