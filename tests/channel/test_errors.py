"""Every error of the chat API: its status, its code, a message in plain words, and never an empty reply."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from evaluation.stack import Stack
from tests.channel.conftest import HOUR, Post, Store

DEEP = b"[" * 20_000


def assert_error(response: httpx.Response, status: int, code: str | None = None) -> None:
    """Checks the shape every error has: a code for programs, and a sentence for people."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/json")
    body = response.json()
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"].endswith(".")
    assert "Traceback" not in response.text
    if code is not None:
        assert body["error"]["code"] == code


def test_a_session_is_opened_with_a_token_and_a_notice(post: Post) -> None:
    response = post("session", {})
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"session", "notice", "emergency", "welcome", "start_over", "safety"}
    assert len(body["session"]) > 40
    assert "not a clinician" in body["notice"]
    assert "{" not in body["notice"]


def test_every_session_token_is_different(post: Post) -> None:
    assert len({post("session", {}).json()["session"] for _ in range(20)}) == 20


def test_a_message_is_answered(post: Post, session: str) -> None:
    response = post("messages", {"session": session, "text": "Is walking good for my hip?"})
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"messages", "advice", "turn"}
    assert all(message["text"] for message in body["messages"])
    assert all(isinstance(message["choices"], list) for message in body["messages"])


@pytest.mark.parametrize("route", ["session", "messages"])
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"{'session': 'x'}",
        b'{"session": "x", "text": "y"',
        b"[]",
        b'"text"',
        b"null",
        b"17",
        b'{"text": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe{}",
        b'{"text": "\xe9"}',
        b'{"text": "\xed\xa0\x80"}',
        '{"text": "hip"}'.encode("utf-16"),
        b'{"text": "a raw \x00 inside"}',
        DEEP,
        b'{"session": "x", "text": ' + DEEP + b"]" * 20_000 + b"}",
    ],
    ids=[
        "cut off",
        "words",
        "single quotes",
        "no end",
        "a list",
        "a string",
        "null",
        "a number",
        "a number of 5,000 digits",
        "no UTF-8 at all",
        "latin 1",
        "an encoded surrogate",
        "UTF-16",
        "a raw NUL",
        "20,000 open brackets",
        "a list 20,000 deep",
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(post: Post, route: str, body: bytes) -> None:
    status = 413 if len(body) > 32_768 else 400
    assert_error(post(route, body), status, "too_large" if status == 413 else "bad_json")


@pytest.mark.parametrize("body", [{}, {"text": "hello"}, {"session": "", "text": "hello"}])
def test_a_message_needs_a_session(post: Post, body: dict[str, Any]) -> None:
    assert_error(post("messages", body), 400, "session_missing")


@pytest.mark.parametrize("wrong", [17, True, None, ["x"], {"a": 1}])
def test_a_session_must_be_a_string(post: Post, wrong: Any) -> None:
    assert_error(post("messages", {"session": wrong, "text": "hello"}), 400, "session_missing")


def test_a_message_needs_a_text_or_a_choice(post: Post, session: str) -> None:
    assert_error(post("messages", {"session": session}), 400, "text_or_choice")
    assert_error(post("messages", {"session": session, "text": None, "choice": None}), 400, "text_or_choice")


def test_a_message_cannot_have_both_a_text_and_a_choice(post: Post, session: str) -> None:
    body = {"session": session, "text": "hello", "choice": "abc"}
    assert_error(post("messages", body), 400, "text_or_choice")


@pytest.mark.parametrize("wrong", [17, 1.5, True, ["hello"], {"en": "hello"}])
def test_a_text_must_be_a_string(post: Post, session: str, wrong: Any) -> None:
    assert_error(post("messages", {"session": session, "text": wrong}), 400, "bad_text")


@pytest.mark.parametrize("wrong", [17, True, "", ["abc"], {"id": "abc"}])
def test_a_choice_must_be_a_string(post: Post, session: str, wrong: Any) -> None:
    assert_error(post("messages", {"session": session, "choice": wrong}), 400, "bad_choice")


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "\x00\x01", "\u202e\u200f", "\ufeff", "\u200b"])
def test_a_text_of_nothing_is_refused(post: Post, session: str, empty: str) -> None:
    assert_error(post("messages", {"session": session, "text": empty}), 400, "empty_text")


@pytest.mark.parametrize("extra", ["sender", "metadata", "intent", "sender_id"])
def test_a_field_that_the_contract_does_not_name_is_refused(post: Post, session: str, extra: str) -> None:
    body = {"session": session, "text": "hello", extra: "somebody"}
    assert_error(post("messages", body), 400, "unknown_field")


@pytest.mark.parametrize(
    "token", ["abc", "a.b.c", "..", "\x00", "\ud800", "é", "x" * 5_000, "IjEi.aaaa.bbbb"]
)
def test_a_session_that_was_not_given_out_here_is_refused(post: Post, token: str) -> None:
    assert_error(post("messages", {"session": token, "text": "hello"}), 401, "bad_session")


def test_a_text_is_read_only_for_a_session_that_is_known(post: Post) -> None:
    assert_error(post("messages", {"session": "guessed", "text": " \u200b "}), 401, "bad_session")


