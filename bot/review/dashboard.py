"""The dashboard: what was asked and how it went, for any range of days, and one version against another."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bot.review import audit, charts, queue, words
from bot.review.access import may, needs
from bot.review.models import URGENCIES, Conversation, Export, Label
from bot.review.queue import Filters

DAYS = 30


@dataclass(frozen=True)
class Row:
    """One line of a table: what is counted, how many (one number a version), and where the list is."""

    title: str
    numbers: tuple[int, ...]
    links: tuple[str, ...]

    @property
    def pairs(self) -> list[tuple[int, str]]:
        """Each number with the address of its list."""
        return list(zip(self.numbers, self.links, strict=True))


@dataclass(frozen=True)
class Table:
    """A chart's numbers."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    upright: bool = False

    @property
    def chart(self) -> str:
        """The picture, as SVG."""
        data = [(row.title, row.numbers) for row in self.rows]
        return charts.upright(self.title, data) if self.upright else charts.lying(self.title, data)


@dataclass(frozen=True)
class Figures:
    """The single numbers of one version."""

    head: str
    link: str
    conversations: int
    messages: int
    median_turns: float
    parts: tuple[tuple[str, int, float | None, str], ...]


def tables(chosen: list[tuple[str, Filters]]) -> list[Table]:
    """Every table, with one column of numbers for each of the chosen versions."""
    heads = tuple(head for head, _ in chosen)
    counted = [(filters, _count(filters)) for _, filters in chosen]

    def made(
        name: str, title: str, keys: list[str], words_of: dict[str, str], *, upright: bool = False
    ) -> Table:
        rows = []
        for key in keys:
            numbers = tuple(counts[name][key] for _, counts in counted)
            links = tuple(_link(_narrow(filters, name, key)) for filters, _ in counted)
            rows.append(Row(words_of.get(key, key), numbers, links))
        return Table(name, title, heads, tuple(rows), upright)

    def used(name: str) -> list[str]:
        total: Counter[str] = Counter()
        for _, counts in counted:
            total.update(counts[name])
        return [key for key, _ in total.most_common()]

    days = _days(chosen[0][1], used("day"))
    topics = used("topic")
    hours = [str(hour) for hour in range(24)]
    return [
        made("day", "Conversations a day", days, {}, upright=True),
        made("topic", "Topics", topics, {name: words.topic(name) for name in topics}),
        made("urgency", "Highest urgency reached", list(URGENCIES), words.URGENCY_WORDS),
        made("hour", "Busiest hours", hours, {h: f"{int(h):02}" for h in hours}, upright=True),
        made("check", "Guided check", ["begun", "done", "not_done"], CHECK_WORDS),
        made("feedback", "Thumbs", ["up", "down"], {"up": "thumbs up", "down": "thumbs down"}),
    ]


CHECK_WORDS = {"begun": "begun", "done": "finished", "not_done": "not finished"}


def _count(filters: Filters) -> dict[str, Counter[str]]:
    rows = queue.conversations(filters)
    zone = queue.zone()

    def grouped(values: QuerySet[Conversation, tuple[object, int]]) -> Counter[str]:
        return Counter({str(key): number for key, number in values})

    days = rows.annotate(day=TruncDate("started_at", tzinfo=zone)).values_list("day").annotate(n=Count("pk"))
    hours = (
        rows.annotate(hour=ExtractHour("started_at", tzinfo=zone)).values_list("hour").annotate(n=Count("pk"))
    )
    tiers = rows.values_list("urgency").annotate(n=Count("pk"))
    checks = grouped(rows.values_list("check_state").annotate(n=Count("pk")))
    topics = (
        Label.objects.filter(kind="topic", conversation__in=rows)
        .values_list("value")
        .annotate(n=Count("conversation", distinct=True))
    )
    not_done = checks["open"] + checks["left"]
    return {
        "day": grouped(days.order_by()),
        "hour": grouped(hours.order_by()),
        "urgency": Counter({URGENCIES[tier]: number for tier, number in tiers.order_by()}),
        "topic": Counter(dict(topics.order_by())),
        "check": Counter({"begun": checks["done"] + not_done, "done": checks["done"], "not_done": not_done}),
        "feedback": Counter(
            {
                "up": rows.filter(thumbs_up__gt=0).count(),
                "down": rows.filter(thumbs_down__gt=0).count(),
            }
        ),
    }


