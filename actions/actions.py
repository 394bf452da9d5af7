"""Rasa actions: tracker to ``bot.advice`` to dispatcher. No decisions are taken here."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot import logs
from bot.advice.advise import adds_reason, advise, newly_withheld, outcome
from bot.advice.check import still_open
from bot.advice.content import content
from bot.advice.exercise_gate import open_questions
from bot.advice.reply import Reply, Turn
from bot.advice.triage import assess
from bot.advice.turn_builder import build_turn
from bot.advice.vocabulary import CLINIC_MATTERS, Urgency

logger = logging.getLogger(__name__)
# the action server's own logging is set up by the time it loads its actions
logs.start()
CHECK_FORM = "check_form"
#: Matters that are answered in the middle of the check too.
SPOKEN_MATTERS = frozenset((*CLINIC_MATTERS, "complaint", "not_english", "stop_medicine", "fall_alone"))
#: Rasa's name for waiting for the next message. Where nothing else can follow it is said at once: Rasa would replay the
#: conversation twice to find it out.
LISTEN = "action_listen"


def _turn(tracker: Tracker, *, checking: bool = False) -> Turn:
    # the id that the chat's log and the conversation store have, too; nothing of what was said
    logs.turn.set(str(tracker.latest_message.get("message_id")))
    logger.info("turn %s: %s", tracker.latest_message.get("message_id"), "check" if checking else "advice")
    model = str((tracker.latest_message.get("metadata") or {}).get("model_id") or "")
    return build_turn(
        tracker.slots, tracker.latest_message, content(), datetime.now(UTC), model, checking=checking
    )


def _say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    for message in reply.messages:
        dispatcher.utter_message(
            text=message.text,
            buttons=[{"title": c.title, "payload": c.payload} for c in message.choices],
            card=dict(message.card) if message.card else None,
            advice=dict(reply.advice),
        )


def _remember(turn: Turn, reply: Reply) -> list[dict[str, Any]]:
    steered = list(dict.fromkeys([*turn.steered, *reply.explained]))
    return [
        SlotSet("last_topics", list(reply.last_topics)),
        SlotSet("offered", list(reply.offered)),
        SlotSet("wanted_exercise", reply.wanted_exercise),
        SlotSet("misses", reply.misses),
        SlotSet("steered", steered),
    ]


class Advise(Action):
    """Answers whatever was asked, with what is known."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_advise"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says the reply, remembers its topics, and starts the check where steps were asked for."""
        turn = _turn(tracker)
        reply = advise(turn, content())
        _say(dispatcher, reply)
        events = _remember(turn, reply)
        if reply.start_check:
            events.append(FollowupAction(CHECK_FORM))
        elif tracker.active_loop_name is None:  # else the check goes on with its question
            events.append(FollowupAction(LISTEN))
        return events


class ValidateCheckForm(Action):
    """Decides the next safety question; answers any other question asked in between."""

    def name(self) -> str:
        """The name Rasa calls for the form ``check_form``."""
        return "validate_check_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Returns the question to ask next, or None for it when all are answered."""
        turn = _turn(tracker, checking=True)
        asked = tracker.slots.get("requested_slot")
        events: list[dict[str, Any]] = []
        # what was told besides the answer, and means a check, is not kept quiet until the end
        told_besides = adds_reason(turn, asked, content())
        replied = bool(turn.topics or turn.scope or told_besides or set(turn.matters) & SPOKEN_MATTERS)
        if asked and replied:
            reply = advise(turn, content())
            _say(dispatcher, reply)
            events += _remember(turn, reply)
        remaining = open_questions(turn.facts)
        tries = 0
        answers = turn.intent not in ("talk_to_human", "correction")
        if turn.intent == "correction" and not replied:
            dispatcher.utter_message(
                text=content().wording["corrected"], advice=dict(advise(turn, content()).advice)
            )
        if asked in remaining and not replied and answers:
            aside = still_open(turn, asked, int(tracker.slots.get("check_tries") or 0), content())
            tries = aside.tries
            if aside.text:
                dispatcher.utter_message(text=aside.text, advice=dict(advise(turn, content()).advice))
            if aside.leaves:
                return [*events, SlotSet("check_tries", 0), SlotSet("requested_slot", None)]
        assessment = assess(turn.facts, turn.suspected, content())
        if assessment.urgency >= Urgency.urgent:
            remaining = ()
        if asked in turn.new_facts and remaining and not replied and (why := newly_withheld(turn, content())):
            dispatcher.utter_message(
                text=f"{why} {content().wording['check']['withheld']}",
                advice=dict(advise(turn, content()).advice),
            )
        events.append(SlotSet("check_tries", tries))
        events.append(SlotSet("requested_slot", remaining[0] if remaining else None))
        return events


class Outcome(Action):
    """The result of the guided check."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_outcome"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Says the outcome; a check that was left early says how to go on instead."""
        turn = _turn(tracker)
        assessment = assess(turn.facts, turn.suspected, content())
        if open_questions(turn.facts) and assessment.urgency < Urgency.urgent:
            return []
        reply = outcome(turn, content())
        _say(dispatcher, reply)
        return _remember(turn, reply)


class RestartConversation(Action):
    """Puts aside everything the visitor said."""

    def name(self) -> str:
        """The name in ``domain.yml``."""
        return "action_restart_conversation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Resets every slot and greets."""
        empty = Turn(now=datetime.now(UTC), intent="start_over")
        _say(dispatcher, advise(empty, content()))
        return [AllSlotsReset()]
