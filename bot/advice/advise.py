"""Turns what is known and what was asked into one reply. The clinical core: pure, no I/O, no clock.

Order of a reply (docs/architecture.md): emergency or urgent help first, then what a chronic pain or
a replacement means, then every question in turn, then what to do if it gets worse.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.advice.content import Answer, Content, Exercise, Flag
from bot.advice.exercise_gate import SAFETY_QUESTIONS, may_show_steps, open_questions, withheld_by
from bot.advice.noted import ENDED_BY_DENYING, NOT_MEANT
from bot.advice.opening import days_in_words, opening_in_words, week_in_words
from bot.advice.reply import Choice, Message, Reply, Turn
from bot.advice.triage import Assessment, assess, has_replacement, raises
from bot.advice.vocabulary import (
    AGE_TOLD,
    BESIDE_STEPS,
    CLINIC_MATTERS,
    DAY,
    EXERCISE_TOPICS,
    HOWTO,
    PRACTICAL_TOPICS,
    WANTS_EXERCISES,
    YES_OR_NO,
    Urgency,
    intent_of_topic,
)

#: Scopes and situations that count as a miss; the third in a row offers a person.
MISS_SCOPES = frozenset({"out_of_scope", "other_body", "other_hip", None})
MISSES_BEFORE_PERSON = 3
#: Questions about the hip that the content does not answer.
HONEST_SCOPES = frozenset({"other_hip", "diagnosis_request", "medicine_dose"})
#: Flags explained before an answer, the most important first; at most this many in one reply.
MOST_STEERS = 2
#: The one choice of a reply that offers the check, or goes on after a report.
THE_CHECK = ("start_check",)
#: Facts that answer a question of the check.
ANSWERS = frozenset({*SAFETY_QUESTIONS, "over_65", "over_two_weeks"})


def advise(turn: Turn, content: Content) -> Reply:
    """The reply to ``turn``. Never empty."""
    assessment = assess(turn.facts, turn.suspected, content)
    if assessment.urgency is Urgency.emergency:
        return _emergency(turn, assessment, content)
    if assessment.urgency is Urgency.urgent:
        return _urgent(turn, assessment, content)
    return _ordinary(turn, assessment, content)


# ------------------------------------------------------------------ emergency and urgent


def _worst(assessment: Assessment, content: Content) -> Flag:
    return content.flags[assessment.reasons[0]]


def _alarm(
    turn: Turn, assessment: Assessment, content: Content, *, again: bool, more: bool = False
) -> Message:
    """The card that says what to do now and why, with a way to take back what only the visitor can know.

    Said ``again`` it is short, with ``more`` only for who asks.
    """
    flag = _worst(assessment, content)
    choices: tuple[Choice, ...] = ()
    if flag.id in ENDED_BY_DENYING and not raises(flag, turn.facts):
        payload = json.dumps({NOT_MEANT: [flag.id]})
        choices = (Choice(f"/correction{payload}", content.wording["facts"]["not_meant"]),)
    action = content.fill(flag.action)
    kind = assessment.urgency.name
    heading = content.wording["outcome"][kind]
    if again:
        text = content.wording[f"standing_{kind}"].format(action=action)
        if more and flag.more:
            text += f"\n\n{content.fill(flag.more)}"
    else:
        text = f"{heading}. {action}\n\n{content.fill(flag.more)}\n\n{flag.why}"
    if assessment.urgency is Urgency.urgent:
        net = content.fill(content.wording["safety_net"]["urgent"])
        text += f"\n\n{content.wording['urgent_not_clinic']} {net}"
    card: dict[str, object] = {"kind": kind, "heading": heading, "action": action, "flag": flag.id}
    lines = content.clinic.lines
    number = lines.emergency if assessment.urgency is Urgency.emergency else lines.advice
    if number and number.isdigit():
        card["call"] = number
    return Message(text, choices, card)


def _emergency(turn: Turn, assessment: Assessment, content: Content) -> Reply:
    again = not _is_new(turn, assessment, content)
    asks = "question" in turn.matters
    text = [_alarm(turn, assessment, content, again=again, more=asks)]
    text += _second_alarm(assessment, content)
    if (turn.topics or turn.scope in HONEST_SCOPES) and not (again and "meanwhile" in turn.matters):
        text.append(Message(content.wording["question_waits"]))
    return _reply(turn, assessment, content, text, topics=turn.topics)


def _second_alarm(assessment: Assessment, content: Content) -> list[Message]:
    """What another emergency asks for besides, where it is something else: despair does not mend a broken hip."""
    flags = [content.flags[reason] for reason in assessment.reasons]
    for flag in flags[1:]:
        if flag.urgency is Urgency.emergency and flag.action != flags[0].action:
            words = content.wording["second_emergency"]
            return [Message(words.format(why=flag.why, action=content.fill(flag.action)))]
    return []


def _urgent(turn: Turn, assessment: Assessment, content: Content) -> Reply:
    again = not _is_new(turn, assessment, content)
    more = "meanwhile" in turn.matters
    messages = [_alarm(turn, assessment, content, again=again, more=more)]
    if turn.intent == "correction" and not turn.topics:
        messages.append(Message(content.wording["corrected"]))
    sources: list[Answer] = []
    asks_exercise = False
    to_clinic = "clinic_visit" in turn.matters or "booking" in turn.matters
    if to_clinic:
        messages.append(Message(content.fill(content.wording["not_the_clinic"])))
    for topic in turn.topics:
        if topic in PRACTICAL_TOPICS and to_clinic:
            continue
        if topic in PRACTICAL_TOPICS:
            messages.append(Message(_practical(topic, turn, content), card=_clinic_card(content)))
        elif topic.startswith(HOWTO) or topic in EXERCISE_TOPICS:
            asks_exercise = True
        else:
            answer = content.answers[topic]
            sources.append(answer)
            messages.append(Message(answer.brief))
    if asks_exercise:
        messages.append(Message(content.wording["no_exercises_now"]))
    own = [] if to_clinic else _in_own_words(turn, content)
    messages.extend(own)
    if turn.scope and not turn.topics and not own and not to_clinic:
        if more and turn.scope in MISS_SCOPES:
            messages.append(Message(content.wording["ask_them"]))
        elif again or turn.scope == "medicine_dose":
            messages.append(Message(_scope_text(turn.scope, content)))
        elif turn.scope in HONEST_SCOPES:
            messages.append(Message(content.wording["ask_them"]))
    return _reply(turn, assessment, content, messages, topics=turn.topics, sources=sources)


def newly_withheld(turn: Turn, content: Content) -> str | None:
    """Why no exercise steps are shown, where the message gave the first reason for that."""
    if withheld_by(_facts_before(turn), _earlier(turn, content)):
        return None
    reasons = withheld_by(turn.facts, assess(turn.facts, turn.suspected, content))
    return content.flags[reasons[0]].why if reasons else None


def adds_reason(turn: Turn, besides: str | None, content: Content) -> bool:
    """Whether the message added a reason to be seen, ``besides`` what this fact, which was asked for, adds."""
    asked = {besides, "over_two_weeks"} if besides == "chronic" else {besides}
    facts = {name: value for name, value in turn.facts.items() if name not in asked}
    now = assess(facts, turn.suspected, content)
    return bool(set(now.reasons) - set(_earlier(replace(turn, facts=facts), content).reasons))


def _facts_before(turn: Turn) -> dict[str, object]:
    """What was known before this message."""
    return {name: value for name, value in turn.facts.items() if name not in turn.new_facts}


def _earlier(turn: Turn, content: Content) -> Assessment:
    """The assessment before this message."""
    return assess(_facts_before(turn), [f for f in turn.suspected if f not in turn.new_facts], content)


def _is_new(turn: Turn, assessment: Assessment, content: Content) -> bool:
    """Whether this message added to the reasons of the present tier."""
    earlier = _earlier(turn, content)
    return earlier.urgency < assessment.urgency or earlier.reasons[:1] != assessment.reasons[:1]


# ------------------------------------------------------------------ everything else


def _ordinary(turn: Turn, assessment: Assessment, content: Content) -> Reply:
    wording = content.wording
    messages: list[Message] = []
    sources: list[Answer] = []
    shown: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    start_check = False
    wanted = turn.wanted_exercise
    health_topics = [topic for topic in turn.topics if topic not in PRACTICAL_TOPICS]
    asks_exercise = [t for t in turn.topics if t.startswith(HOWTO) or t in EXERCISE_TOPICS]

    if turn.intent == "start_over":
        messages.append(Message(wording["restarted"], starters(content)))
        return _reply(turn, assessment, content, messages)
    if turn.intent == "correction" and not turn.topics:
        known = turn.new_facts or turn.chosen
        messages.append(Message(wording["corrected" if known else "correct_what"]))

    is_report = (
        not turn.topics
        and turn.scope is None
        and (bool(turn.new_facts) or turn.intent in ("report", "play_down"))
    )
    own = _in_own_words(turn, content)
    next_step = "what_now" in turn.matters and not turn.topics and turn.scope is None
    # a price or a complaint tells of no hip
    if (own or next_step) and not turn.new_facts:
        is_report = False
    # a remark after such a remark: what was just said to it is not said again
    only_remarks = (
        is_report
        and not turn.new_facts
        and AGE_TOLD not in turn.matters
        and turn.offered == THE_CHECK
        and not turn.checking
        and assessment.urgency < Urgency.urgent
    )
    about_clinic = bool(set(turn.matters) & {*CLINIC_MATTERS, "complaint", "not_english"})
    about_health = (
        bool(health_topics)
        or (is_report and not only_remarks)
        or next_step
        or (bool(turn.scope) and bool(turn.new_facts))
    )
    if turn.intent == "play_down" and not turn.topics:
        key = "play_down" if assessment.urgency > Urgency.self_care else "play_down_mild"
        messages.append(Message(wording[key]))
    elif only_remarks:
        messages.append(Message(wording["remark"], starters(content)))
        offered = THE_CHECK
    elif is_report and turn.intent != "correction":
        new = {name: turn.facts[name] for name in turn.new_facts if name in turn.facts}
        noted = noted_in_words(new, content)
        text = wording["noted"].format(facts="; ".join(noted)) if noted else ""
        messages.append(Message(f"{wording['reported']} {text}".strip()))

    # the way to a physiotherapist goes before prices and persons
    steer = _steer(turn, assessment, content) if about_health else None
    if steer:
        messages.append(steer)
    messages.extend(own)
    if next_step and not steer:
        messages.append(_next_step(turn, content))
        offered = _intents(messages[-1:])
    if turn.intent == "talk_to_human":
        messages.append(
            Message(wording["person"].format(contact=contact_in_words(content)), card=_clinic_card(content))
        )

    # going on about what was just answered in full, the full answer would only be said again; after brief ones it follows
    goes_on = _goes_on(turn, health_topics)
    told_in_full = goes_on and len([t for t in turn.last_topics if t not in PRACTICAL_TOPICS]) == 1
    in_full = (not told_in_full if goes_on else len(health_topics) == 1) and not about_clinic
    in_full = in_full and WANTS_EXERCISES not in turn.matters
    for topic in turn.topics:
        if topic in PRACTICAL_TOPICS:
            messages.append(Message(_practical(topic, turn, content), card=_clinic_card(content)))
        elif topic.startswith(HOWTO):
            wanted = topic.removeprefix(HOWTO)
        else:
            answer = content.answers[topic]
            sources.append(answer)
            withheld = topic in EXERCISE_TOPICS and bool(withheld_by(turn.facts, assessment))
            if topic == "exercise_safety" and _asks_how_much(turn, assessment):
                start = content.exercise_rules.start
                messages.append(Message(f"{wording['exercise']['how_much']} {start}"))
            messages.append(_answer(answer, in_full and not withheld))
            if topic == "see_physio" and not steer and not own:
                messages.append(Message(contact_in_words(content), card=_clinic_card(content)))
            if told_in_full and not withheld:
                messages.append(Message(content.fill(wording["no_more"])))

    if not asks_exercise and is_report and _answers_the_offer(turn) and not turn.checking:
        asks_exercise = [topic for topic in turn.last_topics if topic in EXERCISE_TOPICS]
    if asks_exercise:
        gate_messages, shown, start_check = _gate(turn, assessment, content, asks_exercise)
        messages.extend(gate_messages)
        offered = _intents(gate_messages)

    if turn.scope and not turn.topics and not own:
        messages.append(Message(_scope_text(turn.scope, content), _scope_choices(turn.scope, content)))
    if not messages and turn.intent == "deny":
        messages.append(Message(wording["declined"]))
    misses = _misses(turn, bool(messages))
    if not messages and turn.candidates:
        choices = (
            *(
                Choice(f"/{intent_of_topic(topic)}", _title(topic, content).capitalize())
                for topic in turn.candidates
            ),
            Choice("/none_of_these", wording["clarify_other"]),
        )
        messages.append(Message(wording["clarify"], choices))
        offered = _intents(messages)
    if not messages and turn.intent == "affirm":
        messages.append(Message(wording["affirm"], starters(content)))
    if not messages:
        messages.append(Message(wording["unclear"], starters(content)))
    if misses >= MISSES_BEFORE_PERSON and not about_clinic:
        messages.append(Message(wording["offer_person"].format(contact=contact_in_words(content))))

    if about_health or (turn.scope in ("other_hip", "diagnosis_request") and not about_clinic):
        messages.append(Message(_net(sources, assessment, content)))
    if is_report and not start_check and not only_remarks and not turn.checking and not shown:
        messages.append(Message(wording["reported_more"], starters(content)))
        offered = THE_CHECK
    return _reply(
        turn,
        assessment,
        content,
        messages,
        topics=turn.topics,
        sources=sources,
        exercises=shown,
        start_check=start_check,
        wanted=wanted,
        misses=misses,
        explained=tuple(steer.card["flags"][:MOST_STEERS]) if steer and steer.card else (),
        offered=offered,
    )


def _in_own_words(turn: Turn, content: Content) -> list[Message]:
    """What is said to matters that no topic and no scope speaks of, in place of a scope's words."""
    words = content.wording["matters"]
    contact = contact_in_words(content)
    clinic = [matter for matter in CLINIC_MATTERS if matter in turn.matters]
    if turn.topics and "see_physio" not in turn.topics:
        # "where do I go for my appointment": it was not the booking that was asked about
        clinic = [matter for matter in clinic if matter == "price"]
    said: list[Message] = []
    if clinic and turn.intent != "talk_to_human":
        week = words["open"].format(week=week_in_words(content.clinic))
        told = [content.fill(words[matter]) for matter in clinic]
        if set(clinic) - {"contact", "no_answer"}:
            told.append(content.fill(words["ask"]))
        said.append(Message(" ".join([*told, contact, week]), card=_clinic_card(content)))
    if "not_english" in turn.matters and not turn.topics:
        said.append(Message(content.fill(words["not_english"].replace("{contact}", contact))))
    elif "complaint" in turn.matters and not turn.topics and turn.scope in (None, "out_of_scope"):
        said.append(Message(words["complaint"].format(contact=contact), card=_clinic_card(content)))
    if "stop_medicine" in turn.matters and not turn.topics:
        said.append(Message(content.fill(words["stop_medicine"])))
    if "fall_alone" in turn.matters:
        said.append(Message(content.fill(words["fall_alone"])))
    if not turn.topics and turn.scope is None and not turn.new_facts:
        said += [
            Message(words[matter], starters(content))
            for matter in ("one_word", "side")
            if matter in turn.matters
        ]
    return said


