"""Judging: every step is kept; what holds now is worked out from the steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction

from bot.advice.vocabulary import SCOPES, TOPICS
from bot.review.models import URGENCIES, Judgement, Standing, Tag, Tagged

VERDICTS = {
    "right": "right",
    "too_cautious": "too cautious",
    "not_cautious": "not cautious enough",
    "unclear": "unclear",
}
#: What a message should have been about; "nothing" for what needs no answer of ours.
TOPIC_CHOICES = (*TOPICS, *SCOPES)
LONGEST_NOTE = 2_000


class NotAllowed(ValueError):
    """A value that is not on the list; the message says which."""


@dataclass(frozen=True)
class Correction:
    """What a message should have been."""

    topic: str = ""
    urgency: str = ""


@dataclass
class Now:
    """What holds now for one conversation."""

    reviewed: Judgement | None = None
    #: The latest verdict of each person, in the order in which they first gave one.
    verdicts: dict[str, str] = field(default_factory=dict)
    assigned: str = ""
    flagged: bool = False
    second_wanted: bool = False
    tags: list[str] = field(default_factory=list)
    corrections: dict[int, Correction] = field(default_factory=dict)
    notes: list[Judgement] = field(default_factory=list)

    @property
    def agree(self) -> bool | None:
        """Whether all who gave a verdict gave the same; None with fewer than two."""
        return len(set(self.verdicts.values())) == 1 if len(self.verdicts) > 1 else None


def history(ref: str) -> list[Judgement]:
    """All steps for a conversation, oldest first."""
    return list(Judgement.objects.filter(ref=ref).select_related("by").order_by("id"))


def now(steps: list[Judgement]) -> Now:
    """What holds after these steps."""
    held = Now()
    for step in steps:
        if step.kind == "reviewed":
            held.reviewed = step if step.value == "yes" else None
        elif step.kind == "verdict":
            held.verdicts[step.by.username] = step.value
            if not step.value:
                del held.verdicts[step.by.username]
        elif step.kind == "assigned":
            held.assigned = step.value
        elif step.kind == "flag":
            held.flagged = step.value == "yes"
        elif step.kind == "second":
            held.second_wanted = step.value == "yes"
        elif step.kind == "tag":
            name, on = step.value[1:], step.value[0] == "+"
            held.tags = sorted({*held.tags, name} if on else {*held.tags} - {name})
        elif step.kind == "note":
            held.notes.append(step)
        elif step.turn is not None:
            before = held.corrections.get(step.turn, Correction())
            after = (
                Correction(step.value, before.urgency)
                if step.kind == "topic"
                else Correction(before.topic, step.value)
            )
            held.corrections[step.turn] = after
            if after == Correction():
                del held.corrections[step.turn]
    return held


def judge(ref: str, by: User, kind: str, value: str = "", *, turn: int | None = None, text: str = "") -> bool:
    """Adds one step, if it changes anything. Raises :class:`NotAllowed` for a value that is not on the list."""
    _check(kind, value, turn)
    with transaction.atomic():
        # two people who judge at once take turns, so that each one's step counts the other's
        Standing.objects.get_or_create(conversation_id=ref)
        Standing.objects.select_for_update().get(conversation_id=ref)
        held = now(history(ref))
        if kind != "note" and _same(held, by, kind, value, turn):
            return False
        Judgement.objects.create(ref=ref, by=by, kind=kind, value=value, turn=turn, text=text[:LONGEST_NOTE])
        if kind == "tag":
            _tag(ref, value)
        settle(ref)
    return True


def _check(kind: str, value: str, turn: int | None) -> None:
    allowed: dict[str, set[str]] = {
        "reviewed": {"yes", "no"},
        "flag": {"yes", "no"},
        "second": {"yes", "no"},
        "verdict": {"", *VERDICTS},
        "topic": {"", *TOPIC_CHOICES},
        "urgency": {"", *URGENCIES},
        "note": {""},
    }
    if kind == "assigned":
        fine = not value or User.objects.filter(username=value, is_active=True).exists()
    elif kind == "tag":
        fine = value[:1] in ("+", "-") and Tag.objects.filter(name=value[1:]).exists()
    else:
        fine = value in allowed.get(kind, set())
    if not fine or ((kind in ("topic", "urgency")) != (turn is not None)):
        raise NotAllowed(f"{value!r} is not something that {kind or 'this'} can be.")


def _same(held: Now, by: User, kind: str, value: str, turn: int | None) -> bool:
    correction = held.corrections.get(turn or 0, Correction())
    present: dict[str, str] = {
        "reviewed": "yes" if held.reviewed else "no",
        "flag": "yes" if held.flagged else "no",
        "second": "yes" if held.second_wanted else "no",
        "verdict": held.verdicts.get(by.username, ""),
        "assigned": held.assigned,
        "topic": correction.topic,
        "urgency": correction.urgency,
    }
    if kind == "tag":
        return (value[1:] in held.tags) == (value[0] == "+")
    return present[kind] == value


def _tag(ref: str, value: str) -> None:
    tag = Tag.objects.get(name=value[1:])
    if value[0] == "+":
        Tagged.objects.get_or_create(ref=ref, tag=tag)
    else:
        Tagged.objects.filter(ref=ref, tag=tag).delete()


def settle(ref: str) -> None:
    """Brings the conversation's row for the lists up to date with its history."""
    held = now(history(ref))
    verdicts = list(held.verdicts.values())
    Standing.objects.update_or_create(
        conversation_id=ref,
        defaults={
            "reviewed_at": held.reviewed.at if held.reviewed else None,
            "reviewed_by": held.reviewed.by if held.reviewed else None,
            "assigned_to": User.objects.filter(username=held.assigned).first(),
            "flagged": held.flagged,
            "second_wanted": held.second_wanted,
            "verdict": verdicts[0] if verdicts else "",
            "verdicts": len(verdicts),
            "agree": held.agree,
            "corrections": len(held.corrections),
        },
    )
