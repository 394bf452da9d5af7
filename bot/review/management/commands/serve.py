"""``scripts/review serve``: the web server of the review pages."""

from __future__ import annotations

import signal
import sys
from typing import Any

import waitress
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

from bot.review.config import config


class Command(BaseCommand):
    """Serves until stopped."""

    help = "Serve the review pages on REVIEW_HOST and REVIEW_PORT."

    def handle(self, *args: Any, **options: Any) -> None:
        """With waitress, without naming it."""
        chosen = config()
        # the first process of a container is ended by no signal that it does not handle; waitress finishes what it has
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        waitress.serve(
            get_wsgi_application(),
            host=chosen.host,
            port=chosen.port,
            threads=6,
            ident="",
            clear_untrusted_proxy_headers=False,
        )
