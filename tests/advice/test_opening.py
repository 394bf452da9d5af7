"""Opening hours: open or closed at a moment, and when it opens next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.advice.content import Clinic, OpeningTime
from bot.advice.opening import opening_in_words, opening_state, week_in_words
from tests.advice.turns import with_clinic

LONDON = ZoneInfo("Europe/London")
NINE_TO_FIVE = {"opens": "09:00", "closes": "17:00"}
WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def a_clinic(
    zone: str = "Europe/London",
    closed: list[date] | None = None,
    hours: dict[str, OpeningTime] | None = None,
) -> Clinic:
    usual = {day: OpeningTime(**NINE_TO_FIVE) for day in WORKDAYS}
    return with_clinic(time_zone=zone, closed_dates=closed or [], opening_hours=hours or usual).clinic


def at(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(2026, 11, 23, 12), "It is open now, until 5pm."),
        (at(2026, 11, 23, 9), "It is open now, until 5pm."),
        (at(2026, 11, 23, 16, 59, 59), "It is open now, until 5pm."),
        (at(2026, 11, 23, 8, 59, 59), "It is closed now. It opens today at 9am."),
        (at(2026, 11, 23, 17), "It is closed now. It opens tomorrow at 9am."),
        (at(2026, 11, 23, 0), "It is closed now. It opens today at 9am."),
        (at(2026, 11, 27, 17, 1), "It is closed now. It opens on Monday at 9am."),
        (at(2026, 11, 28, 12), "It is closed now. It opens on Monday at 9am."),
        (at(2026, 11, 29, 23, 59), "It is closed now. It opens tomorrow at 9am."),
    ],
    ids=[
        "at noon",
        "just opened",
        "a second before closing",
        "a second before opening",
        "just closed",
        "at midnight",
        "on Friday evening",
        "on Saturday",
        "late on Sunday",
    ],
)
def test_open_or_closed_and_what_comes_next(moment: datetime, words: str) -> None:
    assert opening_in_words(a_clinic(), moment) == words


def test_a_bank_holiday_is_closed_and_the_next_working_day_is_named() -> None:
    clinic = a_clinic(closed=[date(2026, 12, 25), date(2026, 12, 28)])
    assert opening_in_words(clinic, at(2026, 12, 25, 12)) == "It is closed now. It opens on Tuesday at 9am."
    assert not opening_state(clinic, at(2026, 12, 28, 12)).open_now
    assert opening_state(clinic, at(2026, 12, 29, 12)).open_now


def test_a_closed_evening_before_a_bank_holiday_does_not_promise_tomorrow() -> None:
    clinic = a_clinic(closed=[date(2026, 11, 24)])
    assert opening_in_words(clinic, at(2026, 11, 23, 18)).endswith("It opens on Wednesday at 9am.")


def test_a_long_break_names_the_date() -> None:
    clinic = a_clinic(closed=[date(2026, 12, day) for day in range(24, 32)] + [date(2027, 1, 1)])
    words = opening_in_words(clinic, at(2026, 12, 24, 12))
    assert words == "It is closed now. It opens on Monday 4 January at 9am."


def test_a_clinic_that_never_opens_promises_nothing() -> None:
    clinic = with_clinic(opening_hours={}).clinic
    assert opening_in_words(clinic, at(2026, 11, 23, 12)) == "It is closed now."
    assert opening_state(clinic, at(2026, 11, 23, 12)).opens is None


def test_the_moment_may_be_given_in_any_zone() -> None:
    moment = datetime(2026, 11, 23, 18, tzinfo=ZoneInfo("Asia/Tokyo"))  # 9 in the morning in London
    assert opening_state(a_clinic(), moment).open_now
    assert not opening_state(a_clinic(), moment.replace(hour=17)).open_now


def test_a_day_that_has_begun_elsewhere_has_not_begun_at_the_clinic() -> None:
    saturday_in_sydney = datetime(2026, 11, 28, 2, tzinfo=ZoneInfo("Australia/Sydney"))
    assert opening_state(a_clinic(), saturday_in_sydney).open_now


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        (datetime(2026, 3, 27, 8, 30, tzinfo=UTC), False),  # winter time: 8.30 in Bedford
        (datetime(2026, 3, 30, 8, 30, tzinfo=UTC), True),  # summer time: 9.30 in Bedford
        (datetime(2026, 10, 23, 16, 30, tzinfo=UTC), False),  # summer time: 17.30
        (datetime(2026, 10, 26, 16, 30, tzinfo=UTC), True),  # winter time: 16.30
    ],
)
def test_the_hours_follow_the_change_of_the_clocks(utc: datetime, is_open: bool) -> None:
    assert opening_state(a_clinic(), utc).open_now is is_open


def test_on_the_sunday_of_the_change_tomorrow_is_monday_at_nine() -> None:
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        state = opening_state(a_clinic(), datetime.combine(sunday, time(0, 30), LONDON))
        assert state.opens is not None
        assert (state.opens.date() - sunday).days == 1
        assert state.opens.time() == time(9)


def test_a_clinic_in_another_zone_keeps_its_own_hours() -> None:
    moment = datetime(2026, 11, 23, 21, tzinfo=UTC)  # 4 in the afternoon in New York
    assert opening_state(a_clinic("America/New_York"), moment).open_now
    assert not opening_state(a_clinic(), moment).open_now


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (dict.fromkeys(WORKDAYS, ("09:00", "17:00")), "Monday to Friday, 9am to 5pm"),
        ({"monday": ("09:00", "17:00")}, "Monday, 9am to 5pm"),
        (
            {"monday": ("09:00", "17:00"), "tuesday": ("08:30", "12:00"), "thursday": ("09:00", "17:00")},
            "Monday, 9am to 5pm; Tuesday, 8:30am to 12pm; Thursday, 9am to 5pm",
        ),
        (
            {"saturday": ("10:00", "16:00"), "sunday": ("10:00", "16:00")},
            "Saturday to Sunday, 10am to 4pm",
        ),
    ],
)
def test_the_week_in_words(hours: dict[str, tuple[str, str]], words: str) -> None:
    kept = {day: OpeningTime(opens=opens, closes=closes) for day, (opens, closes) in hours.items()}
    assert week_in_words(a_clinic(hours=kept)) == words
