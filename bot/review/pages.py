"""The pages: the queue, one conversation, judging it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bot.review import audit, judging, queue, words
from bot.review.access import may, needs, refuse
from bot.review.models import URGENCIES, Conversation, Tag, Tagged, Turn
from bot.review.tracker import of_sender, raw_of_sender


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from these pages, or was open for too long."""
    return refuse(
        request, "form check", "This form has timed out. Please go back, load the page again and repeat it."
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Refused by Django itself."""
    return refuse(request, "refused by the framework")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing at this address."""
    return render(request, "review/missing.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Something went wrong; without details, and without asking the database anything."""
    return HttpResponse(
        "<!doctype html><html lang=en-GB><title>Something went wrong</title><h1>Something went wrong</h1>"
        "<p>Please try again in a minute. If it stays, tell whoever runs the assistant.</p>",
        status=500,
    )


# ------------------------------------------------------------------ the queue


@require_safe
@needs("view")
def queue_page(request: HttpRequest) -> HttpResponse:
    """The list: groups with counts, filters, one page of conversations."""
    filters = queue.read_filters(request.GET)
    rows, more = queue.page(filters, request.GET.get("after", ""))
    used = ", ".join(name for name, _ in filters.values) or "no filters"
    audit.write(request, "list viewed", detail=f"{used}; {len(rows)} rows")
    tags: dict[str, list[str]] = {}
    for ref, name in Tagged.objects.filter(ref__in=[row.ref for row in rows]).values_list("ref", "tag__name"):
        tags.setdefault(ref, []).append(name)
    first = _openings(rows)
    return render(
        request,
        "review/queue.html",
        {
            "here": "queue",
            "total": queue.conversations(filters).count(),
            "filters": filters,
            "chosen": dict(filters.values),
            "rows": [(row, first.get(row.pk, ""), tags.get(row.ref, []), _why(row)) for row in rows],
            "more": more,
            "later_page": bool(request.GET.get("after")),
            "groups": [
                # the count is of all that wait, so the link leaves other filters behind
                (group, title, number, queue.Filters().but(group=group, order=filters.get("order")).address)
                for group, title, number in queue.counts()
            ],
            "everything": filters.but(group="").address,
            "swapped": filters.but(order="" if filters.latest_first else "latest").address,
            "choices": _choices(),
        },
    )


def _openings(rows: list[Conversation]) -> dict[int, str]:
    """The first words of each conversation that are not a greeting."""
    found: dict[int, tuple[str, bool]] = {}
    turns = Turn.objects.filter(conversation__in=rows, number__lte=4).order_by("conversation", "number")
    for key, text, intent in turns.values_list("conversation", "text", "intent"):
        greeting = intent in ("greet", "thanks")
        if text and (key not in found or (found[key][1] and not greeting)):
            found[key] = (text, greeting)
    return {key: text for key, (text, _) in found.items()}


def _why(row: Conversation) -> list[tuple[str, str]]:
    """What stands beside a conversation in the list: kind and words."""
    found = []
    if row.urgency:
        found.append((URGENCIES[row.urgency], words.urgency(row.urgency)))
    if row.failed:
        found.append(("failed", "failed reply" if row.failed == 1 else f"{row.failed} failed replies"))
    if row.unanswered:
        found.append(("unanswered", f"{row.unanswered} unanswered"))
    if row.thumbs_down:
        found.append(("down", "thumbs down"))
    if row.thumbs_up:
        found.append(("up", "thumbs up"))
    if row.check_state:
        found.append(("check", words.CHECKS[row.check_state]))
    return found


def _choices() -> dict[str, Any]:
    """What the filters offer."""
    return {
        "urgencies": list(words.URGENCY_WORDS.items()),
        "topics": words.topics_to_choose(),
        "tags": list(Tag.objects.values_list("name", flat=True)),
        "people": list(
            User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)
        ),
        "versions": queue.versions(),
        "verdicts": list(judging.VERDICTS.items()),
    }


# ------------------------------------------------------------------ one conversation


@require_safe
@needs("view")
def conversation_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The transcript, what was understood, and the form for judging."""
    return _conversation(request, get_object_or_404(Conversation, ref=ref), {})


@require_safe
@needs("original")
def original_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The same with the visitor's own words, read from the tracker store for this one page."""
    conversation = get_object_or_404(Conversation, ref=ref)
    originals = {
        event.id: str((event.data or {}).get("text") or "")
        for event in of_sender(conversation.sender)
        if event.kind == "user"
    }
    audit.write(request, "original words shown", ref)
    return _conversation(request, conversation, originals)


def _conversation(
    request: HttpRequest, conversation: Conversation, originals: dict[int, str]
) -> HttpResponse:
    filters = queue.read_filters(request.GET)
    steps = judging.history(conversation.ref)
    held = judging.now(steps)
    mine = held.verdicts.get(request.user.get_username(), "")
    others = {who: verdict for who, verdict in held.verdicts.items() if who != request.user.get_username()}
    blind = bool(held.second_wanted and others and not mine and may(request, "judge"))
    if not originals:
        audit.write(request, "conversation viewed", conversation.ref)
    turns: list[dict[str, Any]] = []
    for turn in conversation.turn_set.order_by("number"):
        turns.append(
            {
                "turn": turn,
                "text": originals.get(turn.event, turn.text),
                "mentions": words.mentions(turn.mentions),
                "facts": [
                    words.fact(name, value) for name, value in (turn.advice.get("facts") or {}).items()
                ],
                "topics": [words.topic(name) for name in turn.advice.get("topics") or []],
                "scope": words.topic(turn.advice["scope"]) if turn.advice.get("scope") else "",
                "correction": held.corrections.get(turn.number),
            }
        )
    following = queue.following(filters, queue.key_of(conversation))
    people = User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)
    tags = Tag.objects.filter(retired=False).values_list("name", flat=True)
    return render(
        request,
        "review/conversation.html",
        {
            "conversation": conversation,
            "turns": turns,
            "why": _why(conversation),
            "filters": filters,
            "following": following,
            "held": held,
            "mine": mine,
            "others": {} if blind else {who: judging.VERDICTS[v] for who, v in others.items()},
            "blind": blind,
            "steps": [] if blind else [_step(step) for step in reversed(steps)],
            "original": bool(originals),
            "nothing_more": all(originals.get(item["turn"].event, "") == item["turn"].text for item in turns),
            "may_judge": may(request, "judge"),
            "may_original": may(request, "original"),
            "may_erase": may(request, "erase"),
            "may_export": may(request, "export"),
            "verdicts": list(judging.VERDICTS.items()),
            "people": list(people),
            "tags": sorted({*tags, *held.tags}),
            "topics": words.topics_to_choose(),
            "urgencies": list(words.URGENCY_WORDS.items()),
        },
    )


