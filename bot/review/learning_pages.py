"""Pages for learning from conversations: similar messages, downloads, and how each content entry fares."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bot.advice.content import content
from bot.review import audit, judging, learning, queue
from bot.review.access import may, needs
from bot.review.config import config
from bot.review.dashboard import csv_response
from bot.review.models import Conversation, Export, Exported, Label

#: So many groups of similar messages are shown.
SHOWN = 100


@require_safe
@needs("view")
def learning_page(request: HttpRequest) -> HttpResponse:
    """Unanswered and corrected messages, similar ones together."""
    found = learning.messages()
    groups = learning.clusters(found)
    audit.write(request, "learning viewed", detail=f"{len(found)} messages")
    return render(
        request,
        "review/learning.html",
        {
            "here": "learning",
            "clusters": groups[:SHOWN],
            "groups": len(groups),
            "total": len(found),
            "corrected": sum(1 for message in found if message.wanted),
            "may_export": may(request, "export"),
        },
    )


def _export(request: HttpRequest, kind: str, refs: list[str]) -> None:
    """Notes a download, and which conversations are in it."""
    export = Export.objects.create(who=request.user.get_username(), kind=kind)
    Exported.objects.bulk_create([Exported(export=export, ref=ref) for ref in refs])
    audit.write(request, "exported", refs[0] if len(refs) == 1 else "", f"{kind}, export {export.pk}")


def download(name: str, text: str, kind: str) -> HttpResponse:
    """A file to save."""
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@needs("export")
def nlu_file(request: HttpRequest) -> HttpResponse:
    """Corrected messages as suggestions for ``data/nlu.yml``."""
    text, refs = learning.nlu_yaml(learning.corrected())
    _export(request, "nlu.yml", refs)
    return download("nlu_suggestions.yml", text, "application/yaml")


@require_safe
@needs("export")
def test_file(request: HttpRequest, ref: str) -> HttpResponse:
    """One conversation as a file for ``tests/conversations/``."""
    conversation = get_object_or_404(Conversation, ref=ref)
    held = judging.now(judging.history(ref))
    text = learning.conversation_test(conversation, held.corrections)
    _export(request, "test.py", [ref])
    return download(f"test_{ref}.py", text, "text/x-python")


# ------------------------------------------------------------------ content entries


@dataclass(frozen=True)
class Entry:
    """How one content entry fares."""

    id: str
    title: str
    shown: int
    conversations: int
    up: int
    down: int
    corrected: int
    reviewed: date
    status: str
    overdue: bool


def entries(today: date) -> list[Entry]:
    """Every answer and exercise: those overdue for review first, then the most shown."""
    labels = Label.objects.filter(kind="source").order_by()
    rows = labels.values("value").annotate(
        shown=Count("pk"), conversations=Count("conversation", distinct=True)
    )
    numbers = {row["value"]: row for row in rows}
    thumbs = {
        which: Counter(dict(labels.filter(turn__thumb=which).values_list("value").annotate(n=Count("pk"))))
        for which in (1, -1)
    }
    corrected: Counter[str] = Counter()
    places = {*learning.corrections("topic"), *learning.corrections("urgency")}
    refs = sorted({ref for ref, _ in places})
    for start in range(0, len(refs), 500):
        some = labels.filter(conversation__ref__in=refs[start : start + 500])
        for ref, number, value in some.values_list("conversation__ref", "turn__number", "value"):
            corrected[value] += (ref, number) in places
    known = [(a.id, a.title, a.reviewed, a.status) for a in content().answers.values()]
    known += [(f"exercise.{e.id}", e.name, e.reviewed, e.status) for e in content().exercises.values()]
    made = []
    for name, title, reviewed, status in known:
        row = numbers.get(name, {"shown": 0, "conversations": 0})
        overdue = status != "clinically_reviewed" or _months(reviewed, today) >= config().content_months
        made.append(
            Entry(
                id=name,
                title=title,
                shown=row["shown"],
                conversations=row["conversations"],
                up=thumbs[1][name],
                down=thumbs[-1][name],
                corrected=corrected[name],
                reviewed=reviewed,
                status=status.replace("_", " "),
                overdue=overdue,
            )
        )
    return sorted(made, key=lambda entry: (not entry.overdue, entry.reviewed, -entry.shown))


def _months(since: date, today: date) -> int:
    """Whole months between two days."""
    return (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)


@require_safe
@needs("view")
def content_page(request: HttpRequest) -> HttpResponse:
    """Content entries and rules, with what became of them."""
    audit.write(request, "content viewed")
    raised = dict(
        Label.objects.filter(kind="reason")
        .values_list("value")
        .annotate(n=Count("conversation", distinct=True))
        .order_by()
    )
    return render(
        request,
        "review/content.html",
        {
            "here": "content",
            "entries": entries(datetime.now(queue.zone()).date()),
            "flags": [(flag, raised.get(flag.id, 0)) for flag in content().flags.values()],
            "months": config().content_months,
            "version": content().version,
            "may_export": may(request, "export"),
        },
    )


@require_safe
@needs("export")
def content_csv(request: HttpRequest) -> HttpResponse:
    """The content entries as CSV."""
    _export(request, "csv content", [])
    heads = (
        "entry",
        "title",
        "shown",
        "conversations",
        "thumbs up",
        "thumbs down",
        "corrected",
        "reviewed",
        "status",
    )
    rows = [
        (e.id, e.title, e.shown, e.conversations, e.up, e.down, e.corrected, e.reviewed.isoformat(), e.status)
        for e in entries(datetime.now(queue.zone()).date())
    ]
    return csv_response("content.csv", [heads, *rows])
