"""A whole conversation over the core: facts come one by one, and without a correction no tier ever falls."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.advice.advise import advise, outcome
from bot.advice.exercise_gate import open_questions
from bot.advice.triage import assess
from bot.advice.vocabulary import HOWTO, TOPICS, Urgency
from bot.understanding.resolve import _merge
from tests.advice.test_advise_properties import may_exercise
from tests.advice.turns import A_FACT, CONTENT, ELIGIBLE, a_turn


class Conversation(RuleBasedStateMachine):
    """States facts, answers safety questions, asks, and plays down, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, object] = {}
        self.suspected: tuple[str, ...] = ()
        self.worst = Urgency.self_care

    def _hear(self, stated: dict[str, object], asked: str | None = None) -> None:
        merged = _merge(stated, self.facts, asked, corrects=False)
        self.facts = {**self.facts, **merged}

    @initialize(answered=st.booleans())
    def begins(self, answered: bool) -> None:
        if answered:
            self._hear(dict(ELIGIBLE))

    @rule(stated=st.lists(A_FACT, min_size=1, max_size=3))
    def states_facts(self, stated: list[tuple[str, object]]) -> None:
        self._hear(dict(stated))

    @rule(fact=st.sampled_from([f.id for f in CONTENT.facts.values() if f.kind == "yes_no"]))
    def plays_a_fact_down(self, fact: str) -> None:
        self._hear({fact: False})

    @rule(score=st.integers(0, 10))
    def says_another_score(self, score: int) -> None:
        self._hear({"pain_score": score})

    @rule(value=st.sampled_from(["negated", "other_person", "considering", "own"]))
    def speaks_of_a_replacement(self, value: str) -> None:
        self._hear({"hip_replacement": value})

    @precondition(lambda self: open_questions(self.facts))
    @rule(good=st.booleans())
    def answers_the_question_put(self, good: bool) -> None:
        asked = open_questions(self.facts)[0]
        bad = {"hip_replacement": "own", "pain_score": 9}.get(asked, True)
        self._hear({asked: ELIGIBLE[asked] if good else bad}, asked)

    @rule(flag=st.sampled_from(sorted(CONTENT.flags)))
    def says_something_suspicious(self, flag: str) -> None:
        self.suspected = tuple(dict.fromkeys((*self.suspected, flag)))

    @rule(topics=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True), end=st.booleans())
    def asks(self, topics: list[str], end: bool) -> None:
        turn = a_turn(facts=self.facts, suspected=self.suspected, topics=tuple(topics), intent="follow_up")
        reply = (outcome if end else advise)(turn, CONTENT)
        assert reply.urgency >= self.worst
        if reply.advice["exercises"]:
            assert may_exercise(turn)
            assert self.worst < Urgency.urgent
        if self.worst is Urgency.emergency:
            assert reply.messages[0].card is not None
            assert reply.messages[0].card["kind"] == "emergency"

    @rule(exercise=st.sampled_from(sorted(CONTENT.exercises)))
    def asks_for_steps(self, exercise: str) -> None:
        turn = a_turn(facts=self.facts, suspected=self.suspected, topics=(HOWTO + exercise,))
        reply = advise(turn, CONTENT)
        assert bool(reply.advice["exercises"]) <= may_exercise(turn)

    @invariant()
    def the_tier_never_falls(self) -> None:
        now = assess(self.facts, self.suspected, CONTENT).urgency
        assert now >= self.worst
        self.worst = now


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=300, stateful_step_count=15, deadline=None)
