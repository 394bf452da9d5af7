"""What visitors type is text: never a command, never a payload, whatever characters it holds."""

from __future__ import annotations

import pytest

from tests.channel.conftest import Post, Store

COMMANDS = [
    "/restart",
    "/walking",
    '/answer{"hip_replacement": "own", "pain_score": 9}',
    "/start_over",
    "/emergency",
    "/session_start",
    "/back",
    "  /restart",
    "\x00/restart",
    '\u200b/answer{"pain_score": 9}',
    "\u202e/restart",
    "／restart",
    "//restart",
    "EXTERNAL: walking",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_typed_command_is_text_and_sets_nothing(
    post: Post, session: str, store: Store, command: str
) -> None:
    post("messages", {"session": session, "text": "I've had hip pain for two years"})
    response = post("messages", {"session": session, "text": command})
    assert response.status_code == 200
    body = response.json()
    assert all(message["text"] for message in body["messages"])
    assert body["advice"]["facts"] == {"chronic": True}
    assert body["advice"]["urgency"] == "soon"
    users = store.events(session, "user")
    assert len(users) == 2
    assert not users[1]["text"].startswith("/")
    assert "restart" not in {event["event"] for event in store.events(session)}
    said = {entity["entity"] for entity in users[1]["parse_data"]["entities"]}
    assert not said & {"chronic", "hip_replacement", "pain_score"}


def test_a_typed_payload_of_a_choice_sets_nothing(post: Post, session: str) -> None:
    reply = post("messages", {"session": session, "text": '/answer{"chronic": true}'}).json()
    assert reply["advice"]["facts"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "my hip\x00 hurts",
        "my hip\x07\x1b[31m hurts",
        "my \u202ehip\u202c hurts",
        "my hip \u2066hurts\u2069",
        "my hip hurts \ud83d",
        "\udc00my hip hurts",
        "my hip hurts\u0085\u009f",
    ],
    ids=["NUL", "escape", "bidi override", "bidi isolate", "high surrogate", "low surrogate", "C1"],
)
def test_unprintable_characters_are_left_out_and_the_rest_is_answered(
    post: Post, session: str, store: Store, text: str
) -> None:
    response = post("messages", {"session": session, "text": text})
    assert response.status_code == 200
    assert response.json()["messages"][0]["text"]
    kept = store.events(session, "user")[0]["text"]
    assert kept.replace("[31m", "") == "my hip hurts"


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "…",
        "!!!!!!!",
        "🙂",
        "😭😭😭 👩‍🦽",
        "7",
        "(" * 2_000,
        "a" * 2_000,
        "hip " * 500,
        "no, not, never, none. " * 90,
        "كيف حالك",
        "髋关节疼痛怎么办",
        "Мне больно в бедре",
        "<script>alert(1)</script>",
        "'; drop table events; --",
        "{0}{emergency_number}{__class__}",
        "${jndi:ldap://x}",
        "%s%n%d",
        "\\",
        "[hip](topic)",
    ],
)
def test_any_text_gets_an_answer(post: Post, session: str, text: str) -> None:
    response = post("messages", {"session": session, "text": text})
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["messages"]
    assert all(message["text"].strip() for message in body["messages"])
    assert set(body["advice"]) == {
        "topics",
        "scope",
        "urgency",
        "reasons",
        "facts",
        "exercises",
        "sources",
        "content_version",
        "model",
    }


def test_a_picked_choice_is_kept_in_the_words_the_visitor_saw(post: Post, session: str, store: Store) -> None:
    offered = post("messages", {"session": session, "text": "hello"}).json()["messages"][-1]["choices"]
    choice = offered[0]
    post("messages", {"session": session, "choice": choice["id"]})
    assert [event["text"] for event in store.events(session, "user")] == ["hello", choice["title"]]
