"""Opening hours: is the clinic open at a moment, and when does it open next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.advice.content import WEEKDAYS, Clinic


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
