"""The queue: which conversations, in which order, from the filters in the address; and what comes next.

Pages are found by key (the last row of the page before), not by number: that stays fast at any depth,
and a conversation that arrives meanwhile shifts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from bot.advice.content import content
from bot.review.models import URGENCIES, Conversation, Label, Tagged

PAGE = 50
#: So much of a version is shown: enough to tell versions apart.
SHORT = 12
#: Conversations with so many messages or more are one number of the dashboard.
MANY = 10
#: After so long without a word, a check that is still open was left half-way.
IDLE = timedelta(minutes=30)
#: The groups of the queue, worst first: id, title.
GROUPS = (
    ("emergency", "Emergencies"),
    ("urgent", "Urgent"),
    ("failed", "Empty or failed replies"),
    ("unanswered", "Unanswered questions"),
    ("thumbs_down", "Thumbs down"),
    ("left", "Left half-way"),
)
#: Filters, in the order in which the page shows them.
NAMES = (
    "group",
    "q",
    "since",
    "until",
    "urgency",
    "topic",
    "reason",
    "source",
    "unanswered",
    "messages",
    "feedback",
    "check",
    "reviewed",
    "flagged",
    "tag",
    "reviewer",
    "assigned",
    "verdict",
    "second",
    "version",
    "hour",
    "order",
)


@cache
def zone() -> ZoneInfo:
    """The clinic's time zone: days and hours are the clinic's."""
    return ZoneInfo(content().clinic.time_zone)


def day_start(day: date) -> datetime:
    """Midnight at the clinic."""
    return datetime.combine(day, time.min, zone())


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Unknown or malformed values are left out, and named in ``ignored``."""

    values: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """The value of one filter, or an empty string."""
        return dict(self.values).get(name, "")

    def but(self, **changes: str) -> Filters:
        """With some filters changed; an empty value removes one."""
        held = {**dict(self.values), **changes}
        return replace(self, values=tuple((name, held[name]) for name in NAMES if held.get(name)))

    @property
    def address(self) -> str:
        """As the query part of an address."""
        return urlencode(self.values)

    @property
    def latest_first(self) -> bool:
        """Whether the order is by latest activity alone."""
        return self.get("order") == "latest"


def read_filters(query: QueryDict) -> Filters:
    """The filters of an address."""
    values, ignored = [], []
    for name in NAMES:
        value = query.get(name, "").strip()[:200].replace("\x00", "")
        if not value:
            continue
        if _valid(name, value):
            values.append((name, value))
        else:
            ignored.append(name)
    return Filters(tuple(values), tuple(ignored))


_CHOICES = {
    "group": {group for group, _ in GROUPS},
    "urgency": set(URGENCIES),
    "unanswered": {"yes", "no"},
    "feedback": {"up", "down"},
    "check": {"begun", "done", "not_done"},
    "reviewed": {"yes", "all"},
    "flagged": {"yes"},
    "second": {"wanted", "agree", "differ"},
    "order": {"latest"},
}


def _valid(name: str, value: str) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in ("since", "until"):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return value > "1900"
    if name == "hour":
        return value.isdecimal() and int(value) < 24
    if name == "messages":
        return value.isdecimal() and int(value) <= MANY
    return True


def conversations(filters: Filters, now: datetime | None = None) -> QuerySet[Conversation]:
    """Every conversation that the filters let through, unordered."""
    rows = Conversation.objects.all()
    get = filters.get
    if get("group"):
        rows = rows.filter(in_group(get("group"), now or datetime.now(UTC)))
    if get("q"):
        rows = rows.filter(_found(get("q")))
    if get("since"):
        rows = rows.filter(started_at__gte=day_start(date.fromisoformat(get("since"))))
    if get("until"):
        rows = rows.filter(started_at__lt=day_start(date.fromisoformat(get("until")) + timedelta(days=1)))
    if get("urgency"):
        rows = rows.filter(urgency=URGENCIES.index(get("urgency")))
    for name in ("topic", "reason", "source"):
        if get(name):
            labels = Label.objects.filter(conversation=OuterRef("pk"), kind=name, value=get(name))
            rows = rows.filter(Exists(labels))
    if get("unanswered"):
        rows = rows.filter(unanswered__gt=0) if get("unanswered") == "yes" else rows.filter(unanswered=0)
    if get("messages"):
        number = int(get("messages"))
        rows = rows.filter(turns__gte=MANY) if number == MANY else rows.filter(turns=number)
    if get("feedback"):
        rows = rows.filter(**{f"thumbs_{get('feedback')}__gt": 0})
    if get("check"):
        checks = {"begun": ("open", "left", "done"), "done": ("done",), "not_done": ("open", "left")}
        rows = rows.filter(check_state__in=checks[get("check")])
    if get("version"):
        rows = rows.filter(Q(model=get("version")) | Q(content_version=get("version")))
    if get("hour"):
        rows = rows.filter(_in_hour(int(get("hour"))))
    return _judged(rows, filters)


