"""``scripts/review person REF``: everything that is kept about one person's conversation, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bot.review import audit, person
from bot.review.models import Conversation


class Command(BaseCommand):
    """For a request by the person."""

    help = "Print everything that is kept about one conversation, in the original words, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """The conversation as its page names it."""
        parser.add_argument("ref", help="the 16 signs of its permanent address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints JSON."""
        conversation = Conversation.objects.filter(ref=options["ref"]).first()
        if conversation is None:
            raise CommandError(f"There is no conversation {options['ref']}.")
        audit.write_command("person's data exported", conversation.ref)
        data = person.data_of(conversation.sender)
        self.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str))