def _next_step(turn: Turn, content: Content) -> Message:
    """What comes next for somebody of whom no reason for a check is known."""
    words = content.wording["next_step"]
    if open_questions(turn.facts):
        check = (Choice("/start_check", content.wording["choices"]["check"]),)
        return Message(words["check"], check)
    return Message(content.fill(words["self_care"]))


def _goes_on(turn: Turn, topics: Iterable[str]) -> bool:
    """Whether the message goes on about ``topics``, which the reply before dealt with."""
    return turn.intent == "follow_up" and set(topics) <= set(turn.last_topics)


def _intents(messages: Iterable[Message]) -> tuple[str, ...]:
    """The intents of the choices in ``messages``."""
    return tuple(choice.payload.lstrip("/") for message in messages for choice in message.choices)


def _misses(turn: Turn, answered: bool) -> int:
    if turn.topics or (answered and turn.scope not in MISS_SCOPES):
        return 0
    if turn.scope in MISS_SCOPES and (turn.scope or not answered):
        return turn.misses + 1
    return 0


def _answer(answer: Answer, in_full: bool) -> Message:
    card = {
        "kind": "answer",
        "source": answer.id,
        "title": answer.title,
        "reviewed": answer.reviewed.isoformat(),
        "status": answer.status,
    }
    if not in_full:
        return Message(answer.brief, card=card)
    text = "\n\n".join(answer.answer)
    if answer.points:
        text += "\n\n" + "\n".join(f"- {point}" for point in answer.points)
    return Message(text, card=card)


