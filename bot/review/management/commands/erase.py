"""``scripts/review erase REF``: erases one conversation everywhere, at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bot.review import audit, erase
from bot.review.models import Conversation, Erasure


class Command(BaseCommand):
    """Locks both databases for a moment."""

    help = "Erase a conversation from the tracker store, the review database and the exports' index, and rewrite the files."

    def add_arguments(self, parser: CommandParser) -> None:
        """The conversation as its page names it."""
        parser.add_argument("ref", help="the 16 signs of its permanent address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what is left to do by hand."""
        conversation = Conversation.objects.filter(ref=options["ref"]).first()
        if conversation is None:
            raise CommandError(f"There is no conversation {options['ref']}.")
        audit.write_command("erased", conversation.ref)
        try:
            count = erase.erase([conversation.sender], "(command line)")
        except erase.StillHeld as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Erased, {count} events. Backups are not reached.")
        done = Erasure.objects.filter(ref=options["ref"]).latest("pk")
        if done.exports:
            self.stdout.write(f"Please delete these downloads, which contained it: {done.exports}")
