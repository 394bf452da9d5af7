"""A long conversation is rolled over, and the visitor does not notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from evaluation.stack import Stack, Visitor
from tests.channel.conftest import Store
from tests.conversations.talk import check_by_buttons, question

CONVERSATIONS = {
    "facts of many turns": [
        "I have had this hip pain for two years",
        "the pain is 5 out of 10",
        "no, I meant 3",
        "I'm 70",
        "I had my hip replaced in 2015",
        "actually that was my mum, not me",
        "what can I do?",
    ],
    "follow-ups": ["How do I do the butterfly stretch?", "and the other one?", "tell me more", "why?", "thanks"],
    "a flag completed over turns": ["I had a fall on Sunday", "when are you open?", "now I can't stand on that leg"],
    "an alarm played down": [
        "I fell and can't stand on my leg",
        "it's probably nothing",
        "is walking good?",
        "I was wrong, I can stand on it",
        "is walking good?",
    ],
    "misses": ["qwert zuiop", "can you book me a taxi", "asdf jkl", "yxcv bnm", "is walking good?"],
    "the check, with a question in between": [
        "which exercises can I do?",
        "start the check",
        "it's for me, I'm 45",
        "when are you open?",
        "no",
        "yes I can",
        "no idea",
        "none of these",
        "no",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def rolling(trained_model: str) -> Iterator[Stack]:
    """An assistant that rolls every conversation over after every turn."""
    with Stack(CHAT_TURNS_BEFORE_ROLL_OVER="1") as running:
        yield running


def without_tokens(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply without the ids of its turn and choices, which are made anew each time."""
    del reply["turn"]
    for message in reply["messages"]:
        for choice in message["choices"]:
            choice["id"] = ""
    return reply


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_replies_are_the_same_with_a_roll_over_after_every_turn(
    name: str, stack: Stack, rolling: Stack, client: httpx.Client
) -> None:
    plain, rolled = Visitor(stack.url, client), Visitor(rolling.url, client)
    for text in CONVERSATIONS[name]:
        assert without_tokens(rolled.say(text)) == without_tokens(plain.say(text)), text


def test_the_check_goes_on_by_buttons(rolling: Stack, client: httpx.Client) -> None:
    visitor = Visitor(rolling.url, client)
    outcome = check_by_buttons(visitor, visitor.say("check my hip"))
    assert question(outcome) is None
    assert outcome["advice"]["facts"]["pain_score"] == 3


def test_the_store_still_holds_every_message_once_and_names_the_roll_overs(
    rolling: Stack, client: httpx.Client
) -> None:
    visitor = Visitor(rolling.url, client)
    texts = [f"my pain is {n} out of 10" for n in range(6)]
    for text in texts:
        visitor.say(text)
    read = client.post(f"{rolling.url}/webhooks/chat/history", json={"session": visitor.session}).json()
    assert [turn["text"] for turn in read["turns"]] == texts
    store = Store(rolling.folder)
    assert [event["text"] for event in store.events(visitor.session, "user")] == texts
    starts = store.events(visitor.session, "session_started")
    assert [bool((start.get("metadata") or {}).get("rolled_over")) for start in starts] == [False] + [
        True
    ] * 4


def test_a_long_conversation_reads_no_more_than_its_last_ten_turns(
    stack: Stack, client: httpx.Client
) -> None:
    visitor = Visitor(stack.url, client)
    for number in range(45):
        visitor.say("Is walking good for my hip?" if number % 2 else "when are you open?")
    events = Store(stack.folder).events(visitor.session)
    last = max(n for n, event in enumerate(events) if event["event"] == "session_started")
    assert sum(event["event"] == "user" for event in events) == 45
    assert sum(event["event"] == "user" for event in events[last:]) <= 10