def _steer(turn: Turn, assessment: Assessment, content: Content) -> Message | None:
    """What the tier-soon reasons mean, said before the answer. Always names where to go."""
    if not assessment.reasons:
        return None
    order = {"own_replacement": 0, "recent_hip_surgery": 1, "chronic_pain": 2}
    flags = [content.flags[reason] for reason in assessment.reasons]
    flags.sort(key=lambda flag: order.get(flag.id, 9))
    paragraphs = []
    for flag in flags[:MOST_STEERS]:
        key = "steer_again" if flag.id in turn.steered else "steer"
        text = content.wording[key].format(why=flag.why, action=flag.action, more=flag.more)
        paragraphs.append(content.fill(text).strip())
    if not all(flag.id in turn.steered for flag in flags[:MOST_STEERS]):
        paragraphs.append(
            f"{opening_in_words(content.clinic, turn.now)} {contact_in_words(content)}".replace(
                "It is", "The clinic is", 1
            )
        )
    return Message("\n\n".join(paragraphs), card={"kind": "soon", "flags": [f.id for f in flags]})


def _gate(
    turn: Turn, assessment: Assessment, content: Content, asked: list[str]
) -> tuple[list[Message], tuple[str, ...], bool]:
    """Messages about exercise steps, the exercises shown, and whether to start the check."""
    gate = content.wording["gate"]
    if turn.checking and not open_questions(turn.facts):
        return [], (), False  # the outcome, which follows at once, shows the steps or says why not
    reasons = withheld_by(turn.facts, assessment)
    asks_steps = any(topic.startswith(HOWTO) for topic in asked)
    if reasons:
        key = "withheld_replacement" if has_replacement(turn.facts) else "withheld"
        return [Message(gate[key])], (), False
    if open_questions(turn.facts):
        if turn.checking:
            return ([Message(gate["ask_again"])] if asks_steps else []), (), False
        if asks_steps or WANTS_EXERCISES in turn.matters or _answers_the_offer(turn):
            return [Message(gate["ask"])], (), True
        offer = (Choice("/start_check", content.wording["choices"]["yes"]),)
        return [Message(gate["offer"], offer)], (), False
    named = [topic.removeprefix(HOWTO) for topic in asked if topic.startswith(HOWTO)]
    names = named or [easiest(content).id]
    if named and _goes_on(turn, asked):
        return [_of_steps(content.exercises[name], turn, content) for name in named], (), False
    return [exercise_card(content.exercises[name], content) for name in names], tuple(names), False


