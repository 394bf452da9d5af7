"""What an operator sees of a turn: its id, its end, its times; never its words."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import yaml
from prometheus_client import REGISTRY
from rasa.core.lock_store import LockError
from sanic.exceptions import PayloadTooLarge, RequestTimeout, ServerError

from bot.channel import telemetry
from bot.channel.pages import _refuse
from bot.channel.store import StoreUnavailable
from evaluation.stack import PROJECT, Stack, Visitor, free_port
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
    assert figure(figures, 'chat_rises_total{urgency="emergency"}') == 1
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
    assert kept[0] in turns(stack, "actions")
    # what Rasa itself logs in a turn has the id, too
    assert set(kept) <= turns(stack, "chat")


def turns(stack: Stack, process: str) -> set[str]:
    """The ids of turns on the JSON lines that a process has logged."""
    lines = [json.loads(line) for line in stack.log(process).splitlines() if line.startswith("{")]
    assert lines
    return {str(line["turn"]) for line in lines if "turn" in line}


def test_a_turn_can_be_followed_by_its_id_from_the_channel_to_the_review_pages(
    watched: tuple[Stack, str], client: httpx.Client
) -> None:
    stack, _ = watched
    reply = Visitor(stack.url, client).say("Is walking good?")
    environment = {**stack.environment(), "REVIEW_PORT": str(free_port())}
    review = [sys.executable, "-m", "bot.review"]
    subprocess.run([*review, "prepare"], cwd=PROJECT, env=environment, check=True, capture_output=True)
    with (stack.folder / "follow.log").open("wb") as log:
        follower = subprocess.Popen([*review, "follow"], cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while reply["turn"] not in stack.log("follow") and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        follower.terminate()
        follower.wait(15)
    for process in ("chat", "actions", "follow"):
        assert reply["turn"] in turns(stack, process), process
    assert "walking" not in stack.log("follow")


def test_every_figure_of_the_dashboard_and_the_alarms_is_told(
    watched: tuple[Stack, str], client: httpx.Client
) -> None:
    told = set(re.findall(r"(?m)^([a-z_]+)(?:\{| )", client.get(watched[1]).text)) | {"up"}
    dashboard = json.loads((PROJECT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((PROJECT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for text in asked for name in re.findall(r"\b(?:chat|process)_[a-z_]+|\bup\b", text)}
    assert len(named) >= 9
    assert named <= told


def test_every_label_of_the_dashboard_and_the_alarms_is_told_from_the_start(
    watched: tuple[Stack, str], client: httpx.Client
) -> None:
    # an alarm on what grows does not see the first of a series that was not there before
    figures = client.get(watched[1]).text
    text = "".join(
        (PROJECT / "deploy" / path).read_text(encoding="utf-8")
        for path in ("grafana/dashboard.json", "prometheus/alerts.yml")
    ).replace("\\", "")
    for metric, label, value in set(re.findall(r'(chat_\w+)\{(\w+)="(\w+)"\}', text)):
        assert re.search(rf'(?m)^{metric}\{{.*{label}="{value}"', figures), (metric, label, value)


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


def test_errors_before_any_route_are_counted(watched: tuple[Stack, str], client: httpx.Client) -> None:
    stack, address = watched
    counted = []
    for _ in range(2):
        assert client.get(f"{stack.url}/nothing").status_code == 404
        assert client.post(f"{stack.url}/webhooks/chat/session", content=b"x" * 100_000).status_code == 413
        figures = client.get(address).text
        counted.append(
            [figure(figures, f'chat_errors_total{{code="{code}"}}') for code in ("not_found", "too_large")]
        )
    assert counted[1] == [value + 1 for value in counted[0]]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValueError("a fault"), 503, "unavailable"),
        (ServerError("a fault of the web server"), 503, "unavailable"),
        (StoreUnavailable("the database is away"), 503, "unavailable"),
        (LockError("Redis is away"), 503, "unavailable"),
        (RequestTimeout("too slow"), 408, "too_slow"),
        (PayloadTooLarge("too large"), 413, "too_large"),
    ],
)
def test_an_error_that_no_route_has_caught_is_counted(error: Exception, status: int, code: str) -> None:
    before = count("chat_errors_total", code=code)
    assert asyncio.run(_refuse(None, error)).status == status  # type: ignore[arg-type]
    assert count("chat_errors_total", code=code) == before + 1


@pytest.mark.parametrize(
    ("error", "outcome"), [(ValueError("a fault"), "safety_card"), (asyncio.CancelledError(), "left")]
)
def test_a_turn_that_raises_is_counted(error: BaseException, outcome: str) -> None:
    before = count("chat_turns_total", outcome=outcome, urgency="none")
    seconds = count("chat_turn_seconds_count")
    with pytest.raises(type(error)), telemetry.turn("a-turn"):
        raise error
    assert count("chat_turns_total", outcome=outcome, urgency="none") == before + 1
    assert count("chat_turn_seconds_count") == seconds + 1


def count(name: str, **labels: str) -> float:
    """The value of a series of this process."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_conversation_that_stays_an_emergency_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "MOST_REMEMBERED", 2)
    before = count("chat_rises_total", urgency="emergency")
    for urgency in ("soon", "emergency", "emergency", "soon", "emergency"):
        telemetry.rose("one", urgency)
    assert count("chat_rises_total", urgency="emergency") == before + 1
    for conversation in ("two", "three"):
        telemetry.rose(conversation, "self_care")
    assert list(telemetry._urgency_of) == ["two", "three"]
