"""Pages for erasing, for one person's data, and for the audit; and the health check."""

from __future__ import annotations

import json

from django.contrib import messages
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bot.review import audit, erase, health, person
from bot.review.access import needs
from bot.review.learning_pages import download
from bot.review.models import Audit, Conversation, Erasure, Exported

ROWS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@needs("erase")
def erase_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks once more, then erases."""
    conversation = get_object_or_404(Conversation, ref=ref)
    exports = Exported.objects.filter(ref=ref).select_related("export").order_by("export__at")
    if request.method == "POST" and request.POST.get("sure") == "yes":
        # the rows go at once; the follower compacts the files in a quiet moment
        audit.write(request, "erased", ref)
        erase.ask([conversation.sender], request.user.get_username())
        try:
            erase.delete_asked()
        except Error:
            messages.error(
                request, "The databases are busy. The conversation will be erased as soon as they are free."
            )
        return redirect("erasures")
    return render(request, "review/erase.html", {"conversation": conversation, "exports": exports})


@require_safe
@needs("erase")
def erasures_page(request: HttpRequest) -> HttpResponse:
    """What was erased, and whether it is out of the database files too."""
    return render(request, "review/erasures.html", {"rows": Erasure.objects.order_by("-id")[:ROWS]})


@require_safe
@needs("erase")
def person_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that is kept about one person's conversation, in their own words, for that person."""
    conversation = get_object_or_404(Conversation, ref=ref)
    audit.write(request, "person's data exported", ref)
    text = json.dumps(person.data_of(conversation.sender), indent=2, ensure_ascii=False, default=str)
    return download(f"conversation_{ref}.json", text, "application/json")


@require_safe
@needs("manage")
def audit_page(request: HttpRequest) -> HttpResponse:
    """The audit, latest first, by person, action or conversation."""
    rows = Audit.objects.order_by("-id")
    chosen = {name: request.GET.get(name, "").strip()[:150] for name in ("who", "action", "ref")}
    for name, value in chosen.items():
        if value:
            rows = rows.filter(**{name: value})
    key = request.GET.get("before", "")
    if key.isdecimal() and len(key) < 19:
        rows = rows.filter(pk__lt=int(key))
    found = list(rows[: ROWS + 1])
    audit.write(request, "audit viewed")
    return render(
        request,
        "review/audit.html",
        {
            "here": "audit",
            "rows": found[:ROWS],
            "more": found[ROWS - 1].pk if len(found) > ROWS else "",
            "chosen": chosen,
            "actions": Audit.objects.values_list("action", flat=True).distinct().order_by("action"),
        },
    )


@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """200 when the pages can really serve, else 503; each part by name."""
    parts = health.parts()
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)