@pytest.mark.parametrize("place", [0, 10, 40, -1])
def test_a_session_with_one_changed_character_is_refused(post: Post, session: str, place: int) -> None:
    letters = list(session)
    letters[place] = "A" if letters[place] != "A" else "Q"
    assert_error(post("messages", {"session": "".join(letters), "text": "hello"}), 401, "bad_session")


def test_a_session_that_is_too_old_has_expired(post: Post, stack: Stack) -> None:
    class Yesterday(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - 24 * HOUR

    secret = (stack.folder / "chat_secret").read_text(encoding="ascii")
    old = URLSafeTimedSerializer(secret, salt="chat-session", signer=Yesterday).dumps("0" * 32)
    assert_error(post("messages", {"session": old, "text": "hello"}), 401, "session_expired")


def _a_choice(post: Post, session: str) -> str:
    body = post("messages", {"session": session, "text": "hello"}).json()
    return str(next(choice["id"] for message in body["messages"] for choice in message["choices"]))


def test_a_choice_that_was_offered_is_taken(post: Post, session: str) -> None:
    picked = post("messages", {"session": session, "choice": _a_choice(post, session)})
    assert picked.status_code == 200
    assert picked.json()["messages"]


def test_a_choice_that_another_visitor_was_offered_is_refused(post: Post, session: str) -> None:
    other = str(post("session", {}).json()["session"])
    body = {"session": session, "choice": _a_choice(post, other)}
    assert_error(post("messages", body), 400, "bad_choice")


@pytest.mark.parametrize("choice", ["abc", "/start_check", "\ud800", "é.é", 'answer{"chronic": true}'])
def test_a_choice_that_was_never_offered_is_refused(post: Post, session: str, choice: str) -> None:
    assert_error(post("messages", {"session": session, "choice": choice}), 400, "bad_choice")


def test_a_choice_with_a_changed_meaning_is_refused(post: Post, session: str) -> None:
    body, signature = _a_choice(post, session).rsplit(".", 1)
    changed = body[:-4] + ("AAAA" if not body.endswith("AAAA") else "BBBB") + "." + signature
    assert_error(post("messages", {"session": session, "choice": changed}), 400, "bad_choice")


def test_a_session_token_is_no_choice_and_a_choice_no_session(post: Post, session: str) -> None:
    assert_error(post("messages", {"session": session, "choice": session}), 400, "bad_choice")
    choice = _a_choice(post, session)
    assert_error(post("messages", {"session": choice, "text": "hello"}), 401, "bad_session")


def test_a_text_of_2000_characters_is_answered_and_one_more_is_too_long(post: Post, session: str) -> None:
    longest = ("my hip is a little stiff " * 100)[:2_000]
    assert post("messages", {"session": session, "text": longest}).status_code == 200
    assert_error(post("messages", {"session": session, "text": longest + "x"}), 413, "too_long")


def test_the_limit_counts_characters_and_not_bytes(post: Post, session: str) -> None:
    smiles = "🙂" * 2_000
    response = post("messages", {"session": session, "text": smiles})
    assert len(json.dumps(smiles)) > 20_000
    assert response.status_code == 200
    assert response.json()["messages"]


@pytest.mark.parametrize("size", [40_000, 1_000_000, 20_000_000])
@pytest.mark.parametrize("route", ["session", "messages"])
def test_a_huge_body_is_refused_as_json(post: Post, route: str, size: int) -> None:
    body = b'{"session": "x", "text": "' + b"a" * size + b'"}'
    assert_error(post(route, body), 413, "too_large")


def test_after_all_the_bad_requests_a_good_one_is_answered(post: Post, session: str) -> None:
    for bad in (DEEP, b"{", b"\xff", b"a" * 1_000_000):
        post("messages", bad)
    assert post("messages", {"session": session, "text": "What causes hip pain?"}).status_code == 200


@pytest.mark.parametrize("route", ["", "nothing", "session/more", "messages/1"])
def test_an_unknown_route_is_not_found(post: Post, route: str) -> None:
    assert_error(post(route, {}), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("route", ["session", "messages"])
def test_only_post_is_allowed(stack: Stack, client: httpx.Client, method: str, route: str) -> None:
    response = client.request(method, f"{stack.url}/webhooks/chat/{route}")
    assert_error(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "route",
    [
        "/webhooks/rest/webhook",
        "/webhooks/callback/webhook",
        "/model/parse",
        "/conversations/default/messages",
        "/conversations/default/tracker/events",
    ],
)
def test_rasas_own_doors_are_closed(stack: Stack, client: httpx.Client, route: str) -> None:
    response = client.post(stack.url + route, json={"sender": "default", "message": "/restart"})
    assert_error(response, 404, "not_found")


def test_replies_and_errors_are_never_kept_by_a_cache(post: Post, session: str) -> None:
    for response in (post("messages", {"session": session, "text": "hello"}), post("messages", b"{")):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_error_never_shows_what_was_sent(post: Post) -> None:
    secret = "my-name-is-anna"
    for body in ({secret: 1}, {"session": secret, "text": "x"}, {"session": "x", "choice": secret}):
        assert secret not in post("messages", body).text


def test_a_conversation_store_holds_nothing_of_a_refused_message(
    post: Post, session: str, store: Store
) -> None:
    post("messages", {"session": session, "text": "hello"})
    kept = len(store.events(session))
    post("messages", {"session": session, "text": "x" * 2_001})
    post("messages", {"session": session, "choice": "abc"})
    assert len(store.events(session)) == kept
