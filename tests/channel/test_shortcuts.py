"""The shortcuts give what Rasa gives: the same verdicts, classes, copies and predictions."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.channel.shortcuts import copy_slot, resolve_by_type, run_graph, validate_action_result
from evaluation.load import SCRIPT

ANSWERS: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "misses", "value": 0}], "responses": [{"text": "Hello"}]},
    {"events": [{"event": "slot", "name": "misses", "value": 0, "timestamp": 1.5}]},
    {"events": [{"event": "reset_slots"}, {"event": "followup", "name": "check_form"}]},
    {"events": [{"event": "slot", "value": 0}]},
    {"events": [{"event": "slot", "name": 5, "value": 0}]},
    {"events": [{"event": "slot", "name": "misses", "value": 0, "timestamp": "now"}]},
    {"events": [{"event": "no such event"}]},
    {"events": [{"name": "misses"}]},
    {"events": {"event": "slot"}},
    {"events": ["slot"]},
    {"responses": ["Hello"]},
    {"responses": {"text": "Hello"}},
    {"responses": 5},
    [],
    None,
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_refused_exactly_when_rasa_refuses_it(answer: Any) -> None:
    action = RemoteAction("action_advise", None)
    try:
        RemoteAction._validate_action_result(action, answer)
    except ValidationError:
        with pytest.raises(ValidationError):
            validate_action_result(action, answer)
    else:
        assert validate_action_result(action, answer)


@pytest.mark.parametrize("name", sorted({kind.type_name for kind in all_subclasses(Event) if kind.type_name}))
def test_every_event_has_the_class_that_rasa_gives_it(name: str) -> None:
    assert resolve_by_type(name) is Event.resolve_by_type(name)


def test_an_unknown_event_is_an_error_unless_there_is_a_default() -> None:
    assert resolve_by_type("topic") is None
    assert resolve_by_type("no such event", UserUttered) is UserUttered
    with pytest.raises(ValueError, match="no such event"):
        resolve_by_type("no such event")


def test_a_copied_slot_is_equal_and_independent() -> None:
    slot = AnySlot("misses", mappings=[{"type": "custom"}], initial_value=0)
    copied = copy_slot(slot)
    assert type(copied) is AnySlot
    assert (copied.name, copied.value, copied.initial_value, copied.mappings) == (
        "misses",
        0,
        0,
        slot.mappings,
    )
    copied.value = 3
    assert slot.value == 0
    assert copied.has_been_set
    assert not slot.has_been_set


@pytest.fixture(scope="module")
def agent(trained_model: str) -> Agent:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, about slots named like entities
        return asyncio.run(load_agent(trained_model))


@pytest.mark.parametrize("text", SCRIPT)
def test_the_graph_gives_what_it_gives_under_dask(agent: Agent, text: str) -> None:
    processor = agent.processor
    tracker = DialogueStateTracker("someone", agent.domain.slots)
    inputs = {"__message__": [UserMessage(text)], "__tracker__": tracker}
    target = processor.model_metadata.nlu_target
    slow = DaskGraphRunner.run(processor.graph_runner, inputs, [target])[target]
    inputs["__message__"] = [UserMessage(text)]
    fast = run_graph(processor.graph_runner, inputs, [target])[target]
    assert [m.as_dict(only_output_properties=True) for m in fast] == [
        m.as_dict(only_output_properties=True) for m in slow
    ]
    parsed = fast[0].as_dict(only_output_properties=True)
    tracker.update(UserUttered(text, parsed["intent"], parsed["entities"], parsed), agent.domain)
    core = processor.model_metadata.core_target
    slow = DaskGraphRunner.run(processor.graph_runner, {"__tracker__": tracker}, [core])[core]
    fast = run_graph(processor.graph_runner, {"__tracker__": tracker}, [core])[core]
    assert fast.probabilities == slow.probabilities
    assert fast.policy_name == slow.policy_name