def _answers_the_offer(turn: Turn) -> bool:
    """Whether the message answers a question of the check, after exercises were offered."""
    offers_exercise = turn.offered == THE_CHECK and bool(set(turn.last_topics) & EXERCISE_TOPICS)
    return offers_exercise and (AGE_TOLD in turn.matters or bool(set(turn.new_facts) & ANSWERS))


def _asks_how_much(turn: Turn, assessment: Assessment) -> bool:
    """Whether somebody asks how often or how many before an exercise is shown, and may know."""
    steps_follow = any(topic.startswith(HOWTO) for topic in turn.topics) and not open_questions(turn.facts)
    return "asks_dose" in turn.matters and not withheld_by(turn.facts, assessment) and not steps_follow


def easiest(content: Content) -> Exercise:
    """The exercise to start with."""
    return min(content.exercises.values(), key=lambda exercise: exercise.ease)


def _of_steps(exercise: Exercise, turn: Turn, content: Content) -> Message:
    """What is asked of an exercise by somebody who has just seen its steps: the part asked for, or the dose."""
    words = content.wording["exercise"]
    if "asks_next" in turn.matters:
        return Message(content.wording["gate"]["last"])
    said = []
    if "asks_sides" in turn.matters:
        said.append(words["sides_both" if exercise.sides == "both" else "sides_together"])
    if "asks_dose" in turn.matters:
        said.append(_hold_and_repeats(exercise, content))
        said.append(f"{words['a_day']} {content.exercise_rules.start}")
    if "asks_why" in turn.matters:
        said.append(exercise.purpose)
    return Message(" ".join(said)) if said else _dose(exercise, content)


