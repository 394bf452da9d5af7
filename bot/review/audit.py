"""The append-only record of who looked at, changed or exported what. Never what was said or searched for."""

from __future__ import annotations

from django.http import HttpRequest

from bot.review.models import Audit


def write(request: HttpRequest, action: str, ref: str = "", detail: str = "") -> None:
    """Adds a row for the person of this request."""
    who = request.user.get_username() if request.user.is_authenticated else ""
    Audit(
        who=who,
        action=action,
        ref=ref,
        detail=detail[:200],
        address=str(request.META.get("REMOTE_ADDR", ""))[:45],
    ).save()


def write_command(action: str, ref: str = "", detail: str = "") -> None:
    """Adds a row for something done on the command line."""
    Audit(who="(command line)", action=action, ref=ref, detail=detail[:200]).save()
