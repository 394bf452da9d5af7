"""Filters of the templates: ids to words, times at the clinic, text to paragraphs."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from bot.review import judging, words
from bot.review.queue import zone

register = template.Library()
register.filter("topic", words.topic)
register.filter("intent", words.intent)
register.filter("reason", words.reason)
register.filter("urgency", words.urgency)


@register.filter
def tier(name: str) -> str:
    """A tier by its name."""
    return words.URGENCY_WORDS.get(name, name)


@register.filter
def verdict(name: str) -> str:
    """A verdict by its name."""
    return judging.VERDICTS.get(name, name)


@register.filter
def outcome(name: str) -> str:
    """What became of a turn."""
    return words.OUTCOMES[name]


@register.filter
def check(name: str) -> str:
    """What became of the guided check."""
    return words.CHECKS.get(name, "")


@register.filter
def at_clinic(moment: datetime | None) -> str:
    """A moment in the clinic's time zone: ``Mon 23 Nov 2026, 09:05``."""
    return (
        f"{moment.astimezone(zone()):%a} {_day(moment)}, {moment.astimezone(zone()):%H:%M}" if moment else ""
    )


@register.filter
def time_at_clinic(moment: datetime) -> str:
    """Only the hour and minute."""
    return f"{moment.astimezone(zone()):%H:%M}"


def _day(moment: datetime) -> str:
    local = moment.astimezone(zone())
    return f"{local.day} {local:%b %Y}"


@register.filter
def day(value: date) -> str:
    """A date: ``23 Nov 2026``."""
    return f"{value.day} {value:%b %Y}"


@register.filter
def paragraphs(text: str) -> SafeString:
    """Escaped text; blank lines make paragraphs, single ones line breaks."""
    parts = [part.split("\n") for part in text.split("\n\n") if part.strip()]
    return format_html_join(
        "",
        "<p>{}</p>",
        ((format_html_join(SafeString("<br>"), "{}", ((line,) for line in part)),) for part in parts),
    )


@register.filter
def percent(value: float | None) -> str:
    """A share of one as per cent."""
    return "–" if value is None else f"{value:.0%}"
