"""The dashboard: what was asked and how it went, for any range of days, and one version against another."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast, Left
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bot.review import audit, charts, queue, words
from bot.review.access import may, needs
from bot.review.models import URGENCIES, Export, Label
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


#: How often each key of each table occurs, by the table's id.
Counts = dict[str, Counter[str]]


def count(chosen: list[tuple[str, Filters]]) -> list[Counts]:
    """What there is to count, for each of the chosen versions."""
    return [_count(filters) for _, filters in chosen]


def tables(chosen: list[tuple[str, Filters]], found: list[Counts]) -> list[Table]:
    """Every table, with one column of numbers for each of the chosen versions."""
    heads = tuple(head for head, _ in chosen)
    counted = [(filters, counts) for (_, filters), counts in zip(chosen, found, strict=True)]

    def made(
        name: str, title: str, keys: list[str], words_of: dict[str, str], *, upright: bool = False
    ) -> Table:
        rows = []
        to_lists = [_links(filters, name) for filters, _ in counted]
        for key in keys:
            numbers = tuple(counts[name][key] for _, counts in counted)
            links = tuple(to_list(key) for to_list in to_lists)
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
    lengths = [str(number) for number in range(0 if "0" in used("messages") else 1, queue.MANY + 1)]
    return [
        made("day", "Conversations a day", days, {}, upright=True),
        made("topic", "Topics", topics, {name: words.topic(name) for name in topics}),
        made("urgency", "Highest urgency reached", list(URGENCIES), words.URGENCY_WORDS),
        made("unanswered", "Questions answered", ["no", "yes"], UNANSWERED_WORDS),
        made("messages", "Messages in a conversation", lengths, LENGTH_WORDS, upright=True),
        made("hour", "Busiest hours", hours, {h: f"{int(h):02}" for h in hours}, upright=True),
        made("check", "Guided check", ["begun", "done", "not_done"], CHECK_WORDS),
        made("feedback", "Thumbs", ["up", "down"], {"up": "thumbs up", "down": "thumbs down"}),
    ]


UNANSWERED_WORDS = {"no": "all answered", "yes": "with an unanswered question"}
LENGTH_WORDS = {str(queue.MANY): f"{queue.MANY}+"}
CHECK_WORDS = {"begun": "begun", "done": "finished", "not_done": "not finished"}


#: Counted beside the tables, each with the conversations that count.
_PARTS = {
    "unanswered": Count("pk", filter=Q(unanswered__gt=0)),
    "failed": Count("pk", filter=Q(failed__gt=0)),
    "up": Count("pk", filter=Q(thumbs_up__gt=0)),
    "down": Count("pk", filter=Q(thumbs_down__gt=0)),
    "agree": Count("pk", filter=Q(standing__agree=True)),
    "differ": Count("pk", filter=Q(standing__agree=False)),
}


def _count(filters: Filters) -> Counts:
    rows = queue.conversations(filters)
    zone = queue.zone()
    days, hours = Counter[str](), Counter[str]()
    # as text up to the minute, because Django takes longer to read a date than all the rest takes
    minute = Left(Cast("started_at", TextField()), 16)
    for text in rows.order_by().annotate(minute=minute).values_list("minute", flat=True):
        local = datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)
        days[str(local.date())] += 1
        hours[str(local.hour)] += 1
    topics = (
        Label.objects.filter(kind="topic", conversation__in=rows)
        .order_by()
        .values_list("value")
        .annotate(n=Count("conversation", distinct=True))
    )
    # everything else in one pass over the conversations
    turns, checks, tiers, parts = Counter[int](), Counter[str](), Counter[int](), Counter[str]()
    grouped: Any = rows.order_by().values("turns", "check_state", "urgency")
    for group in grouped.annotate(n=Count("pk"), **{f"n_{name}": part for name, part in _PARTS.items()}):
        turns[group["turns"]] += group["n"]
        checks[group["check_state"]] += group["n"]
        tiers[group["urgency"]] += group["n"]
        parts.update({name: group[f"n_{name}"] for name in _PARTS})
    lengths: Counter[str] = Counter()
    for length, number in turns.items():
        lengths[str(min(length, queue.MANY))] += number
    not_done = checks["open"] + checks["left"]
    total = turns.total()
    return {
        "day": days,
        "hour": hours,
        "urgency": Counter({URGENCIES[tier]: number for tier, number in tiers.items()}),
        "topic": Counter(dict(topics)),
        "check": Counter({"begun": checks["done"] + not_done, "done": checks["done"], "not_done": not_done}),
        "unanswered": Counter({"yes": parts["unanswered"], "no": total - parts["unanswered"]}),
        "feedback": Counter({"up": parts["up"], "down": parts["down"]}),
        "messages": lengths,
        "turns": Counter({str(length): number for length, number in turns.items()}),
        "parts": parts,
    }


def _links(filters: Filters, table: str) -> Callable[[str], str]:
    """Gives the address of the list behind each key of a table. The part that all share is made once."""
    narrowed = ("since", "until") if table == "day" else (table,)
    shared = _link(filters.but(**dict.fromkeys(narrowed, "")))
    return lambda key: f"{shared}&{urlencode([(name, key) for name in narrowed])}"


def _link(filters: Filters) -> str:
    return f"{reverse('queue')}?{filters.address}"


def _days(filters: Filters, used: list[str]) -> list[str]:
    """Every day of the range, those without a conversation too."""
    first = date.fromisoformat(filters.get("since") or min(used, default=""))
    last = date.fromisoformat(filters.get("until"))
    return [str(first + timedelta(days=number)) for number in range((last - first).days + 1)]


def figures(head: str, filters: Filters, counts: Counts) -> Figures:
    """The single numbers for one version."""
    turns = sorted((int(length), number) for length, number in counts["turns"].items())
    total = counts["turns"].total()
    parts, checks = counts["parts"], counts["check"]

    def part(title: str, number: int, of: int, **narrower: str) -> tuple[str, int, float | None, str]:
        return title, number, number / of if of else None, _link(filters.but(**narrower))

    return Figures(
        head,
        _link(filters),
        total,
        sum(length * number for length, number in turns),
        _median(turns),
        (
            part("with an unanswered question", parts["unanswered"], total, unanswered="yes"),
            part("with an empty or failed reply", parts["failed"], total, group="failed"),
            part("guided checks finished, of those begun", checks["done"], checks["begun"], check="done"),
            part(
                "second opinions that agree, of those given",
                parts["agree"],
                parts["agree"] + parts["differ"],
                second="agree",
            ),
        ),
    )


def _median(turns: list[tuple[int, int]]) -> float:
    """The median of lengths that are given with how often each occurs, in order."""
    total, seen, middle = sum(number for _, number in turns), 0, []
    for length, number in turns:
        # the places of the one or two in the middle, counted from 0
        middle += [length for place in ((total - 1) // 2, total // 2) if seen <= place < seen + number]
        seen += number
    return sum(middle) / 2 if middle else 0


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
    words_of = dict(queue.versions())
    picked = [(words_of.get(version, version) or "all versions", base.but(version=version))]
    if against and against != version:
        picked.append((words_of.get(against, against), base.but(version=against)))
    return picked


@require_safe
@needs("view")
def dashboard_page(request: HttpRequest) -> HttpResponse:
    """The dashboard as a page."""
    picked = chosen(request.GET, datetime.now(queue.zone()).date())
    found = count(picked)
    audit.write(request, "dashboard viewed")
    return render(
        request,
        "review/dashboard.html",
        {
            "here": "dashboard",
            "tables": tables(picked, found),
            "figures": [
                figures(head, filters, counts) for (head, filters), counts in zip(picked, found, strict=True)
            ],
            "heads": [head for head, _ in picked],
            "since": picked[0][1].get("since"),
            "until": picked[0][1].get("until"),
            "version": picked[0][1].get("version"),
            "against": picked[1][1].get("version") if len(picked) > 1 else "",
            "versions": queue.versions(),
            "address": request.GET.urlencode(),
            "may_export": may(request, "export"),
        },
    )


@require_safe
@needs("export")
def dashboard_csv(request: HttpRequest, name: str) -> HttpResponse:
    """One table as CSV."""
    picked = chosen(request.GET, datetime.now(queue.zone()).date())
    found = count(picked)
    if name == "figures":
        lines = _figure_lines(picked, found)
    elif table := next((table for table in tables(picked, found) if table.id == name), None):
        lines = [("what", *table.heads), *((row.title, *row.numbers) for row in table.rows)]
    else:
        return render(request, "review/missing.html", status=404)
    export = Export.objects.create(who=request.user.get_username(), kind=f"csv {name}")
    audit.write(request, "exported", detail=f"table {name}, export {export.pk}")
    return csv_response(f"{name}.csv", lines)


def _figure_lines(picked: list[tuple[str, Filters]], found: list[Counts]) -> list[tuple[object, ...]]:
    """The single numbers as lines, one column for each version."""
    each = [figures(head, filters, counts) for (head, filters), counts in zip(picked, found, strict=True)]
    return [
        ("what", *(one.head for one in each)),
        ("conversations", *(one.conversations for one in each)),
        ("messages", *(one.messages for one in each)),
        ("messages in a conversation, median", *(one.median_turns for one in each)),
        *((title, *(one.parts[place][1] for one in each)) for place, (title, *_) in enumerate(each[0].parts)),
    ]


def csv_response(name: str, lines: list[tuple[object, ...]]) -> HttpResponse:
    """A CSV file that no spreadsheet runs as formulas."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(cell) for cell in line] for line in lines])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


#: How a formula can begin; spreadsheets in Japanese take the wide signs too.
_FORMULA = frozenset("=+-@＝＋－＠")


def harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if (isinstance(cell, str) and cell.lstrip()[:1] in _FORMULA) or str(cell)[:1] in ("\t", "\r"):
        return f"'{cell}"
    return cell