def _step(step: Any) -> tuple[Any, str]:
    """One step of the history in words."""
    about = f"message {step.turn}: " if step.turn is not None else ""
    value = step.value
    said = {
        "reviewed": "reviewed" if value == "yes" else "no longer reviewed",
        "flag": "flagged" if value == "yes" else "flag taken away",
        "second": "asked for a second opinion" if value == "yes" else "second opinion no longer wanted",
        "verdict": f"verdict: {judging.VERDICTS.get(value, 'taken back')}",
        "assigned": f"assigned to {value}" if value else "assigned to nobody",
        "tag": f"tag {'added' if value[:1] == '+' else 'removed'}: {value[1:]}",
        "topic": f"should have been: {words.topic(value)}" if value else "topic correction taken back",
        "urgency": f"should have been: {words.URGENCY_WORDS[value]}"
        if value in words.URGENCY_WORDS
        else "urgency correction taken back",
        "note": "note",
    }[step.kind]
    return step, about + said


@require_safe
@needs("view")
def message_page(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The permanent address of one message."""
    get_object_or_404(Turn, conversation__ref=ref, number=number)
    return redirect(f"{reverse('conversation', args=[ref])}#m{number}")


@require_safe
@needs("original")
def events_page(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The technical events of one message, as Rasa stored them."""
    turn = get_object_or_404(
        Turn.objects.select_related("conversation"), conversation__ref=ref, number=number
    )
    later = Turn.objects.filter(conversation=turn.conversation, number=number + 1).first()
    events = raw_of_sender(turn.conversation.sender, turn.event, later.event if later else None)
    audit.write(request, "technical events viewed", ref, f"message {number}")
    shown = [
        (str(event.get("event") or ""), _name(event), json.dumps(event, indent=2, ensure_ascii=False))
        for event in events
    ]
    return render(request, "review/events.html", {"turn": turn, "events": shown})


def _name(event: dict[str, Any]) -> str:
    """What an event is about: the action, slot or intent."""
    parsed = event.get("parse_data")
    intent = parsed.get("intent") if isinstance(parsed, dict) else None
    return str(event.get("name") or (intent.get("name") if isinstance(intent, dict) else None) or "")


# ------------------------------------------------------------------ judging


@require_POST
@needs("judge")
def judge(request: HttpRequest, ref: str) -> HttpResponse:
    """Saves the form beside the transcript, and goes on to the next conversation of the queue when asked to."""
    conversation = get_object_or_404(Conversation, ref=ref)
    filters = queue.read_filters(request.GET)
    key = queue.key_of(conversation)
    post = request.POST
    wish = post.get("wish", "save")
    assert isinstance(request.user, User)
    changed = []

    def step(kind: str, value: str = "", text: str = "") -> None:
        if judging.judge(ref, request.user, kind, value, text=text):  # type: ignore[arg-type]
            changed.append(kind)

    try:
        if wish == "undo":
            step("reviewed", "no")
        else:
            step("verdict", post.get("verdict", ""))
            step("flag", "yes" if post.get("flag") else "no")
            step("second", "yes" if post.get("second") else "no")
            step("assigned", post.get("assigned", ""))
            wanted = set(post.getlist("tag"))
            for name in Tag.objects.values_list("name", flat=True):
                step("tag", ("+" if name in wanted else "-") + name)
            if note := post.get("note", "").strip():
                step("note", text=note)
            if wish == "next":
                step("reviewed", "yes")
    except judging.NotAllowed as error:
        return render(request, "review/refused.html", {"message": str(error)}, status=400)
    audit.write(request, "judged", ref, ", ".join(changed) or "nothing changed")
    here = reverse("conversation", args=[ref]) + (f"?{filters.address}" if filters.address else "")
    if wish != "next":
        messages.success(request, "Saved." if changed else "Nothing had changed.")
        return redirect(here)
    following = queue.following(filters, key)
    if following is None:
        messages.success(request, "Saved. That was the last one in this list.")
        return redirect(reverse("queue") + (f"?{filters.address}" if filters.address else ""))
    messages.success(request, "Saved. This is the next one.")
    return redirect(
        reverse("conversation", args=[following.ref]) + (f"?{filters.address}" if filters.address else "")
    )


@require_POST
@needs("judge")
def correct(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Saves what one message should have been."""
    get_object_or_404(Turn, conversation__ref=ref, number=number)
    assert isinstance(request.user, User)
    filters = queue.read_filters(request.GET)
    try:
        changed = [
            kind
            for kind in ("topic", "urgency")
            if judging.judge(ref, request.user, kind, request.POST.get(kind, ""), turn=number)
        ]
    except judging.NotAllowed as error:
        return render(request, "review/refused.html", {"message": str(error)}, status=400)
    audit.write(request, "corrected", ref, f"message {number}: {', '.join(changed) or 'nothing changed'}")
    messages.success(request, f"Message {number} is corrected." if changed else "Nothing had changed.")
    query = f"?{filters.address}" if filters.address else ""
    return redirect(f"{reverse('conversation', args=[ref])}{query}#m{number}")


# ------------------------------------------------------------------ tags


@needs("manage")
def tags_page(request: HttpRequest) -> HttpResponse:
    """The managed list of tags."""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        wish = request.POST.get("wish", "")
        if wish == "add" and name and len(name) <= 40 and name.isprintable():
            tag, made = Tag.objects.get_or_create(name=name)
            audit.write(request, "tag added", detail=name)
            messages.success(
                request, f"The tag {tag} is there." if made else f"The tag {tag} was there already."
            )
        elif wish in ("retire", "offer"):
            Tag.objects.filter(name=name).update(retired=wish == "retire")
            audit.write(request, "tag changed", detail=f"{name}: {wish}")
        else:
            messages.error(request, "A tag needs a name of up to 40 characters.")
        return redirect("tags")
    used = dict.fromkeys(Tag.objects.values_list("name", flat=True), 0)
    for name in Tagged.objects.values_list("tag__name", flat=True):
        used[name] += 1
    return render(
        request,
        "review/tags.html",
        {"here": "tags", "tags": [(tag, used[tag.name]) for tag in Tag.objects.all()]},
    )
