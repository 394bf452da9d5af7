"""The review pages as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewApp(AppConfig):
    """Known to Django as ``review``."""

    name = "bot.review"
    label = "review"