def _dose(exercise: Exercise, content: Content) -> Message:
    """How long, how often and when to stop, for somebody who has just seen the steps."""
    lines = [_heading(exercise, content), _hold_and_repeats(exercise, content), _stop(exercise, content)]
    return Message("\n\n".join([*lines, content.fill(content.wording["no_more"])]))


def _heading(exercise: Exercise, content: Content) -> str:
    return str(
        content.wording["exercise"]["heading"].format(
            number=exercise.number, name=exercise.name, medical_name=exercise.medical_name
        )
    )


def _stop(exercise: Exercise, content: Content) -> str:
    stops = " ".join((*content.exercise_rules.stop_at_once, *exercise.stop_if))
    return str(content.wording["exercise"]["stop"].format(stops=stops))


def _hold_and_repeats(exercise: Exercise, content: Content) -> str:
    words = content.wording["exercise"]
    hold = words["hold"].format(hold=exercise.hold_seconds)
    sides = words["each_side"] if exercise.sides == "both" else ""
    repeats = words["repeats"].format(min=exercise.repeats.min, max=exercise.repeats.max, sides=sides)
    return f"{hold} {repeats}"


def exercise_card(exercise: Exercise, content: Content) -> Message:
    """The steps of one exercise with its pain guide and when to stop."""
    words = content.wording["exercise"]
    rules = content.exercise_rules
    bands = " ".join(f"{band.min} to {band.max}: {band.do}" for band in rules.pain_scale)
    heading = _heading(exercise, content)
    position = f"{rules.setup}\n\n{exercise.position}"
    dose = _hold_and_repeats(exercise, content)
    skip = words["skip"].format(skips=" ".join(exercise.skip_if))
    if exercise.bends_hip:
        skip += f" {rules.pinch}"
    pain = words["pain"].format(bands=bands)
    stop = _stop(exercise, content)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(exercise.steps, 1))
    lines = [heading, position, steps, dose, skip, pain, stop]
    harder = [e for e in content.exercises.values() if e.ease > exercise.ease]
    choices: tuple[Choice, ...] = ()
    if harder:
        following = min(harder, key=lambda e: e.ease)
        choices = (Choice(f"/{intent_of_topic(HOWTO + following.id)}", f"Next: {following.name.lower()}"),)
    card = {
        "kind": "exercise",
        "id": exercise.id,
        "heading": heading,
        "position": position,
        "steps": list(exercise.steps),
        "dose": dose,
        "skip": skip,
        "pain": pain,
        "stop": stop,
        "sides": exercise.sides,
        "hold_seconds": exercise.hold_seconds,
        "repeats": {"min": exercise.repeats.min, "max": exercise.repeats.max},
        "reviewed": exercise.reviewed.isoformat(),
        "status": exercise.status,
    }
    return Message("\n\n".join(lines), choices, card)


