"""Sessions and choices are signed, bound to one another, end, and survive a change of the secret."""

from __future__ import annotations

import time

import pytest

from bot.channel.tokens import BadChoice, BadSession, ExpiredSession, OfferedChoice, Tokens

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32
YES = OfferedChoice("Yes", "affirm", {})


def test_a_session_is_read_with_the_secret_it_was_made_with_and_no_other() -> None:
    token = Tokens(OLD, 60).new_session()
    assert len(Tokens(OLD, 60).conversation(token)) == 32
    with pytest.raises(BadSession):
        Tokens(OTHER, 60).conversation(token)


def test_a_session_goes_on_while_a_new_secret_comes_into_use() -> None:
    token = Tokens(OLD, 60).new_session()
    choice = Tokens(OLD, 60).offer("c" * 32, YES)
    both = Tokens(NEW, 60, before=OLD)
    assert both.conversation(token) == Tokens(OLD, 60).conversation(token)
    assert both.offered("c" * 32, choice) == YES
    with pytest.raises(BadSession):
        Tokens(NEW, 60).conversation(token)


def test_what_is_made_meanwhile_is_signed_with_the_new_secret_alone() -> None:
    token = Tokens(NEW, 60, before=OLD).new_session()
    assert Tokens(NEW, 60).conversation(token)
    with pytest.raises(BadSession):
        Tokens(OLD, 60).conversation(token)


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    token = Tokens(OLD, 60).new_session()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 62)
    with pytest.raises(ExpiredSession):
        Tokens(OLD, 60).conversation(token)


def test_a_choice_belongs_to_its_conversation() -> None:
    tokens = Tokens(OLD, 60)
    with pytest.raises(BadChoice):
        tokens.offered("d" * 32, tokens.offer("c" * 32, YES))


def test_a_session_goes_on_after_a_clock_was_set_back_and_on_a_server_whose_clock_is_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time()
    token = Tokens(OLD, 3_600).new_session()
    monkeypatch.setattr(time, "time", lambda: now - 1_800)
    assert Tokens(OLD, 3_600).conversation(token)
    monkeypatch.setattr(time, "time", lambda: now - 7_200)
    with pytest.raises(ExpiredSession):
        Tokens(OLD, 3_600).conversation(token)
