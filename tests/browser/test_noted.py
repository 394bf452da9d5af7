"""What I have noted: listed, corrected with the advice changing at once, forgotten; start again; delete my chat."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, expect

from evaluation.stack import Stack
from tests.browser.conftest import FELL, Chat


def _open(chat: Chat) -> Locator:
    chat.page.get_by_role("button", name="What I have noted").click()
    noted = chat.page.locator("#noted")
    expect(noted.get_by_role("button", name="Delete my chat")).to_be_visible()
    return noted


def test_nothing_is_noted_at_first(chat: Chat) -> None:
    expect(_open(chat)).to_contain_text("Nothing yet.")


def test_the_facts_are_listed_in_plain_words(chat: Chat) -> None:
    chat.say("I had my hip replaced in 2015")
    expect(_open(chat).get_by_role("listitem").first).to_contain_text("a hip replacement: yes")
    chat.picture("noted-390")


def test_a_correction_changes_the_advice_at_once(chat: Chat) -> None:
    chat.say(FELL)
    noted = _open(chat)
    noted.get_by_text("Change", exact=True).nth(1).click()
    noted.get_by_role("button", name="Change to: no").last.click()
    expect(noted).to_be_hidden()
    chat.answered()
    expect(chat.said.last).to_contain_text("cannot stand or walk on the leg: no")
    expect(chat.page.locator(".emergency")).to_have_count(1)
    expect(_open(chat).get_by_role("listitem").nth(1)).to_contain_text("cannot stand or walk on the leg: no")


def test_a_fact_is_forgotten(chat: Chat) -> None:
    chat.say("I had my hip replaced in 2015")
    noted = _open(chat)
    noted.get_by_text("Change", exact=True).click()
    noted.get_by_role("button", name="Forget this").click()
    chat.answered()
    expect(_open(chat)).to_contain_text("Nothing yet.")


def test_start_again_puts_everything_aside(chat: Chat) -> None:
    chat.say(FELL)
    _open(chat).get_by_role("button", name="Start again").click()
    chat.answered()
    expect(chat.log).to_contain_text("All right, we start again.")
    expect(_open(chat)).to_contain_text("Nothing yet.")


def test_delete_asks_first_and_can_be_left(chat: Chat) -> None:
    chat.say(FELL)
    noted = _open(chat)
    noted.get_by_role("button", name="Delete my chat").click()
    expect(noted).to_contain_text("It cannot be brought back.")
    expect(noted.get_by_role("button", name="No, keep it")).to_be_focused()
    noted.get_by_role("button", name="No, keep it").click()
    expect(noted).to_be_hidden()
    expect(chat.said).to_have_count(1)


def test_a_deleted_chat_is_gone_here_and_on_the_server(chat: Chat, stack: Stack) -> None:
    chat.say(FELL)
    token = chat.page.evaluate("JSON.parse(Object.values(sessionStorage)[0]).session")
    noted = _open(chat)
    noted.get_by_role("button", name="Delete my chat").click()
    noted.get_by_role("button", name="Yes, delete it").click()
    expect(chat.log).to_contain_text("Your chat has been deleted.")
    expect(chat.said).to_have_count(0)
    history = httpx.post(f"{stack.url}/webhooks/chat/history", json={"session": token}, timeout=30).json()
    assert history["turns"] == []
    assert "session" not in chat.page.evaluate("JSON.parse(Object.values(sessionStorage)[0])")
    chat.page.reload()
    chat.opened()
    expect(chat.said).to_have_count(0)


def test_after_deleting_one_can_simply_go_on_writing(chat: Chat) -> None:
    chat.say(FELL)
    noted = _open(chat)
    noted.get_by_role("button", name="Delete my chat").click()
    noted.get_by_role("button", name="Yes, delete it").click()
    expect(chat.page.get_by_role("button", name="Start a new chat")).to_be_focused()
    chat.say("when are you open?")
    expect(chat.log).to_contain_text("Monday to Friday")
    expect(chat.page.locator(".notice")).to_be_visible()
