"""Random conversations over the clinical core: ``bot.understanding.resolve``, ``bot.advice`` and the actions, no Rasa.

Each turn draws facts, topics, choices, corrections and playing down, settles them as the TurnResolver does, and answers
as ``data/rules.yml`` would. Every conversation comes from its own seed, so any one can be played again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from unittest import mock

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import actions
from bot.advice.advise import advise
from bot.advice.content import Content, FactType, load_content
from bot.advice.turn_builder import SUSPECTED_SLOT, build_turn
from bot.advice.vocabulary import EXERCISE_TOPICS, EXERCISES, HOWTO, SCOPES, TOPICS, intent_of_topic
from bot.understanding.assertion import Assertion
from bot.understanding.facts import Mention
from bot.understanding.resolve import Reading, resolve
from evaluation.must_never import Book, Seen, Watch
from evaluation.words_of_content import domain_responses

COUNTRIES = (None, "GB", "US", "CA")
MOST_TURNS = 12
#: Answers that leave nothing against exercises.
WELL: Mapping[str, Any] = {
    "under_16": False,
    "over_65": False,
    "injury": False,
    "cannot_weight_bear": False,
    "any_warning_sign": False,
    "hip_replacement": "negated",
    "pregnant": False,
    "chronic": False,
    "pain_score": 3.0,
}
#: Facts each of which alone forbids exercises or raises the tier; drawn more often than the rest.
_TELLING: Sequence[tuple[str, Any]] = (
    ("hip_replacement", "own"),
    ("hip_surgery", True),
    ("chronic", True),
    ("under_16", True),
    ("pregnant", True),
    ("injury", True),
    ("cannot_weight_bear", True),
    ("pain_score", 6.0),
    ("pain_score", 8.0),
    ("fever", True),
    ("saddle_numbness", True),
    ("any_warning_sign", True),
)
_STATEMENTS = ("my hip is like this", "that is how my hip is", "i thought i should say this about my leg")
_QUESTIONS = ("what about my hip?", "which exercise is best for my hip?", "is walking good for the hip?")
_PLAYING_DOWN = (
    "it is probably nothing",
    "my wife says it is fine",
    "i am sure it is just stiff",
    "i do not want to make a fuss",
    "it will pass, it always does",
    "others have it worse",
    "it is just my age",
    "i have had worse than this",
)
_CORRECTIONS = ("sorry, i meant something else", "i got that wrong", "correction, it is like this")
_RETRACTIONS = ("that was my sister, not me", "ignore that, that was a mistake")
_NONSENSE = ("asdf", "/restart", "the quick brown fox", "?", "left one", "hmm")
_PLAIN_INTENTS = ("affirm", "deny", "dont_know", "none_of_these", "nlu_fallback", "follow_up", "report")
_START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@lru_cache(maxsize=1)
def contents() -> Mapping[str | None, Content]:
    """The content for each country, with a phone and a booking page so that offering them would be seen."""
    base = load_content()
    return {
        country: base.copy(
            update={
                "clinic": base.clinic.copy(
                    update={
                        "country": country,
                        "phone": "01632 960 960",
                        "booking_link": "https://clinic.example/appointments",
                    }
                )
            }
        )
        for country in COUNTRIES
    }


@lru_cache(maxsize=len(COUNTRIES))
def _book(country: str | None) -> Book:
    return Book(contents()[country])


@lru_cache(maxsize=1)
def _actions() -> Mapping[str, Action]:
    """The actions of the action server by name."""
    kinds = [kind for kind in vars(actions).values() if isinstance(kind, type) and issubclass(kind, Action)]
    return {action.name(): action for action in (kind() for kind in kinds if kind is not Action)}


@dataclass(frozen=True)
class Step:
    """What the visitor does in one turn: a reading of typed text, or a choice."""

    did: str
    reading: Reading
    corrects: bool = False


@dataclass
class Engine:
    """Stands in for Rasa: slots, the form, the last message, and what has been offered."""

    content: Content
    now: datetime
    slots: dict[str, Any] = field(default_factory=dict)
    checking: bool = False
    last_turn: tuple[str, ...] = ()
    offered: list[tuple[str, str]] = field(default_factory=list)
    _message: dict[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> str | None:
        """The safety question that is open."""
        return self.slots.get("requested_slot") if self.checking else None

    def hear(self, reading: Reading) -> list[dict[str, Any]]:
        """The messages that answer ``reading``, each with ``text``, ``buttons``, ``card`` and ``advice``."""
        settled = resolve(reading, dict(self.slots), self.content, asked=self.asked, last_turn=self.last_turn)
        entities: list[dict[str, Any]] = [{"entity": "topic", "value": topic} for topic in settled.topics]
        entities += [{"entity": "candidate", "value": topic} for topic in settled.candidates]
        entities += [{"entity": "scope", "value": settled.scope}] if settled.scope else []
        entities += [{"entity": "matter", "value": matter} for matter in settled.matters]
        entities += [{"entity": fact, "value": value} for fact, value in settled.facts.items()]
        flags = settled.suspected or (("none",) if self.slots.get(SUSPECTED_SLOT) else ())
        entities += [
            {"entity": SUSPECTED_SLOT, "value": flag, "new": flag in settled.new_flags} for flag in flags
        ]
        self._message = {"text": reading.text, "intent": {"name": settled.intent}, "entities": entities}
        self.slots.update(settled.facts)
        if flags:
            self.slots[SUSPECTED_SLOT] = list(flags)
        self.last_turn = (*settled.facts, *settled.new_flags)
        return self._answer(settled.intent)

    def _answer(self, intent: str) -> list[dict[str, Any]]:
        """What data/rules.yml lets follow ``intent``."""
        if intent in ("emergency", "urgent"):
            self._leave_check()
            return self._alarm()
        if intent == "start_over":
            self._leave_check()
            return self._run("action_restart_conversation")
        if intent == "talk_to_human":
            said = self._run("action_advise")
            return said + (self._check() if self.checking else [])
        if self.checking or intent == "start_check":
            self.checking = True
            return self._check()
        said = self._run("action_advise")
        return said + (self._check() if self.checking else [])

    def _leave_check(self) -> None:
        self.checking = False
        self.slots["requested_slot"] = None

    def _alarm(self) -> list[dict[str, Any]]:
        reply = advise(build_turn(self.slots, self._message, self.content, self.now), self.content)
        return [{"text": m.text, "card": m.card, "advice": dict(reply.advice)} for m in reply.messages]

    def _check(self) -> list[dict[str, Any]]:
        """The form: the next question, or its end."""
        said = self._run("validate_check_form")
        question = self.slots.get("requested_slot")
        if question is None:
            self._leave_check()
            return said + self._run("action_outcome")
        response = domain_responses()[f"utter_ask_check_form_{question}"][0]
        advice = dict(
            advise(build_turn(self.slots, self._message, self.content, self.now), self.content).advice
        )
        advice.update(topics=[], scope=None, exercises=[], sources=[])
        return [*said, {"text": response["text"], "buttons": response["buttons"], "advice": advice}]

    def _run(self, name: str) -> list[dict[str, Any]]:
        dispatcher = CollectingDispatcher()
        loop = {"name": "check_form"} if self.checking else {}
        tracker = Tracker("core", dict(self.slots), self._message, [], False, None, loop, None)
        for event in _actions()[name].run(dispatcher, tracker, {}):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "reset_slots":
                self.slots.clear()
            elif event["event"] == "followup" and event["name"] == "check_form":
                self.checking = True
        return list(dispatcher.messages)


def _joined(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The advice of the whole turn, as the chat channel joins it."""
    parts = [dict(message["advice"]) for message in said if message.get("advice")]
    if not parts:
        return {}
    joined = dict(parts[-1])
    for key in ("topics", "exercises"):
        joined[key] = list(dict.fromkeys(value for part in parts for value in part[key]))
    joined["scope"] = (
        None if joined["topics"] else next((p["scope"] for p in reversed(parts) if p["scope"]), None)
    )
    return joined


