"""What is kept of a conversation: read back, corrected, rated, erased."""

from __future__ import annotations

import sqlite3
from typing import Any

import httpx
import pytest

from evaluation.stack import Stack
from tests.channel.conftest import FELL, ORDINARY, Post, Store


def _say(post: Post, session: str, text: str, **more: Any) -> dict[str, Any]:
    reply: dict[str, Any] = post("messages", {"session": session, "text": text, **more}).json()
    return reply


def _choose(post: Post, session: str, choice: str) -> dict[str, Any]:
    reply: dict[str, Any] = post("messages", {"session": session, "choice": choice}).json()
    return reply


def _facts(post: Post, session: str) -> dict[str, dict[str, Any]]:
    return {fact["id"]: fact for fact in post("facts", {"session": session}).json()["facts"]}


def _correct(post: Post, session: str, fact: str, title: str) -> dict[str, Any]:
    choice = next(c for c in _facts(post, session)[fact]["choices"] if c["title"] == title)
    return _choose(post, session, choice["id"])


# ------------------------------------------------------------------ opening and history


def test_a_session_opens_with_the_notice_the_emergency_line_and_questions_to_pick(post: Post) -> None:
    opened = post("session", {}).json()
    assert "computer" in opened["notice"]
    assert "999" in opened["emergency"]
    assert len(opened["welcome"]["choices"]) >= 3
    assert opened["safety"][0]["card"]["kind"] == "fallback"
    reply = _choose(post, opened["session"], opened["welcome"]["choices"][2]["id"])
    assert reply["advice"]["topics"] == ["walking"]


def test_the_history_is_what_was_said_with_choices_that_still_work(post: Post, session: str) -> None:
    first = _say(post, session, "check my hip")
    offered = first["messages"][-1]["choices"]
    second = _choose(post, session, offered[0]["id"])
    told = post("history", {"session": session}).json()
    assert [turn["text"] for turn in told["turns"]] == ["check my hip", offered[0]["title"]]
    assert [turn["chosen"] for turn in told["turns"]] == [False, True]
    for turn, reply in zip(told["turns"], (first, second), strict=True):
        assert turn["turn"] == reply["turn"]
        assert turn["advice"] == reply["advice"]
        assert [m["text"] for m in turn["messages"]] == [m["text"] for m in reply["messages"]]
        assert [m.get("card") for m in turn["messages"]] == [m.get("card") for m in reply["messages"]]
    last = told["turns"][-1]["messages"][-1]["choices"]
    assert "error" not in _choose(post, session, last[1]["id"])


def test_the_history_of_a_chat_without_messages_is_its_opening(post: Post) -> None:
    opened = post("session", {}).json()
    told = post("history", {"session": opened.pop("session")}).json()
    assert told == {**opened, "turns": []}


def test_one_chat_does_not_see_another(post: Post, session: str) -> None:
    _say(post, session, FELL)
    other = post("session", {}).json()["session"]
    assert post("history", {"session": other}).json()["turns"] == []
    assert post("facts", {"session": other}).json()["facts"] == []


@pytest.mark.parametrize("route", ["history", "facts", "delete", "feedback"])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "session_missing"),
        ({"session": 7}, 400, "session_missing"),
        ({"session": "x", "sender": "y"}, 400, "unknown_field"),
        (b"{", 400, "bad_json"),
    ],
)
def test_a_wrong_request_is_refused_in_plain_words(
    post: Post, route: str, body: Any, status: int, code: str
) -> None:
    answer = post(route, body)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize("route", ["history", "facts", "delete"])
