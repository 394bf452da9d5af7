"""The floating chat beside a page and over it: no focus gets lost behind it, and it can always be left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from evaluation.stack import Stack
from tests.browser.conftest import PHONE, Chat

PAGE = """<!doctype html><html lang="en-GB"><head><title>A page</title><meta name="viewport" content="width=device-width">
<script type="module" src="/web/hip-chat.js"></script></head><body><main><h1>A page</h1><a href="#before">Before</a></main>
<hip-chat floating></hip-chat><footer><a href="#after">After</a></footer></body></html>"""
WIDE = {"width": 1280, "height": 800}
OPEN = "Ask about a sore hip"


@pytest.fixture
def page_around(context: BrowserContext, stack: Stack) -> Iterator[Chat]:
    """A page with a link before the floating chat and one after it."""
    chat = Chat(context.new_page(), stack.url)
    chat.page.route("**/around", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    chat.page.goto(f"{stack.url}/around")
    expect(_launcher(chat)).to_be_visible()
    yield chat
    assert chat.problems == []


def _launcher(chat: Chat) -> Locator:
    return chat.page.get_by_role("button", name=OPEN)


def _dialog(chat: Chat) -> Locator:
    return chat.page.get_by_role("dialog", name=OPEN)


def _tabbed(chat: Chat, times: int = 25) -> set[str]:
    """The names of what Tab reaches: links of the page, buttons and boxes of the chat."""
    reached = set()
    for _ in range(times):
        chat.page.keyboard.press("Tab")
        reached.add(
            chat.page.evaluate(
                """() => {
                    const inside = document.querySelector("hip-chat").shadowRoot.activeElement;
                    return (inside ?? document.activeElement).id || (inside ?? document.activeElement).textContent;
                }"""
            )
        )
    return reached


def test_a_chat_that_covers_the_page_keeps_the_focus_until_it_is_closed(page_around: Chat) -> None:
    chat = page_around
    _launcher(chat).click()
    chat.opened()
    chat.picture("floating-390")
    reached = _tabbed(chat)
    assert {"What I have noted", "Close", "text", "Send"} <= reached
    assert not {"Before", "After"} & reached
    chat.text.focus()
    chat.page.keyboard.press("Escape")
    expect(_launcher(chat)).to_be_focused()
    assert {"Before", "After"} <= _tabbed(chat)


def test_a_chat_beside_the_page_leaves_the_page_to_the_keyboard(page_around: Chat) -> None:
    chat = page_around
    chat.page.set_viewport_size(WIDE)
    _launcher(chat).click()
    chat.opened()
    chat.picture("floating-1280")
    assert {"Before", "After", "Close", "text"} <= _tabbed(chat)
    chat.page.get_by_role("link", name="After").focus()
    chat.page.keyboard.press("Escape")
    expect(_dialog(chat)).to_be_hidden()
    expect(_launcher(chat)).to_be_visible()
    expect(chat.page.get_by_role("link", name="After")).to_be_focused()


def test_a_page_that_becomes_narrow_is_covered_without_losing_the_place(page_around: Chat) -> None:
    chat = page_around
    chat.page.set_viewport_size(WIDE)
    _launcher(chat).click()
    chat.opened()
    chat.text.fill("half a sen")
    chat.page.set_viewport_size(PHONE)
    expect(chat.page.locator("hip-chat dialog:modal")).to_be_visible()
    expect(chat.text).to_be_focused()
    expect(chat.text).to_have_value("half a sen")
    assert not {"Before", "After"} & _tabbed(chat)
    chat.page.set_viewport_size(WIDE)
    expect(chat.page.locator("hip-chat dialog:not(:modal)")).to_be_visible()
    assert {"Before", "After"} <= _tabbed(chat)


def test_the_back_gesture_of_a_phone_closes_the_chat(page_around: Chat) -> None:
    chat = page_around
    _launcher(chat).click()
    chat.opened()
    _dialog(chat).evaluate("dialog => dialog.requestClose()")
    expect(_dialog(chat)).to_be_hidden()
    expect(_launcher(chat)).to_be_focused()
    chat.page.reload()
    expect(_launcher(chat)).to_be_visible()


def test_escape_closes_what_is_noted_before_the_chat(page_around: Chat) -> None:
    chat = page_around
    _launcher(chat).click()
    chat.opened()
    chat.page.get_by_role("button", name="What I have noted").click()
    expect(chat.page.get_by_role("button", name="Delete my chat")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#noted")).to_be_hidden()
    expect(_dialog(chat)).to_be_visible()
    expect(chat.page.get_by_role("button", name="What I have noted")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(_dialog(chat)).to_be_hidden()


def test_after_a_reload_an_open_chat_beside_the_page_takes_no_focus(page_around: Chat) -> None:
    chat = page_around
    chat.page.set_viewport_size(WIDE)
    _launcher(chat).click()
    chat.opened()
    chat.page.reload()
    chat.opened()
    assert chat.page.evaluate("document.activeElement === document.body")
