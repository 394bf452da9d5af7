"""Shortcuts through Rasa: the same results with less work a message, found with a profiler.

- An action's answer is checked by validators that are made once, each event by that of its own kind. Rasa makes one
  for each answer, checks the schema itself against the schema of schemas, and tries each event as every kind.
- The class of an event is looked up. Rasa searches all subclasses for each event it reads.
- A slot is copied by its attributes. Rasa copies every slot of the domain several times a turn, by way of pickling.
- A conversation is copied by what it holds; Rasa replays its events into a new one. When the states for the policies are made,
  only slots that these see are filled.
- Outside a form, only those slots are looked at that an entity of the message can fill.
- Whether the domain is empty is asked once. What Rasa makes only for its debugging log is made only while that is on.
- The graph of the model is run in an order worked out once. Rasa has dask work it out for every run.
- The embedding of a message is worked out in a thread, one at a time: it needs no Python, and the turns of others go on meanwhile,
  on another core. The rest of Rasa's work is not: threads that take turns at Python's lock cost more than they gain.
- The connections to the action server are kept. Rasa opens one for each action.
- The action server is sent the slots and the latest message, not all events of the conversation, which no action here reads.
- What is there after the start stays out of the garbage collector's rounds, and these are fewer: a turn makes thousands of
  objects, nearly all of which go without it.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import logging
from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import ContextVar, copy_context
from functools import lru_cache, partial
from types import MappingProxyType, SimpleNamespace
from typing import Any

from aiohttp import ClientSession, TCPConnector
from jsonschema import ValidationError, validators
from jsonschema.exceptions import best_match
from rasa.core import processor as rasa_processor
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

#: Seconds an unused connection is kept; the action server hangs up after 5.
KEEP_SECONDS = 3.0
#: Objects made since the last round of the garbage collector that begin the next one; Python's 700 are less than one turn's.
OBJECTS_A_ROUND = 20_000
_rasas_way = Event.resolve_by_type
_rasas_call = RemoteAction._action_call_format
_rasas_extraction = ActionExtractSlots.run
_rasas_is_empty = Domain.is_empty
_rasas_log_slots = MessageProcessor._log_slots
_embedder = ThreadPoolExecutor(1, thread_name_prefix="embed")
#: What nodes of the graph gave already, in the thread of the embedding.
_ahead: ContextVar[Mapping[str, Any]] = ContextVar("ahead", default=MappingProxyType({}))


@lru_cache(maxsize=1)
def _validators() -> tuple[Any, dict[str, Any]]:
    """Of a whole answer, and of one event by its kind."""
    schema = RemoteAction.action_response_format_spec()
    validator = validators.validator_for(schema)
    validator.check_schema(schema)
    event = dict(schema["properties"]["events"]["items"])
    kinds = {kind["properties"]["event"]["const"]: kind for kind in event.pop("oneOf")}
    return validator(schema), {name: validator({**event, "allOf": [kind]}) for name, kind in kinds.items()}


def validate_action_result(action: RemoteAction, result: Any) -> bool:
    """True when ``result`` is what an action server may answer. Raises ``jsonschema.ValidationError``."""
    whole, kinds = _validators()
    try:
        # no event can be of two kinds, so that the one it names decides
        simple = all(type(response) is dict for response in result.get("responses", [])) and all(
            kinds[event["event"]].is_valid(event) for event in result.get("events", [])
        )
    except (AttributeError, KeyError, TypeError):
        simple = False
    error: ValidationError | None = None if simple else best_match(whole.iter_errors(result))
    if error is not None:
        raise error
    return True


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Event]]:
    classes: dict[str, type[Event]] = {}
    for kind in all_subclasses(Event):
        classes.setdefault(kind.type_name, kind)
    return classes


def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of the events named ``type_name``. Raises ValueError as Rasa does."""
    return _event_classes().get(type_name) or _rasas_way(type_name, default)


def copy_slot(slot: Slot) -> Slot:
    """A shallow copy of ``slot``."""
    copied = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied


def copy_tracker(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A copy of ``tracker``; the events themselves are the same, as in Rasa's."""
    copied = copy.copy(tracker)
    copied.events = tracker.events.copy()
    copied.slots = {name: copy_slot(slot) for name, slot in tracker.slots.items()}
    copied.active_loop = copy.copy(tracker.active_loop)
    return copied


def prior_trackers(tracker: DialogueStateTracker) -> Iterator[tuple[DialogueStateTracker, bool]]:
    """The conversation before each action, and whether that action is hidden from the policies; without the slots they do not see."""
    seen = DialogueStateTracker(
        tracker.sender_id,
        [slot for slot in tracker.slots.values() if slot.has_features()],
        tracker._max_event_history,
        is_rule_tracker=tracker.is_rule_tracker,
    )
    for event in tracker.applied_events():
        if isinstance(event, ActionExecuted):
            yield seen, event.hide_rule_turn
        if not isinstance(event, SlotSet) or event.key in seen.slots:
            seen.update(event)
    yield seen, False


async def extract_slots(
    action: ActionExtractSlots,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """The slots that the latest message fills."""
    if tracker.active_loop_name is None and tracker.latest_message is not None:
        named = {entity.get("entity") for entity in tracker.latest_message.entities}
        domain = copy.copy(domain)
        domain.slots = [
            slot
            for slot in domain.slots
            if any(m["type"] != "from_entity" or m.get("entity") in named for m in slot.mappings)
        ]
    events: list[Event] = await _rasas_extraction(action, output_channel, nlg, tracker, domain)
    return events


def is_empty(domain: Domain) -> bool:
    """Whether ``domain`` holds nothing; a domain does not change."""
    empty: bool | None = domain.__dict__.get("_empty")
    if empty is None:
        empty = domain._empty = _rasas_is_empty(domain)
    return empty


def log_slots(tracker: DialogueStateTracker) -> None:
    """Rasa's list of all slots for the debugging log, while that is on."""
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        _rasas_log_slots(tracker)


def _order(schema: GraphSchema, targets: Iterable[str], given: Container[str]) -> list[str]:
    """The nodes that ``targets`` need besides those ``given``, each after those it needs itself."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in schema.nodes and name not in order and name not in given:
            for needed in schema.nodes[name].needs.values():
                visit(needed)
            order[name] = None

    for target in targets:
        visit(target)
    return list(order)


def run_graph(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """What the nodes ``targets`` give for ``inputs``, which may hold what other nodes gave before. Raises GraphRunError."""
    schema = runner._graph_schema
    targets = targets or schema.target_names
    results: dict[str, Any] = {
        name: (name, value) for name, value in {**(inputs or {}), **_ahead.get()}.items()
    }
    orders: dict[tuple[tuple[str, ...], ...], list[str]] = runner.__dict__.setdefault("orders", {})
    key = (tuple(targets), tuple(results))
    order = orders.get(key)
    if order is None:
        order = orders[key] = _order(schema, targets, results)
    try:
        for name in order:
            needs = schema.nodes[name].needs.values()
            results[name] = runner._instantiated_nodes[name](*(results.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[target] for target in targets)


def _featurizers(schema: GraphSchema) -> list[str]:
    """The nodes that turn messages into vectors when the model is used."""
    return [
        name
        for name, node in schema.nodes.items()
        if issubclass(node.uses, Featurizer) and node.fn == "process"
    ]


async def parse_message(
    processor: MessageProcessor,
    message: UserMessage,
    tracker: DialogueStateTracker | None = None,
    only_output_properties: bool = True,
) -> dict[str, Any]:
    """What is understood of ``message``; the embedding is worked out beside the event loop."""
    if tracker is None:
        tracker = DialogueStateTracker.from_events(message.sender_id, [])
    runner, inputs = processor.graph_runner, {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker}
    if featurizers := _featurizers(runner._graph_schema):
        embedding = partial(copy_context().run, run_graph, runner, inputs, featurizers)
        inputs = await asyncio.get_running_loop().run_in_executor(_embedder, embedding)
    before = _ahead.set(inputs)
    try:
        parsed: dict[str, Any] = processor._parse_message_with_graph(message, tracker, only_output_properties)
    finally:
        _ahead.reset(before)
    processor._check_for_unseen_features(parsed)
    return parsed


def action_call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """What the action server is asked, without the events."""
    call: dict[str, Any] = _rasas_call(action, tracker, domain)
    call["tracker"]["events"] = []
    return call


def keep_connections(endpoint: EndpointConfig) -> ClientSession:
    """The session with which all further requests to ``endpoint`` are made; to be closed at the end."""
    session = ClientSession(connector=TCPConnector(keepalive_timeout=KEEP_SECONDS), headers=endpoint.headers)
    endpoint.session = lambda: nullcontext(session)
    return session


def take_shortcuts() -> None:
    """Puts the shortcuts in place, for this process."""
    RemoteAction._validate_action_result = validate_action_result
    RemoteAction._action_call_format = action_call
    Event.resolve_by_type = staticmethod(resolve_by_type)
    Slot.__copy__ = copy_slot
    DialogueStateTracker.copy = copy_tracker
    DialogueStateTracker.generate_all_prior_trackers = prior_trackers
    ActionExtractSlots.run = extract_slots
    Domain.is_empty = is_empty
    MessageProcessor._log_slots = staticmethod(log_slots)
    rasa_processor.copy = SimpleNamespace(deepcopy=lambda value: value)  # copies for the debugging log
    DaskGraphRunner.run = run_graph
    MessageProcessor.parse_message = parse_message


def spare_the_collector() -> None:
    """What is held now is held until the end: it need not be looked at again in every round."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_A_ROUND)
