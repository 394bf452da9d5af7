"""``scripts/review follow``: keeps the review database up with the conversations."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from bot.review.follow import Follower


class Command(BaseCommand):
    """Follows until stopped."""

    help = "Keep the review database up with the conversations, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Also tidies: deleted conversations, erasures."""
        Follower().run()
