"""Hostile requests: nothing crashes, nothing is silent, no command is executed, and other visitors are served."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import httpx
import pytest

from bot.channel.chat import REQUEST_SECONDS
from evaluation import hostile
from evaluation.hostile import KINDS
from evaluation.stack import Stack, Visitor

#: A short form of `make hostile`.
REQUESTS = 300
HALF_HEADERS = b"POST /webhooks/chat/messages HTTP/1.1\r\nHost: x\r\nContent-Len"
HALF_BODY = HALF_HEADERS + b"gth: 100\r\n\r\n{"


@pytest.fixture(scope="module")
def result(stack: Stack) -> hostile.Result:
    return hostile.run(stack, REQUESTS, seed=3)


def test_every_kind_of_hostile_request_was_sent(result: hostile.Result) -> None:
    assert set(result.sent) == set(KINDS)
    assert sum(result.sent.values()) == REQUESTS


def test_hostile_requests_crash_nothing(result: hostile.Result) -> None:
    assert result.crashes == []


def test_no_hostile_request_is_met_with_silence(result: hostile.Result) -> None:
    assert result.silent == []


def test_no_hostile_request_executes_a_command(result: hostile.Result) -> None:
    assert result.executed == []


def test_an_answer_without_words_would_be_noticed() -> None:
    found = hostile.Result()
    request = httpx.Request("POST", "http://x/webhooks/chat/messages")
    hostile.judge("emoji", httpx.Response(200, json={"messages": []}, request=request), found)
    hostile.judge("emoji", httpx.Response(200, json={"messages": [{"text": " "}]}, request=request), found)
    hostile.judge("emoji", httpx.Response(502, text="Bad gateway", request=request), found)
    assert len(found.silent) == 2
    assert len(found.crashes) == 1


def test_a_hundred_clients_that_never_finish_keep_nobody_waiting_and_are_cut_off(
    stack: Stack, client: httpx.Client
) -> None:
    with ExitStack() as held:
        slow = {}
        for sent in (HALF_HEADERS, HALF_BODY) * 50:
            slow[sent] = held.enter_context(socket.create_connection(("127.0.0.1", stack.chat_port), 5))
            slow[sent].sendall(sent)
        reply = Visitor(stack.url, client).say("I fell and can't stand on my leg")
        assert reply["advice"]["urgency"] == "emergency"
        for sent, status in ((HALF_HEADERS, b" 408 "), (HALF_BODY, b" 503 ")):
            slow[sent].settimeout(3 * REQUEST_SECONDS)
            assert status in slow[sent].recv(4_096)


def test_a_body_of_a_megabyte_is_refused_before_it_is_read(stack: Stack, client: httpx.Client) -> None:
    answer = client.post(f"{stack.url}/webhooks/chat/messages", content=b" " * 1_000_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"
