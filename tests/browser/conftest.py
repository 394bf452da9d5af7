"""A real Chromium, and a visitor who uses the chat in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from evaluation.stack import PROJECT, Stack, chromium

# a busy machine takes its time; what never comes still fails
expect.set_options(timeout=20_000)
SCREENSHOTS = PROJECT / "build" / "screenshots"
PHONE = {"width": 390, "height": 844}
#: The buttons that lead through the guided check to an exercise.
CHECK = ("Me, 16 to 64", "No", "Yes, I can", "None of these", "No", "No", "Up to two weeks", "0 to 3")
FELL = "I fell and can't stand on my leg"
WALKING = "Is walking good for a sore hip?"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs Chromium."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


class Chat:
    """A page with the chat, as a visitor sees it; ``problems`` gathers console errors and foreign requests."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((host, "data:"))
                else self.problems.append(f"request to {request.url}")
            ),
        )

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.problems.append(str(getattr(message, "text", "")))

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    @property
    def text(self) -> Locator:
        """The box to write in."""
        return self.page.get_by_label("Your message")

    @property
    def status(self) -> Locator:
        """The line that says what is going on."""
        return self.page.locator("hip-chat .panel > p[role=status]")

    @property
    def said(self) -> Locator:
        """What the visitor has said."""
        return self.page.locator("hip-chat .visitor")

    def opened(self) -> Chat:
        """Waits for the first questions to pick."""
        expect(self.page.get_by_role("button", name="Is walking good?")).to_be_visible()
        return self

    def say(self, words: str) -> None:
        """Types a message and waits for its answer."""
        self.text.fill(words)
        self.text.press("Enter")
        self.answered()

    def pick(self, title: str) -> None:
        """Picks the latest choice with this title and waits for its answer."""
        self.page.get_by_role("button", name=title, exact=True).last.click()
        self.answered()

    def answered(self) -> None:
        """Waits until nothing is being written."""
        self.page.wait_for_timeout(50)
        expect(self.page.locator("hip-chat .busy")).to_have_count(0, timeout=20_000)

    def check(self) -> None:
        """Goes through the guided check to an exercise."""
        self.say("check my hip")
        for title in CHECK:
            self.pick(title)

    def picture(self, name: str) -> None:
        """Keeps a screenshot with the build."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser as on a phone, with nothing stored."""
    opened = browser.new_context(viewport=PHONE)
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def chat(context: BrowserContext, stack: Stack) -> Iterator[Chat]:
    """The demo page on a phone. Any console message or request to another host is a failure."""
    opened = Chat(context.new_page(), stack.url)
    opened.page.goto(stack.url)
    yield opened.opened()
    assert opened.problems == []