def _narrow(filters: Filters, table: str, key: str) -> Filters:
    """The filters of the list behind one number."""
    return filters.but(since=key, until=key) if table == "day" else filters.but(**{table: key})


def _link(filters: Filters) -> str:
    return f"{reverse('queue')}?{filters.address}"


def _days(filters: Filters, used: list[str]) -> list[str]:
    """Every day of the range, those without a conversation too."""
    first = date.fromisoformat(filters.get("since") or min(used, default=""))
    last = date.fromisoformat(filters.get("until"))
    return [str(first + timedelta(days=number)) for number in range((last - first).days + 1)]


def figures(head: str, filters: Filters) -> Figures:
    """The single numbers for one version."""
    rows = queue.conversations(filters)
    turns = list(rows.values_list("turns", flat=True))
    total = len(turns)

    def part(title: str, number: int, **narrower: str) -> tuple[str, int, float | None, str]:
        return title, number, number / total if total else None, _link(filters.but(**narrower))

    begun = rows.exclude(check_state="").count()
    done = rows.filter(check_state="done").count()
    agree = rows.filter(standing__agree=True).count()
    differ = rows.filter(standing__agree=False).count()
    return Figures(
        head,
        _link(filters),
        total,
        sum(turns),
        statistics.median(turns) if turns else 0,
        (
            part("with an unanswered question", rows.filter(unanswered__gt=0).count(), unanswered="yes"),
            part("with an empty or failed reply", rows.filter(failed__gt=0).count(), group="failed"),
            (
                "guided checks finished, of those begun",
                done,
                done / begun if begun else None,
                _link(filters.but(check="done")),
            ),
            (
                "second opinions that agree, of those given",
                agree,
                agree / (agree + differ) if agree + differ else None,
                _link(filters.but(second="agree")),
            ),
        ),
    )


def chosen(query: QueryDict, today: date) -> list[tuple[str, Filters]]:
    """The range and the one or two versions that the address asks for."""
    since, until = today - timedelta(days=DAYS - 1), today
    try:
        since = date.fromisoformat(query.get("since", "") or str(since))
        until = date.fromisoformat(query.get("until", "") or str(until))
    except ValueError:
        pass
    until = min(max(since, until), since + timedelta(days=3660))
    base = Filters().but(since=str(since), until=str(until), reviewed="all")
    version, against = query.get("version", "")[:64], query.get("against", "")[:64]
    picked = [(version or "all versions", base.but(version=version))]
    if against and against != version:
        picked.append((against, base.but(version=against)))
    return picked


@require_safe
@needs("view")
def dashboard_page(request: HttpRequest) -> HttpResponse:
    """The dashboard as a page."""
    picked = chosen(request.GET, datetime.now(queue.zone()).date())
    audit.write(request, "dashboard viewed")
    return render(
        request,
        "review/dashboard.html",
        {
            "here": "dashboard",
            "tables": tables(picked),
            "figures": [figures(head, filters) for head, filters in picked],
            "heads": [head for head, _ in picked],
            "since": picked[0][1].get("since"),
            "until": picked[0][1].get("until"),
            "version": picked[0][1].get("version"),
            "against": picked[1][0] if len(picked) > 1 else "",
            "versions": queue.versions(),
            "address": request.GET.urlencode(),
            "may_export": may(request, "export"),
        },
    )


@require_safe
@needs("export")
def dashboard_csv(request: HttpRequest, name: str) -> HttpResponse:
    """One table as CSV."""
    found = [t for t in tables(chosen(request.GET, datetime.now(queue.zone()).date())) if t.id == name]
    if not found:
        return render(request, "review/missing.html", status=404)
    table = found[0]
    export = Export.objects.create(who=request.user.get_username(), kind=f"csv {name}")
    audit.write(request, "exported", detail=f"table {name}, export {export.pk}")
    lines = [("what", *table.heads), *((row.title, *row.numbers) for row in table.rows)]
    return csv_response(f"{name}.csv", lines)


def csv_response(name: str, lines: list[tuple[object, ...]]) -> HttpResponse:
    """A CSV file that no spreadsheet runs as formulas."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(cell) for cell in line] for line in lines])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if (isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@")) or str(cell)[:1] in ("\t", "\r"):
        return f"'{cell}"
    return cell
