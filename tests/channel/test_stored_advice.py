"""The advice of a turn is stored with the bot's event, for the review pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channel.conftest import Post, Store


@pytest.mark.parametrize(
    "text",
    [
        "Is walking good for my hip?",
        "I fell and can't stand on my leg",
        "my calf is swollen since the flight",
    ],
    ids=["an answer", "an emergency", "an urgent case"],
)
def test_the_advice_is_stored_with_what_was_said(post: Post, session: str, store: Store, text: str) -> None:
    body = post("messages", {"session": session, "text": text}).json()
    stored = [event for event in store.events(session, "bot") if _advice(event)]
    assert stored
    assert _advice(stored[-1]) == body["advice"]


def test_every_reply_of_a_conversation_has_its_own_advice(post: Post, session: str, store: Store) -> None:
    urgencies = [
        post("messages", {"session": session, "text": text}).json()["advice"]["urgency"]
        for text in ("Is walking good?", "I've had this for two years", "I fell and can't stand on my leg")
    ]
    assert urgencies == ["self_care", "soon", "emergency"]
    stored = [advice["urgency"] for event in store.events(session, "bot") if (advice := _advice(event))]
    assert list(dict.fromkeys(stored)) == urgencies


def test_the_version_of_the_model_and_of_the_content_are_stored(
    post: Post, session: str, store: Store
) -> None:
    post("messages", {"session": session, "text": "Is walking good for my hip?"})
    advice = next(advice for event in store.events(session, "bot") if (advice := _advice(event)))
    assert len(advice["content_version"]) == 12
    assert advice["model"]


def _advice(event: dict[str, Any]) -> dict[str, Any] | None:
    return event["metadata"].get("advice")
