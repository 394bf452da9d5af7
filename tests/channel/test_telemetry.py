"""What an operator sees of a turn: its id, its end, its times; never its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from evaluation.stack import Stack, Visitor, free_port
from tests.channel.conftest import Store

SAID = "My neighbour's xylophone aches, is walking good?"


@pytest.fixture(scope="module")
def watched(trained_model: str) -> Iterator[tuple[Stack, str]]:
    """An assistant with JSON logs and figures, and where its figures are."""
    port = free_port()
    with Stack(LOG_FORMAT="json", METRICS_PORT=str(port)) as running:
        yield running, f"http://127.0.0.1:{port}/metrics"


def figure(text: str, name: str) -> float:
    """The value of one series."""
    found = re.search(rf"^{re.escape(name)} ([\d.e+-]+)$", text, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_a_turn_is_counted_and_logged_with_the_id_that_the_store_has(
    watched: tuple[Stack, str], client: httpx.Client
) -> None:
    stack, address = watched
    visitor = Visitor(stack.url, client)
    visitor.say(SAID)
    visitor.say("I fell and can't stand on my leg")
    figures = client.get(address).text
    assert figure(figures, 'chat_turns_total{outcome="answered",urgency="self_care"}') == 1
    assert figure(figures, 'chat_turns_total{outcome="answered",urgency="emergency"}') == 1
    assert figure(figures, "chat_turn_seconds_count") == 2
    assert figure(figures, "chat_turns_running") == 0
    assert figure(figures, 'chat_stage_seconds_count{stage="act"}') == 1
    for stage in ("wait", "load", "understand", "save"):
        assert figure(figures, f'chat_stage_seconds_count{{stage="{stage}"}}') >= 2

    lines = [json.loads(line) for line in stack.log("chat").splitlines() if '"outcome"' in line]
    kept = [event["message_id"] for event in Store(stack.folder).events(visitor.session, "user")]
    assert [line["turn"] for line in lines] == kept
    assert [line["urgency"] for line in lines] == ["self_care", "emergency"]
    assert all(line["understand_ms"] > 0 for line in lines)
    assert f"turn {kept[0]}: advice" in stack.log("actions")


def test_no_word_of_a_message_is_in_the_logs_or_the_figures(
    watched: tuple[Stack, str], client: httpx.Client
) -> None:
    stack, address = watched
    Visitor(stack.url, client).say(SAID)
    assert "xylophone" not in stack.log("chat") + stack.log("actions") + client.get(address).text


def test_errors_are_counted_by_their_code(watched: tuple[Stack, str], client: httpx.Client) -> None:
    stack, address = watched
    client.post(f"{stack.url}/webhooks/chat/messages", content=b"{")
    assert figure(client.get(address).text, 'chat_errors_total{code="bad_json"}') == 1


def test_there_are_no_figures_on_the_public_port(watched: tuple[Stack, str], client: httpx.Client) -> None:
    assert client.get(watched[0].url + "/metrics").status_code == 404
