"""Who may do what: rights, the groups they come in, and the guard in front of every page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_otp import user_has_device

from bot.review import audit
from bot.review.config import config

View = Callable[..., HttpResponse]

RIGHTS = ("view", "original", "judge", "export", "manage", "erase")
GROUPS: dict[str, tuple[str, ...]] = {
    "viewer": ("view",),
    "reviewer": ("view", "original", "judge", "export"),
    "admin": RIGHTS,
}
#: Pages that need an account, and no right.
OWN = "own"


def make_groups() -> None:
    """Makes the groups, and gives each exactly its rights."""
    for name, rights in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="review", codename__in=rights)
        )


def may(request: HttpRequest, right: str) -> bool:
    """Whether the person of this request has a right."""
    return request.user.has_perm(f"review.{right}")


def refuse(request: HttpRequest, detail: str, message: str = "") -> HttpResponse:
    """403 in plain words, and a row in the audit."""
    audit.write(request, "refused", detail=detail)
    return render(request, "review/refused.html", {"message": message}, status=403)


def needs(right: str) -> Callable[[View], View]:
    """Guards a page: login, second factor where there is one, then the right; else 403 and an audit row."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            name = request.resolver_match.url_name if request.resolver_match else ""
            if not getattr(request, "by_header", False) and not user.is_verified():  # type: ignore[attr-defined]
                if user_has_device(user):
                    return redirect("second_factor")
                if config().second_factor_required and name != "account":
                    return redirect("account")
            if right != OWN and not may(request, right):
                return refuse(request, f"{request.method} {name}")
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard
