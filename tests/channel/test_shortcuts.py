"""The shortcuts give what Rasa gives: the same verdicts, classes, copies and predictions."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientConnectionError, web
from jsonschema import ValidationError
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, BooleanSlot, Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import logs
from bot.channel import shortcuts
from bot.channel.shortcuts import (
    _featurizers,
    _order,
    action_call,
    copy_slot,
    copy_tracker,
    extract_slots,
    is_empty,
    keep_connections,
    log_slots,
    parse_message,
    prior_trackers,
    resolve_by_type,
    run_graph,
    validate_action_result,
)
from evaluation.load import SCRIPT
from evaluation.stack import free_port

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


CONVERSATION: list[Event] = [
    ActionExecuted("action_session_start"),
    SessionStarted(),
    ActionExecuted("action_listen"),
    UserUttered("hello", {"name": "greet"}),
    SlotSet("seen", True),
    ActionExecuted("action_advise"),
    BotUttered("Hello."),
    SlotSet("unseen", 4),
    FollowupAction("check_form"),
    ActionExecuted("check_form"),
    ActiveLoop("check_form"),
    SlotSet("requested_slot", "unseen"),
    ActionExecuted("action_listen"),
    UserUttered("what?", {"name": "report"}),
    UserUtteranceReverted(),
    ActionExecuted("action_listen"),
    UserUttered("five", {"name": "report"}, [{"entity": "topic", "value": "walking"}]),
    ActionExecuted("check_form", hide_rule_turn=True),
    ActionExecuted("action_listen"),
]


def held(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    """Everything a tracker holds, but for the action that follows, which no copy is asked for."""
    return (
        *(list(tracker.events), tracker.current_slot_values(), tracker.latest_message, tracker.latest_action),
        *(tracker.active_loop, tracker.latest_bot_utterance, tracker.sender_id, tracker.is_paused()),
        *((slot.name, slot.has_been_set) for slot in tracker.slots.values()),
    )


@pytest.fixture
def domain() -> Domain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, that slots are not filled by themselves
        return Domain.from_dict(
            {
                "version": "3.1",
                "intents": ["greet", "report"],
                "entities": ["topic"],
                "slots": {
                    "seen": {"type": "bool", "mappings": [{"type": "custom"}]},
                    "unseen": {"type": "any", "mappings": [{"type": "custom"}]},
                },
                "actions": ["action_advise"],
                "forms": {"check_form": {"required_slots": ["unseen"]}},
            }
        )


@pytest.fixture(params=range(len(CONVERSATION) + 1))
def tracker(request: pytest.FixtureRequest, domain: Domain) -> DialogueStateTracker:
    """A conversation at each of its moments."""
    return DialogueStateTracker.from_events("someone", CONVERSATION[: request.param], domain.slots)


def test_a_copied_conversation_holds_what_rasas_copy_holds(tracker: DialogueStateTracker) -> None:
    before = held(tracker)
    copied = copy_tracker(tracker)
    assert held(copied) == held(DialogueStateTracker.copy(tracker)) == before
    for event in (ActiveLoop("check_form"), SlotSet("unseen", 9), ActionExecuted("action_listen")):
        copied.update(event)
    copied.interrupt_loop(True)
    assert held(tracker) == before


@pytest.mark.parametrize("hidden", [False, True])
def test_policies_see_the_states_that_rasa_shows_them(
    tracker: DialogueStateTracker, domain: Domain, hidden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def states() -> list[Any]:
        return domain.states_for_tracker_history(tracker, ignore_rule_only_turns=hidden, rule_only_data={})

    rasas = states()
    made: list[set[str]] = []

    def noting(tracker: DialogueStateTracker) -> Iterator[tuple[DialogueStateTracker, bool]]:
        for seen, hide in prior_trackers(tracker):
            made.append(set(seen.slots))
            yield seen, hide

    monkeypatch.setattr(DialogueStateTracker, "generate_all_prior_trackers", noting)
    assert states() == rasas
    assert made
    assert all(names == {"seen"} for names in made)


def test_a_domain_is_empty_when_rasa_says_so(domain: Domain) -> None:
    for one, empty in ((domain, False), (Domain.empty(), True)):
        assert Domain.is_empty(one) is empty
        assert [is_empty(one), is_empty(one)] == [empty, empty]


def test_slots_are_listed_only_for_the_debugging_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    tracker = DialogueStateTracker("someone", [BooleanSlot("seen", [])])
    monkeypatch.setattr(Slot, "value", property(lambda slot: asked.append(slot.name)))
    with caplog.at_level(logging.INFO):
        log_slots(tracker)
    assert asked == []
    with caplog.at_level(logging.DEBUG):
        log_slots(tracker)
    assert asked == ["seen"]


@pytest.fixture(scope="module")
def agent(trained_model: str) -> Agent:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, about slots named like entities
        return asyncio.run(load_agent(trained_model))


ENTITIES: list[list[dict[str, Any]]] = [
    [],
    [{"entity": "topic", "value": "walking"}],
    [{"entity": "fever", "value": True}, {"entity": "topic", "value": "causes"}],
    [{"entity": "hip_replacement", "value": "own"}, {"entity": "pain_score", "value": 7}],
    [{"entity": "suspected_flags", "value": "clot"}, {"entity": "suspected_flags", "value": "gout"}],
    [{"entity": "no such entity", "value": 1}],
]


@pytest.mark.parametrize("loop", [None, "check_form"])
@pytest.mark.parametrize("entities", ENTITIES)
def test_a_message_fills_the_slots_that_rasa_fills(
    agent: Agent, entities: list[dict[str, Any]], loop: str | None
) -> None:
    events = [UserUttered("hello", {"name": "report"}, entities)]
    tracker = DialogueStateTracker.from_events("someone", [ActiveLoop(loop), *events], agent.domain.slots)
    arguments = (
        ActionExtractSlots(None),
        CollectingOutputChannel(),
        agent.processor.nlg,
        tracker,
        agent.domain,
    )
    filled = asyncio.run(extract_slots(*arguments))
    assert filled == asyncio.run(ActionExtractSlots.run(*arguments))
    assert bool(filled) == (entities in ENTITIES[2:5])


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


def test_a_message_is_understood_as_rasa_understands_it_while_other_work_goes_on(agent: Agent) -> None:
    tracker = DialogueStateTracker("someone", agent.domain.slots)

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(
            *(parse_message(agent.processor, UserMessage(text), tracker) for text in SCRIPT)
        )

    for text, parsed in zip(SCRIPT, asyncio.run(all_at_once()), strict=True):
        assert parsed == asyncio.run(
            MessageProcessor.parse_message(agent.processor, UserMessage(text), tracker)
        )


def test_what_the_thread_of_the_embedding_gave_is_not_worked_out_again(agent: Agent) -> None:
    processor, runner = agent.processor, agent.processor.graph_runner
    schema = runner._graph_schema
    before = _order(schema, _featurizers(schema), ())
    after = _order(schema, [processor.model_metadata.nlu_target], _featurizers(schema))
    assert any("SentenceEmbedding" in name for name in before)
    assert any("TurnResolver" in name for name in after)
    assert not set(before) & set(after)


def test_without_an_embedding_a_message_is_understood_all_the_same(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = asyncio.run(parse_message(agent.processor, UserMessage("is walking good")))
    monkeypatch.setattr(shortcuts, "_featurizers", lambda schema: [])
    assert asyncio.run(parse_message(agent.processor, UserMessage("is walking good"))) == wanted


def test_what_is_logged_while_a_message_is_understood_has_the_id_of_its_turn(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    reading = agent.processor._parse_message_with_graph

    def read(*arguments: Any) -> dict[str, Any]:
        seen.append(logs.turn.get())
        parsed: dict[str, Any] = reading(*arguments)
        return parsed

    monkeypatch.setattr(agent.processor, "_parse_message_with_graph", read)

    async def one() -> None:
        logs.turn.set("the turn")
        await parse_message(agent.processor, UserMessage("hello"))

    asyncio.run(one())
    assert seen == ["the turn"]


def test_an_error_while_a_message_is_understood_is_not_lost(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise LookupError("unseen")

    monkeypatch.setattr(agent.processor, "_parse_message_with_graph", fails)
    with pytest.raises(LookupError, match="unseen"):
        asyncio.run(parse_message(agent.processor, UserMessage("hello")))


def test_the_action_server_is_sent_everything_but_the_events(agent: Agent) -> None:
    action = RemoteAction("action_advise", None)
    tracker = DialogueStateTracker("someone", agent.domain.slots)
    tracker.update(UserUttered("hello", {"name": "greet"}), agent.domain)
    whole = RemoteAction._action_call_format(action, tracker, agent.domain)
    sent = action_call(action, tracker, agent.domain)
    assert len(whole["tracker"].pop("events")) == 1
    assert sent["tracker"].pop("events") == []
    assert sent == whole
    assert sent["tracker"]["latest_message"]["text"] == "hello"


async def _action_server(port: int, peers: list[Any]) -> web.AppRunner:
    """Answers with what it was sent, or with an error; notes where the requests come from."""

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        body = await request.json()
        return web.json_response(body, status=body["status"])

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def test_connections_are_kept_and_made_again_when_the_action_server_is_back() -> None:
    async def talk() -> None:
        peers: list[Any] = []
        port = free_port()
        endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
        session = keep_connections(endpoint)
        server = await _action_server(port, peers)
        assert await endpoint.request(json={"status": 200}) == {"status": 200}
        with pytest.raises(ClientResponseError) as refused:
            await endpoint.request(json={"status": 400})
        assert refused.value.status == 400
        assert await endpoint.request(json={"status": 200}) == {"status": 200}
        assert len(set(peers)) == 1
        await server.cleanup()
        with pytest.raises(ClientConnectionError):
            await endpoint.request(json={"status": 200})
        server = await _action_server(port, peers)
        assert await endpoint.request(json={"status": 200}) == {"status": 200}
        assert len(set(peers)) == 2
        await session.close()
        await server.cleanup()

    asyncio.run(talk())