class Visitor:
    """Draws what the visitor does next. Most are nearly well, so that exercises are within reach."""

    def __init__(self, rng: random.Random, content: Content) -> None:
        self._rng = rng
        self._content = content
        self._kind = rng.choices(("well", "one thing", "anything", "lost"), (4, 4, 3, 1))[0]
        self._wrong = rng.choice(_TELLING) if self._kind == "one thing" else None

    def step(self, engine: Engine, number: int) -> Step:
        """The next turn."""
        rng = self._rng
        if self._kind == "lost" and rng.random() < 0.7:
            return self._other(engine)
        if engine.asked and rng.random() < 0.75:
            return self._answer(engine)
        if engine.offered and rng.random() < 0.2:
            return self._choose(rng.choice(engine.offered[-8:] if rng.random() < 0.8 else engine.offered))
        if number == 0 and self._kind != "anything" and rng.random() < 0.4:
            return self._tell(engine, self._answers(len(WELL)))
        moves: Sequence[tuple[int, Callable[[], Step]]] = (
            (7, lambda: self._tell(engine, self._answers(rng.randint(1, 3)))),
            (8, lambda: self._ask(engine)),
            (3, lambda: self._play_down(engine)),
            (3, lambda: self._correct(engine)),
            (1, lambda: self._retract(engine)),
            (2, lambda: self._other(engine)),
            (2, lambda: self._plain("start_check")),
            (1, lambda: self._plain(rng.choice(("talk_to_human", "start_over")))),
        )
        return rng.choices([move for _, move in moves], [weight for weight, _ in moves])[0]()

    def _value(self, fact: FactType) -> Any:
        rng = self._rng
        if fact.kind == "number":
            return float(rng.randint(0, 10))
        if fact.kind == "choice":
            return rng.choice(fact.values)
        return rng.random() < 0.6

    def _answers(self, count: int) -> dict[str, Any]:
        """Facts to tell."""
        rng = self._rng
        if self._kind == "anything":
            names = rng.sample(list(self._content.facts), count)
            return {name: self._value(self._content.facts[name]) for name in names}
        facts = {name: WELL[name] for name in rng.sample(list(WELL), count)}
        if self._wrong and rng.random() < 0.4:
            facts[self._wrong[0]] = self._wrong[1]
        return facts

    def _mentions(self, facts: Mapping[str, Any]) -> tuple[Mention, ...]:
        mentions = []
        for fact, value in facts.items():
            if value is False and self._rng.random() < 0.5:
                mentions.append(Mention(fact, True, Assertion.negated, 0, 1))
            else:
                mentions.append(Mention(fact, value, Assertion.affirmed, 0, 1))
        if self._rng.random() < 0.1:  # said of somebody else, supposed, or long ago: must not count
            unsaid = self._rng.choice(("hypothetical", "past", "other_person"))
            fact = self._rng.choice([f for f in self._content.facts if f not in facts])
            value = self._value(self._content.facts[fact])
            mentions.append(Mention(fact, value, Assertion(unsaid), 0, 1))
        return tuple(mentions)

    def _suspected(self) -> tuple[str, ...]:
        likely = 0.25 if self._kind == "anything" else 0.02
        return (self._rng.choice(list(self._content.flags)),) if self._rng.random() < likely else ()

    def _reading(
        self,
        text: str,
        intent: str | None,
        facts: Mapping[str, Any] | None = None,
        topics: tuple[str, ...] = (),
        scope: str | None = None,
        candidates: tuple[str, ...] = (),
    ) -> Reading:
        return Reading(
            text=text,
            intent=intent,
            topics=topics,
            scope=scope,
            candidates=candidates,
            mentions=self._mentions(facts or {}),
            suspected=self._suspected() if facts else (),
        )

    def _tell(self, engine: Engine, facts: Mapping[str, Any]) -> Step:
        reading = self._reading(self._rng.choice(_STATEMENTS), "report", facts)
        return Step(f"tells {_short(facts)}", reading)

    def _topics(self) -> tuple[str, ...]:
        rng = self._rng
        if rng.random() < 0.6:
            exercise = rng.choice([*EXERCISE_TOPICS, *(HOWTO + name for name in EXERCISES)])
            return (exercise, rng.choice(TOPICS)) if rng.random() < 0.2 else (exercise,)
        return tuple(rng.sample(TOPICS, rng.choice((1, 1, 1, 2, 3))))

    def _ask(self, engine: Engine) -> Step:
        topics = tuple(dict.fromkeys(self._topics()))
        facts = self._answers(1) if self._rng.random() < 0.2 else {}
        reading = self._reading(self._rng.choice(_QUESTIONS), intent_of_topic(topics[0]), facts, topics)
        return Step(f"asks {', '.join(topics)}{' and tells ' + _short(facts) if facts else ''}", reading)

    def _lowered(self, engine: Engine) -> dict[str, Any]:
        """A known fact, said to be less than it was."""
        known = [name for name in self._content.facts if engine.slots.get(name) not in (None, False)]
        if not known:
            return {}
        fact = self._content.facts[self._rng.choice(known)]
        lower = {"number": 1.0, "choice": "negated"}.get(fact.kind, False)
        return {fact.id: lower}

    def _play_down(self, engine: Engine) -> Step:
        """Plays down, now and then denying what was said before."""
        facts = self._lowered(engine) if self._rng.random() < 0.5 else {}
        topics = self._topics() if self._rng.random() < 0.3 else ()
        intent = self._rng.choice(("play_down", "report", "deny", "nlu_fallback"))
        text = self._rng.choice(_PLAYING_DOWN)
        reading = self._reading(text, intent, facts, topics)
        return Step(f"plays down: {text}{', denies ' + _short(facts) if facts else ''}", reading)

    def _correct(self, engine: Engine) -> Step:
        facts = self._lowered(engine) if self._rng.random() < 0.8 else self._answers(1)
        text = self._rng.choice(_CORRECTIONS)
        return Step(f"corrects: {_short(facts)}", self._reading(text, "correction", facts), corrects=True)

    def _retract(self, engine: Engine) -> Step:
        text = self._rng.choice(_RETRACTIONS)
        return Step(f"takes back: {text}", self._reading(text, "correction"), corrects=True)

    def _other(self, engine: Engine) -> Step:
        rng = self._rng
        if rng.random() < 0.5:
            scope = rng.choice(SCOPES)
            return Step(f"scope {scope}", self._reading("something else", scope, scope=scope))
        candidates = tuple(rng.sample(TOPICS, 2)) if rng.random() < 0.3 else ()
        text = rng.choice(_NONSENSE)
        intent = rng.choice(_PLAIN_INTENTS)
        return Step(f"{intent}: {text}", self._reading(text, intent, candidates=candidates))

    def _plain(self, intent: str) -> Step:
        return Step(intent, self._reading(intent.replace("_", " "), intent), corrects=intent == "start_over")

    def _answer(self, engine: Engine) -> Step:
        """An answer to the question that is open: typed, picked, or of no use."""
        asked = str(engine.asked)
        if self._rng.random() < 0.4 and engine.offered:
            buttons = domain_responses()[f"utter_ask_check_form_{asked}"][0]["buttons"]
            fitting = [b for b in buttons if self._kind == "anything" or _is_well(b["payload"], asked)]
            button = self._rng.choice(fitting or buttons)
            return self._choose((button["title"], button["payload"]))
        if self._rng.random() < 0.1:
            return self._other(engine)
        value = self._value(self._content.facts[asked]) if self._kind == "anything" else WELL[asked]
        if self._wrong and self._wrong[0] == asked:
            value = self._wrong[1]
        facts = {asked: value}
        return Step(f"answers {_short(facts)}", self._reading("that one", "answer", facts))

    def _choose(self, choice: tuple[str, str]) -> Step:
        title, payload = choice
        intent, brace, entities = payload.removeprefix("/").partition("{")
        chosen = json.loads(brace + entities) if brace else {}
        reading = Reading(
            text=title.lower(),
            intent=intent,
            topics=(),
            scope=None,
            candidates=(),
            mentions=(),
            suspected=(),
            chosen=chosen,
        )
        return Step(f"picks {title!r} {_short(chosen)}", reading, corrects=bool(chosen))


def _is_well(payload: str, asked: str) -> bool:
    _, brace, entities = payload.partition("{")
    value = json.loads(brace + entities)[asked]
    return bool(value == WELL[asked] or (asked == "pain_score" and value <= 5))


def _short(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in facts.items())


def _numbers(seed: int, number: int) -> random.Random:
    return random.Random(f"core {seed} {number}")


def converse(seed: int, number: int) -> tuple[Watch, list[Seen]]:
    """Plays conversation ``number`` of ``seed``: what was checked, and what was said."""
    rng = _numbers(seed, number)
    country = COUNTRIES[number % len(COUNTRIES)]
    content = contents()[country]
    engine = Engine(content, _START + timedelta(hours=rng.randint(0, 24 * 14)))
    clock = mock.Mock(now=lambda zone: engine.now)

    def held() -> Content:
        return content

    watch = Watch(_book(country))
    visitor = Visitor(rng, content)
    turns = []
    with (
        mock.patch.object(actions, "content", held),
        mock.patch.object(actions, "datetime", clock),
    ):
        for turn in range(rng.randint(1, MOST_TURNS)):
            step = visitor.step(engine, turn)
            said = engine.hear(step.reading)
            engine.offered += [(b["title"], b["payload"]) for m in said for b in m.get("buttons") or ()]
            seen = Seen(step.did, said, _joined(said), step.corrects)
            turns.append(seen)
            watch.after(seen)
            engine.now += timedelta(minutes=1)
    return watch, turns