def test_a_token_that_is_not_ours_is_refused(post: Post, route: str) -> None:
    answer = post(route, {"session": "made-up"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "bad_session"


# ------------------------------------------------------------------ sending again


def test_a_message_sent_again_gets_the_same_reply_and_counts_once(
    post: Post, session: str, store: Store
) -> None:
    first = _say(post, session, ORDINARY, turn="turn-0001")
    again = _say(post, session, ORDINARY, turn="turn-0001", again=True)
    assert first["turn"] == again["turn"] == "turn-0001"
    assert again == first
    assert len(store.events(session, "user")) == 1


def test_a_message_that_never_arrived_is_answered_when_sent_again(post: Post, session: str) -> None:
    reply = _say(post, session, ORDINARY, turn="turn-0002", again=True)
    assert reply["advice"]["topics"] == ["walking"]


@pytest.mark.parametrize(
    "more", [{"turn": "short"}, {"turn": 12345678}, {"again": True}, {"turn": "a b c d e f"}]
)
def test_a_wrong_turn_is_refused(post: Post, session: str, more: dict[str, Any]) -> None:
    assert _say(post, session, ORDINARY, **more)["error"]["code"] == "bad_turn"


# ------------------------------------------------------------------ what is noted


def test_what_was_told_is_listed_in_plain_words(post: Post, session: str) -> None:
    _say(post, session, "I had my hip replaced in 2015. The pain is 6 out of 10.")
    held = _facts(post, session)
    assert held["hip_replacement"]["text"] == "a hip replacement"
    assert held["hip_replacement"]["answer"] == "yes"
    assert held["pain_score"]["answer"] == "6"


def test_a_corrected_fact_changes_the_advice_at_once(post: Post, session: str) -> None:
    assert _say(post, session, FELL)["advice"]["urgency"] == "emergency"
    reply = _correct(post, session, "cannot_weight_bear", "Change to: no")
    assert reply["advice"]["urgency"] != "emergency"
    assert reply["advice"]["facts"]["cannot_weight_bear"] is False
    assert "fracture_dislocation" not in reply["advice"]["reasons"]


def test_a_correction_that_leaves_no_alarm_is_acknowledged(post: Post, session: str) -> None:
    _say(post, session, "I've had this for two years")
    reply = _correct(post, session, "chronic", "Change to: no")
    assert reply["advice"]["reasons"] == []
    assert "changed" in reply["messages"][0]["text"]


def test_a_correction_can_raise_the_alarm(post: Post, session: str) -> None:
    _say(post, session, "I fell yesterday but I can stand and walk on the leg")
    reply = _correct(post, session, "cannot_weight_bear", "Change to: yes")
    assert reply["messages"][0]["card"]["kind"] == "emergency"


def test_a_forgotten_fact_is_gone_and_is_asked_for_again(post: Post, session: str) -> None:
    _say(post, session, "I had my hip replaced in 2015")
    reply = _correct(post, session, "hip_replacement", "Forget this")
    assert "hip_replacement" not in reply["advice"]["facts"]
    assert reply["advice"]["reasons"] == []
    assert "hip_replacement" not in _facts(post, session)


def test_the_score_can_be_any_from_0_to_10(post: Post, session: str) -> None:
    _say(post, session, "pain is 3 out of 10")
    reply = _correct(post, session, "pain_score", "9")
    assert reply["advice"]["facts"]["pain_score"] == 9
    assert reply["advice"]["urgency"] == "urgent"


def test_a_suspicion_is_shown_and_can_be_taken_back(post: Post, session: str) -> None:
    told = _say(post, session, "my leg looks all wrong since I came off my bike")
    assert told["advice"]["urgency"] == "emergency"
    reply = _correct(post, session, "fracture_dislocation", "I did not mean that")
    assert "fracture_dislocation" not in reply["advice"]["reasons"]
    assert reply["advice"]["urgency"] != "emergency"
    assert "fracture_dislocation" not in _facts(post, session)


def test_correcting_inside_the_check_goes_on_with_the_check(post: Post, session: str) -> None:
    reply = _say(post, session, "check my hip")
    reply = _choose(post, session, reply["messages"][-1]["choices"][0]["id"])
    asked = reply["messages"][-1]["text"]
    reply = _correct(post, session, "over_65", "Change to: yes")
    assert "changed" in reply["messages"][0]["text"]
    assert reply["messages"][-1]["text"] == asked
    assert not any("could not use" in m["text"] for m in reply["messages"])


def test_a_fact_forgotten_inside_the_check_is_asked_for_again(post: Post, session: str) -> None:
    first = _say(post, session, "check my hip")
    _choose(post, session, first["messages"][-1]["choices"][0]["id"])
    _correct(post, session, "over_65", "Forget this")
    reply = _correct(post, session, "under_16", "Forget this")
    assert reply["messages"][-1]["text"] == first["messages"][-1]["text"]


def test_starting_again_empties_what_is_noted(post: Post) -> None:
    opened = post("session", {}).json()
    session = opened["session"]
    _say(post, session, FELL)
    reply = _choose(post, session, opened["start_over"]["id"])
    assert reply["advice"]["urgency"] == "self_care"
    assert _facts(post, session) == {}


# ------------------------------------------------------------------ thumbs up or down


def test_a_verdict_is_kept_and_changes_nothing_else(post: Post, session: str, store: Store) -> None:
    turn = _say(post, session, ORDINARY)["turn"]
    answer = post("feedback", {"session": session, "turn": turn, "rating": "down", "comment": "too long"})
    assert answer.json() == {"kept": True}
    kept = [e for e in store.events(session, "slot") if e["name"] == "feedback"]
    assert kept[-1]["value"] == {"turn": turn, "rating": "down", "comment": "too long"}
    assert _say(post, session, "how far should I walk?")["advice"]["topics"] == ["walking"]
    assert post("history", {"session": session}).json()["turns"][0]["rating"] == "down"
    assert "feedback" not in _facts(post, session)


def test_the_latest_verdict_on_a_reply_counts(post: Post, session: str) -> None:
    turn = _say(post, session, ORDINARY)["turn"]
    for rating in ("down", "up"):
        post("feedback", {"session": session, "turn": turn, "rating": rating})
    assert post("history", {"session": session}).json()["turns"][0]["rating"] == "up"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"turn": "another-turn", "rating": "up"}, "bad_turn"),
        ({"rating": "up"}, "bad_turn"),
        ({"turn": "another-turn", "rating": "great"}, "bad_rating"),
        ({"turn": "another-turn", "rating": "up", "comment": 1}, "bad_text"),
        ({"turn": "another-turn", "rating": "up", "comment": "x" * 301}, "too_long"),
    ],
)
def test_a_wrong_verdict_is_refused(post: Post, session: str, given: dict[str, Any], code: str) -> None:
    _say(post, session, ORDINARY)
    assert post("feedback", {"session": session, **given}).json()["error"]["code"] == code