def outcome(turn: Turn, content: Content) -> Reply:
    """The result of the guided check: what to do, how soon, why, and the exercise if allowed."""
    assessment = assess(turn.facts, turn.suspected, content)
    if assessment.urgency >= Urgency.urgent:
        return advise(turn, content)
    words = content.wording["outcome"]
    flags = [content.flags[reason] for reason in assessment.reasons]
    lines = [f"{words['heading']}: {words[assessment.urgency.name].lower()}."]
    if flags:
        lines.append(content.fill(flags[0].action))
        lines.append(words["why"].format(why=" ".join(flag.why for flag in flags[:3])))
        lines.append(contact_in_words(content))
    else:
        lines += [words["self_care_do"], words["why_none"]]
    lines.append(words["change"])
    noted = noted_in_words(turn.facts, content)
    card = {
        "kind": "outcome",
        "heading": words["heading"],
        "urgency": assessment.urgency.name,
        "reasons": list(assessment.reasons),
        "summary": noted,
    }
    messages = [Message("\n\n".join(lines), card=card)]
    if noted:
        messages.append(Message(content.wording["noted"].format(facts="; ".join(noted))))
    shown: tuple[str, ...] = ()
    if may_show_steps(turn.facts, assessment):
        exercise = content.exercises[turn.wanted_exercise or easiest(content).id]
        messages.append(Message(content.wording["gate"]["passed"]))
        messages.append(exercise_card(exercise, content))
        shown = (exercise.id,)
    elif turn.wanted_exercise:
        key = "withheld_replacement" if has_replacement(turn.facts) else "withheld"
        messages.append(Message(content.wording["gate"][key]))
    messages.append(Message(_net([], assessment, content)))
    topics = (HOWTO + turn.wanted_exercise,) if turn.wanted_exercise else ()
    return _reply(
        turn,
        assessment,
        content,
        messages,
        topics=topics,
        exercises=shown,
        offered=_intents(messages),
        last_topics=tuple(HOWTO + name for name in shown),
    )


