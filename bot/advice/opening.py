"""Opening hours: is the clinic open at a moment, and when does it open next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.advice.content import Clinic
from bot.advice.vocabulary import WEEKDAYS


@dataclass(frozen=True)
class OpeningState:
    """``open_now`` at the moment asked; ``closes`` today or ``opens`` next, in clinic time."""

    open_now: bool
    closes: datetime | None
    opens: datetime | None


def opening_state(clinic: Clinic, now: datetime) -> OpeningState:
    """The state at ``now`` (an aware datetime of any zone). Looks 60 days ahead."""
    local = now.astimezone(ZoneInfo(clinic.time_zone))
    for ahead in range(60):
        day = (local + timedelta(days=ahead)).date()
        hours = clinic.opening_hours.get(WEEKDAYS[day.weekday()])
        if hours is None or day in clinic.closed_dates:
            continue
        opens = datetime.combine(day, hours.opens, local.tzinfo)
        closes = datetime.combine(day, hours.closes, local.tzinfo)
        if opens <= local < closes:
            return OpeningState(True, closes, None)
        if local < opens:
            return OpeningState(False, None, opens)
    return OpeningState(False, None, None)


def days_in_words(
    clinic: Clinic, now: datetime, days: Iterable[str], words: Mapping[str, str], *, yes_or_no: bool
) -> list[str]:
    """Whether the clinic opens on ``days`` ("saturday", "tomorrow"), in the sentences ``words`` of wording.yml; ``yes_or_no`` begins so."""
    local = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    by_hours: dict[tuple[time, time] | None, list[str]] = {}
    for day in days:
        hours = clinic.opening_hours.get(day)
        if day == "tomorrow":
            date = local + timedelta(days=1)
            hours = clinic.opening_hours.get(WEEKDAYS[date.weekday()])
            hours = None if date in clinic.closed_dates else hours
        times = (hours.opens, hours.closes) if hours else None
        by_hours.setdefault(times, []).append(day if day == "tomorrow" else f"{day.title()}s")
    said = []
    for times, named in by_hours.items():
        when = "tomorrow" if named == ["tomorrow"] else "on " + " and ".join(named)
        name = clinic.name
        if not yes_or_no or len(by_hours) > 1:
            name = name[:1].upper() + name[1:]
            key = "open" if times else "closed"
        else:
            key = "yes" if times else "no"
        at = {"opens": _clock(times[0]), "closes": _clock(times[1])} if times else {}
        said.append(words[key].format(clinic_name=name, when=when, **at))
    return said


def _clock(moment: time) -> str:
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{hour}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def week_in_words(clinic: Clinic) -> str:
    """The week's hours, days with the same hours joined: "Monday to Friday, 9am to 5pm"."""
    runs: list[tuple[int, int, str]] = []
    for number, day in enumerate(WEEKDAYS):
        hours = clinic.opening_hours.get(day)
        if hours is None:
            continue
        words = f"{_clock(hours.opens)} to {_clock(hours.closes)}"
        if runs and runs[-1][1] == number - 1 and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], number, words)
        else:
            runs.append((number, number, words))
    parts = []
    for first, last, words in runs:
        days = WEEKDAYS[first].title()
        if last > first:
            days += f" to {WEEKDAYS[last].title()}"
        parts.append(f"{days}, {words}")
    return "; ".join(parts)


def opening_in_words(clinic: Clinic, now: datetime) -> str:
    """Open or closed now, and what comes next, as one sentence."""
    state = opening_state(clinic, now)
    local = now.astimezone(ZoneInfo(clinic.time_zone))
    if state.open_now and state.closes:
        return f"It is open now, until {_clock(state.closes.time())}."
    if state.opens:
        days = (state.opens.date() - local.date()).days
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"on {state.opens:%A}"
        if days > 6:
            when = f"on {state.opens:%A} {state.opens.day} {state.opens:%B}"
        return f"It is closed now. It opens {when} at {_clock(state.opens.time())}."
    return "It is closed now."