# ------------------------------------------------------------------ delete my chat


def test_a_deleted_chat_is_gone_from_the_raw_database_file(
    post: Post, session: str, store: Store, stack: Stack
) -> None:
    words = "zylophagous"
    turn = _say(post, session, f"my {words} hip hurts and my name is {words}")["turn"]
    post("feedback", {"session": session, "turn": turn, "rating": "up", "comment": words})
    conversation = store.tokens.conversation(session)
    assert _anywhere(stack, words)
    assert _anywhere(stack, conversation)
    assert post("delete", {"session": session}).json() == {"deleted": True}
    assert store.events(session) == []
    assert not _anywhere(stack, words)
    assert not _anywhere(stack, conversation)
    assert post("history", {"session": session}).json()["turns"] == []


def test_a_deleted_chat_is_gone_from_the_write_ahead_log_too(
    post: Post, session: str, store: Store, stack: Stack
) -> None:
    words = "quomodocunquize"
    with sqlite3.connect(stack.folder / "conversations.db") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
    _say(post, session, f"my {words} hip hurts")
    assert _anywhere(stack, words)
    post("delete", {"session": session})
    assert not _anywhere(stack, words)


def test_deleting_one_chat_leaves_the_others(post: Post, session: str, store: Store) -> None:
    other = post("session", {}).json()["session"]
    _say(post, session, ORDINARY)
    _say(post, other, ORDINARY)
    before = store.events(other)
    post("delete", {"session": session})
    assert store.events(other) == before


def test_deleting_waits_for_the_turn_in_progress(
    stack: Stack, post: Post, session: str, store: Store
) -> None:
    import threading

    thread = threading.Thread(
        target=lambda: httpx.post(
            f"{stack.url}/webhooks/chat/messages", json={"session": session, "text": ORDINARY}, timeout=60
        )
    )
    thread.start()
    post("delete", {"session": session})
    thread.join()
    post("delete", {"session": session})
    assert store.events(session) == []


def _anywhere(stack: Stack, words: str) -> bool:
    """Whether ``words`` stand in the database file or in the journals beside it."""
    return any(words.encode() in path.read_bytes() for path in stack.folder.glob("conversations.db*"))