def noted_in_words(facts: Any, content: Content) -> list[str]:
    """The facts held, in plain words, for the visitor and the physiotherapist."""
    words = []
    for name, value in facts.items():
        fact = content.facts.get(name)
        if fact is None or value is None or value is False:
            continue
        if fact.kind == "number":
            words.append(f"{fact.noted}: {value:g}")
        elif fact.kind == "choice":
            if value == "own":
                words.append(fact.noted)
        else:
            words.append(fact.noted)
    return words


# ------------------------------------------------------------------ parts


def _practical(topic: str, turn: Turn, content: Content) -> str:
    clinic, wording = content.clinic, content.wording
    if topic == "opening_hours":
        capital = clinic.name[:1].upper() + clinic.name[1:]
        week = week_in_words(clinic)
        days = [matter.removeprefix(DAY) for matter in turn.matters if matter.startswith(DAY)]
        if days:
            yes_or_no = YES_OR_NO in turn.matters
            said = days_in_words(clinic, turn.now, days, wording["opening_day"], yes_or_no=yes_or_no)
            return " ".join([*said, wording["matters"]["open"].format(week=week)])
        now = opening_in_words(clinic, turn.now)
        return str(wording["opening_hours"].format(clinic_capital=capital, week=week, now=now))
    words = wording["location"]
    parts = [words["places"].format(places=" and ".join(clinic.places))]
    parts.append(words["address"].format(address=clinic.address) if clinic.address else words["no_address"])
    parts.append(clinic.directions or words["no_directions"])
    if not clinic.address:
        parts.append(contact_in_words(content))
    return " ".join(parts)


