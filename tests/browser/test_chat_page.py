"""The first plain page in real Chromium: a person can chat, by keyboard, on a phone, under the strict policy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evaluation.stack import PROJECT, Stack

pytestmark = pytest.mark.browser
SCREENSHOTS = PROJECT / "build" / "screenshots"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is not installed. On Debian or Ubuntu: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The page on a phone, with every console error and every request to another host counted as a failure."""
    context = browser.new_context(viewport=PHONE)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((stack.url, "data:"))
            else errors.append(f"request to {request.url}")
        ),
    )
    opened.goto(stack.url)
    yield opened
    context.close()
    assert errors == []


def _say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.keyboard.press("Enter")


def test_a_question_typed_on_a_phone_is_answered(page: Page) -> None:
    _say(page, "Is walking good for a sore hip?")
    expect(page.get_by_role("log")).to_contain_text("Keep walking if it feels comfortable")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "walking-390.png")


def test_the_page_does_not_scroll_sideways_at_320_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    _say(page, "I fell and can't stand on my leg")
    expect(page.locator(".emergency")).to_contain_text("Get help now")
    top = page.locator(".emergency").bounding_box()
    assert top
    assert 0 <= top["y"] <= 320, "the start of the emergency card must be in view"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "emergency-320.png")


def test_the_check_can_be_done_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_label("Your message").focus()
    page.keyboard.type("check my hip")
    page.keyboard.press("Enter")
    for title in (
        "Me, 16 to 64", "No", "Yes, I can", "None of these", "No", "No", "Up to two weeks", "0 to 3",
    ):  # fmt: skip
        button = page.get_by_role("button", name=title, exact=True).last
        expect(button).to_be_enabled()
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_be_disabled()
    expect(page.locator(".outcome")).to_contain_text("Your hip check")
    expect(page.get_by_role("button", name="Copy this")).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "outcome-390.png")


def test_script_in_a_message_is_shown_as_text(page: Page) -> None:
    _say(page, "<img src=x onerror=alert(1)> is walking ok")
    expect(page.locator(".visitor")).to_have_text("<img src=x onerror=alert(1)> is walking ok")
    assert page.locator("#log img").count() == 0


def test_the_notice_says_it_is_a_computer_and_names_the_emergency_number(page: Page) -> None:
    expect(page.locator(".notice")).to_contain_text("You are talking to a computer")
    expect(page.locator(".notice")).to_contain_text("999")