def _judged(rows: QuerySet[Conversation], filters: Filters) -> QuerySet[Conversation]:
    get = filters.get
    if get("reviewed") == "yes":
        rows = rows.filter(standing__reviewed_at__isnull=False)
    elif get("reviewed") != "all":
        rows = rows.filter(standing__reviewed_at__isnull=True)
    if get("flagged"):
        rows = rows.filter(standing__flagged=True)
    if get("tag"):
        rows = rows.filter(Exists(Tagged.objects.filter(ref=OuterRef("ref"), tag__name=get("tag"))))
    if get("reviewer"):
        rows = rows.filter(standing__reviewed_by__username=get("reviewer"))
    if get("assigned"):
        rows = rows.filter(standing__assigned_to__username=get("assigned"))
    if get("verdict"):
        rows = rows.filter(standing__verdict=get("verdict"))
    if get("second") == "wanted":
        rows = rows.filter(standing__second_wanted=True)
    elif get("second"):
        rows = rows.filter(standing__agree=get("second") == "agree")
    return rows


def _in_hour(hour: int) -> Q:
    # zoneinfo of PostgreSQL and of Python agree; on SQLite Django registers a function for it
    from django.db.models.functions import ExtractHour

    starts = Conversation.objects.annotate(hour=ExtractHour("started_at", tzinfo=zone())).filter(hour=hour)
    return Q(pk__in=starts.values("pk"))


def in_group(group: str, now: datetime) -> Q:
    """Whether a conversation belongs to a group of the queue; it may belong to several."""
    return {
        "emergency": Q(urgency=3),
        "urgent": Q(urgency=2),
        "failed": Q(failed__gt=0),
        "unanswered": Q(unanswered__gt=0),
        "thumbs_down": Q(thumbs_down__gt=0),
        "left": Q(check_state="left") | Q(check_state="open", last_at__lt=now - IDLE),
    }[group]


def counts(now: datetime | None = None) -> list[tuple[str, str, int]]:
    """Id, title and number of conversations that wait for review, for each group."""
    now = now or datetime.now(UTC)
    waiting = Conversation.objects.filter(standing__reviewed_at__isnull=True)
    numbers = waiting.aggregate(**{group: Count("pk", filter=in_group(group, now)) for group, _ in GROUPS})
    return [(group, title, numbers[group]) for group, title in GROUPS]


def versions() -> list[tuple[str, str]]:
    """Content versions and models that conversations ended with, each with its words."""
    found = []
    for field, kind in (("content_version", "content"), ("model", "model")):
        values = Conversation.objects.order_by().values_list(field, flat=True).distinct()
        found += [(value, f"{kind} {value[:SHORT]}") for value in sorted(set(values) - {""})]
    return found


# ------------------------------------------------------------------ search


def _words(text: str) -> list[str]:
    return [
        "".join(c for c in word if c.isalnum()) for word in text.replace("'", " ").replace("-", " ").split()
    ]


def _found(text: str) -> Q:
    """Whether the visitor used all the words in a conversation, in any form and order."""
    words = [word for word in _words(text) if word]
    if not words:
        return Q(pk__in=[])
    if connection.vendor == "sqlite":
        match = " ".join(f'"{word}"' for word in words)
        return Q(pk__in=RawSQL("SELECT rowid FROM review_search WHERE review_search MATCH %s", (match,)))
    matching = "SELECT id FROM review_conversation WHERE search @@ plainto_tsquery('english', %s)"
    return Q(pk__in=RawSQL(matching, (" ".join(words),)))


# ------------------------------------------------------------------ order, pages, next


def ordered(rows: QuerySet[Conversation], filters: Filters) -> QuerySet[Conversation]:
    """Worst first and then latest, or latest alone."""
    if filters.latest_first:
        return rows.order_by("-last_event")
    return rows.order_by("rank", "-last_event")


def after(rows: QuerySet[Conversation], filters: Filters, key: str) -> QuerySet[Conversation]:
    """Those that come after the row with this key, as :func:`key_of` gives it. Nonsense is no key."""
    rank, _, event = key.partition("-")
    if not (rank.isdecimal() and event.isdecimal() and len(key) < 25):
        return rows
    if filters.latest_first:
        return rows.filter(last_event__lt=int(event))
    return rows.filter(Q(rank__gt=int(rank)) | Q(rank=int(rank), last_event__lt=int(event)))


def key_of(conversation: Conversation) -> str:
    """Where a conversation stands in the order."""
    return f"{conversation.rank}-{conversation.last_event}"


def page(filters: Filters, key: str = "") -> tuple[list[Conversation], str]:
    """One page of the list, and the key for the next one (empty on the last)."""
    rows = ordered(conversations(filters), filters).select_related(
        "standing__reviewed_by", "standing__assigned_to"
    )
    found = list(after(rows, filters, key)[: PAGE + 1] if key else rows[: PAGE + 1])
    more = key_of(found[PAGE - 1]) if len(found) > PAGE else ""
    return found[:PAGE], more


def following(filters: Filters, key: str) -> Conversation | None:
    """The conversation that comes after the one with this key."""
    return after(ordered(conversations(filters), filters), filters, key).first()