def _clinic_card(content: Content) -> dict[str, object]:
    """How to reach the clinic, for links; what is not known is left out."""
    clinic = content.clinic
    known = {"phone": clinic.phone, "booking_link": clinic.booking_link, "email": clinic.email}
    return {"kind": "clinic", **{name: value for name, value in known.items() if value}}


def contact_in_words(content: Content) -> str:
    """How to reach the clinic, or honestly that this is not known here."""
    clinic, words = content.clinic, content.wording["contact"]
    parts = []
    if clinic.phone:
        parts.append(words["phone"].format(clinic=clinic.name, phone=clinic.phone))
    if clinic.booking_link:
        parts.append(words["booking"].format(booking_link=clinic.booking_link))
    if clinic.email:
        parts.append(words["email"].format(email=clinic.email))
    return " ".join(parts) or words["none"].format(clinic=clinic.name)


def _net(sources: Iterable[Answer], assessment: Assessment, content: Content) -> str:
    nets = [answer.safety_net for answer in sources if answer.safety_net]
    if len(nets) == 1:
        return content.fill(nets[0])
    key = "soon" if assessment.urgency is Urgency.soon else "general"
    return content.fill(content.wording["safety_net"][key])


def _scope_text(scope: str, content: Content) -> str:
    return content.fill(content.wording["scopes"][scope])


def _scope_choices(scope: str, content: Content) -> tuple[Choice, ...]:
    if scope in ("goodbye", "thanks"):
        return ()
    if scope in ("other_hip", "diagnosis_request", "medicine_dose"):
        words = content.wording["choices"]
        return (Choice("/start_check", words["check"]), Choice("/see_physio", words["see_physio"]))
    return starters(content)


def starters(content: Content) -> tuple[Choice, ...]:
    """The choices for somebody who does not know what to ask."""
    words = content.wording["choices"]
    return (
        Choice("/start_check", words["check"]),
        Choice("/best_exercise", words["exercises"]),
        Choice("/walking", words["walking"]),
        Choice("/see_physio", words["see_physio"]),
    )


def _last_topics(turn: Turn) -> tuple[str, ...]:
    """What a follow-up would be about."""
    if turn.scope == "medicine_dose" and not turn.topics:
        return ("medicine_dose",)
    if turn.topics and set(turn.topics) <= BESIDE_STEPS:
        # the exercise that was gone through stays at hand
        return (*turn.topics, *(topic for topic in turn.last_topics if topic.startswith(HOWTO)))
    return turn.topics or turn.last_topics


def _title(topic: str, content: Content) -> str:
    if topic.startswith(HOWTO):
        exercise = content.exercises[topic.removeprefix(HOWTO)]
        return f"how to do the {exercise.name.lower()} exercise"
    return str(content.wording["titles"][topic])


def _reply(
    turn: Turn,
    assessment: Assessment,
    content: Content,
    messages: list[Message],
    *,
    topics: tuple[str, ...] = (),
    sources: Iterable[Answer] = (),
    exercises: tuple[str, ...] = (),
    start_check: bool = False,
    wanted: str | None = None,
    misses: int = 0,
    explained: tuple[str, ...] = (),
    offered: tuple[str, ...] = (),
    last_topics: tuple[str, ...] = (),
) -> Reply:
    cited = [{"id": s.id, "reviewed": s.reviewed.isoformat()} for s in sources]
    cited += [
        {"id": f"exercise.{name}", "reviewed": content.exercises[name].reviewed.isoformat()}
        for name in exercises
    ]
    advice = {
        "topics": list(topics),
        "scope": None if topics else turn.scope,
        "urgency": assessment.urgency.name,
        "reasons": list(assessment.reasons),
        "facts": {k: v for k, v in turn.facts.items() if v is not None},
        "exercises": list(exercises),
        "sources": cited,
        "content_version": content.version,
        "model": turn.model,
    }
    return Reply(
        messages=tuple(messages),
        advice=advice,
        urgency=assessment.urgency,
        start_check=start_check,
        last_topics=last_topics or _last_topics(turn),
        wanted_exercise=wanted,
        misses=misses,
        explained=explained,
        offered=offered,
    )
