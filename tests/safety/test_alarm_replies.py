"""Each alarm of red_flags.yml as a reply: what to do first, whom to call, when to call for more, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.advice.advise import advise
from bot.advice.content import load_content
from bot.advice.reply import Reply, Turn
from bot.advice.vocabulary import EXERCISES, HOWTO, Urgency
from evaluation.core_walk import COUNTRIES, contents
from evaluation.must_never import Book, Seen, Watch

CONTENT = load_content()
ALARMS = [flag.id for flag in CONTENT.flags.values() if flag.urgency >= Urgency.urgent]
SATURDAY_NIGHT = datetime(2026, 11, 28, 23, 0, tzinfo=UTC)
BOOKS = {country: Book(contents()[country]) for country in COUNTRIES}
ASKED = {
    "nothing": (),
    "an exercise": (HOWTO + EXERCISES[0],),
    "a question": ("walking",),
    "the opening hours": ("opening_hours",),
    "much at once": ("best_exercise", "causes", "opening_hours", "location"),
}


def raised(flag: str) -> Turn:
    return Turn(now=SATURDAY_NIGHT, suspected=(flag,), new_facts=(flag,))


def violations(country: str | None, *replies: Reply) -> list[object]:
    watch = Watch(BOOKS[country])
    for reply in replies:
        messages = [{"text": m.text, "card": m.card} for m in reply.messages]
        watch.after(Seen("an alarm", messages, reply.advice))
    return watch.violations


@pytest.mark.parametrize("country", COUNTRIES, ids=str)
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("flag", ALARMS)
def test_an_alarm_is_said_first_whatever_is_asked_with_it(flag, asked, country):
    content = contents()[country]
    first = replace(raised(flag), topics=ASKED[asked])
    later = replace(first, new_facts=())
    assert not violations(country, advise(first, content), advise(later, content))


@pytest.mark.parametrize("flag", [f for f in ALARMS if CONTENT.flags[f].urgency is Urgency.urgent])
def test_an_urgent_reply_says_when_it_is_an_emergency_also_when_it_is_said_again(flag):
    content = contents()["GB"]
    for turn in (raised(flag), replace(raised(flag), new_facts=())):
        assert "Call 999 at once if you get worse" in advise(turn, content).messages[0].text


@pytest.mark.parametrize("flag", [f for f in ALARMS if CONTENT.flags[f].urgency is Urgency.emergency])
def test_an_emergency_at_night_does_not_offer_the_clinic(flag):
    content = contents()["GB"]
    turn = replace(raised(flag), topics=("opening_hours", "location", "see_physio"))
    text = advise(turn, content).text
    assert content.clinic.phone not in text
    assert content.clinic.booking_link not in text
    assert "open" not in text
