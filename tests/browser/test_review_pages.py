"""The team's review pages in real Chromium: axe finds nothing, a keyboard is enough, no script, 320 pixels."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from evaluation.stack import PROJECT, free_port
from evaluation.tracker_events import EMERGENCY, SOON, WALKING, SqliteStore, chat, generated, loop, slot, turn
from tests.browser.conftest import SCREENSHOTS

PASSWORD = "a long enough password"
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
#: All rules of WCAG 2.2 up to AA, and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Review:
    """The running review pages with some conversations, and a logged-in admin."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "conversations.db")
        self.url = f"http://127.0.0.1:{free_port()}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("REVIEW_")},
            "DATA_FOLDER": str(folder),
            "TRACKER_DB": str(self.store.path),
            "REVIEW_DATABASE": f"sqlite://{folder}/review.db",
            "REVIEW_PORT": self.url.rsplit(":", 1)[1],
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str) -> str:
        ask = [sys.executable, "-m", "bot.review", *words]
        done = subprocess.run(
            ask, cwd=PROJECT, env=self._environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def __enter__(self) -> Review:
        self.link = self.command("prepare").split()[-1]
        _talk(self.store)
        for command in ("follow", "serve"):
            ask = [sys.executable, "-m", "bot.review", command]
            self._processes.append(subprocess.Popen(ask, cwd=PROJECT, env=self._environment))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health", timeout=10).status_code == 200:
                    return self
            except httpx.ConnectError:
                pass
            time.sleep(0.2)
        raise AssertionError("The review pages did not start.")

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            process.wait(20)
        self.store.close()


def _talk(store: SqliteStore) -> None:
    store.write(generated(3_000, seed=11))
    store.write(
        chat(
            "two years",
            turn("hello", "Hello.", intent="greet", told={"scope": "greet"}),
            turn("I've had pain for two years", told=SOON, message_id="m1"),
            turn("I have a hip replacement, which exercises can I do? I am Ann Hill", told=SOON),
            turn("does my parrot limp too", misses=1, intent="out_of_scope", told={"scope": "out_of_scope"}),
            [loop("check_form"), slot("feedback", {"turn": "m1", "rating": "down", "comment": "too long"})],
        )
    )
    store.write(
        chat(
            "fell",
            turn("I fell and can't stand on my leg", "Get help now.", told=EMERGENCY, card="emergency"),
        )
    )
    store.write(chat("silent", turn("anybody there", reply=""), turn("is walking good", told=WALKING)))


@pytest.fixture(scope="module")
def review() -> Iterator[Review]:
    with tempfile.TemporaryDirectory(prefix="hip-review-") as folder, Review(Path(folder)) as started:
        yield started


@pytest.fixture(scope="module")
def cookies(review: Review, browser: Browser) -> list[object]:
    """What an admin's browser holds after the first set-up, by the printed link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(review.link)
    page.get_by_label("Your user name").fill("lead")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for review")).to_be_visible()
    held = context.cookies()
    context.close()
    return list(held)


@pytest.fixture
def context(review: Review, browser: Browser, cookies: list[object]) -> Iterator[BrowserContext]:
    """A browser in which the admin is logged in, with scripts switched off: the pages have none."""
    opened = browser.new_context(viewport={"width": 1280, "height": 850}, base_url=review.url)
    opened.add_cookies(cookies)  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, review: Review) -> Iterator[Page]:
    """A page whose console errors and foreign requests count as failures."""
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda r: None if r.url.startswith(review.url) else problems.append(r.url))
    yield opened
    assert problems == []


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


def opened(page: Page, words: str) -> None:
    """Opens the conversation that the search finds first."""
    page.goto(f"/queue/?q={words}&reviewed=all")
    page.locator("a.item").first.click()
    expect(page.get_by_role("heading", name="Conversation of")).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page, everything unfolded."""
    assert AXE.is_file(), "axe-core is missing. Run: scripts/node"
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert len(found["passes"]) > 10, "axe has checked nothing"
    return [
        json.dumps({"rule": v["id"], "help": v["help"], "nodes": [n["html"] for n in v["nodes"][:3]]})
        for v in found["violations"]
    ]


PAGES = (
    "/queue/",
    "/queue/?urgency=soon&q=hip&order=latest",
    "/queue/?q=nothingmatchesthis",
    "/queue/?reviewed=never",
    "/dashboard/",
    "/dashboard/?since=2025-11-20&until=2026-11-23&version=2137a0071660&against=3419aa02ba2f",
    "/learning/",
    "/content/",
    "/tags/",
    "/accounts/",
    "/account/",
    "/audit/",
    "/erasures/",
)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    page.goto(address)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_on_the_pages_of_one_conversation(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    opened(page, "replacement+parrot")
    address = page.url.split("?")[0]
    assert complaints(page) == []
    for more in ("original/", "erase/", "2/events/"):
        page.goto(address + more)
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_on_the_pages_before_the_login(
    browser: Browser, review: Review, cookies: list[object]
) -> None:
    link = review.command("invite", "rosa", "reviewer").split()[-1]
    fresh = browser.new_context(base_url=review.url)
    page = fresh.new_page()
    for address in ("/login/", link, "/set-up/used/"):
        page.goto(address)
        assert complaints(page) == []
    page.goto("/login/")
    page.get_by_label("Username").fill("rosa")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Please enter a correct username and password")
    assert complaints(page) == []
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for review")).to_be_visible()
    page.goto("/audit/")
    expect(page.get_by_role("heading", name="That is not possible")).to_be_visible()
    assert complaints(page) == []
    page.goto("/account/")
    page.get_by_role("button", name="Set it up").click()
    picture = "async image => { await image.decode(); return image.naturalWidth }"
    assert page.get_by_alt_text("QR code").evaluate(picture) > 0
    assert complaints(page) == []
    fresh.close()


def test_axe_finds_nothing_on_the_pages_that_are_seen_once(browser: Browser, review: Review) -> None:
    from django_otp.oath import totp

    fresh = browser.new_context(base_url=review.url)
    page = fresh.new_page()
    page.goto(review.command("invite", "otto", "admin").split()[-1])
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for review")).to_be_visible()
    page.goto("/conversations/0000000000000000/")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    assert complaints(page) == []
    page.goto("/accounts/")
    page.get_by_label("User name").fill("pia")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator("code.link")).to_contain_text("/set-up/")
    assert complaints(page) == []
    page.get_by_role("row", name="pia").get_by_role("button", name="New set-up link").click()
    expect(page.get_by_role("heading", name="Set-up link for pia")).to_be_visible()
    assert complaints(page) == []
    page.goto("/account/")
    page.get_by_role("button", name="Set it up").click()
    key = base64.b32decode(
        str(page.locator("p:has-text('Or type this key') code").text_content()).replace(" ", "")
    )
    page.get_by_label("Code").fill(f"{totp(key):06}")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Your second factor is on")).to_be_visible()
    assert complaints(page) == []
    spare = str(page.locator(".codes code").first.text_content())
    page.goto("/queue/")
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Username").fill("otto")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    assert complaints(page) == []
    page.get_by_label("Code").fill(spare)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for review")).to_be_visible()
    fresh.close()


def test_tables_can_be_read_on_a_phone_and_the_numbers_of_two_versions_are_seen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 850})
    page.goto("/content/")
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('tr')].map(row => row.offsetHeight))")
    assert tallest < 600
    page.set_viewport_size({"width": 1280, "height": 850})
    model = "05cdd65d32664e2b85de9056794dfe15"
    page.goto(f"/dashboard/?since=2026-08-01&until=2026-11-23&version=2137a0071660&against={model}")
    hidden = page.evaluate(
        "[...document.querySelectorAll('.charts .scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    )
    assert hidden == 0


def test_the_conversation_two_years_replacement_exercises_is_found_in_three_clicks(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search what visitors wrote").fill("two years, replacement, exercises")
    page.get_by_role("button", name="Search").click()
    page.locator("a.item").click()
    expect(page.locator("#m2")).to_contain_text("two years")
    expect(page.locator("#m3")).to_contain_text(
        "I have a hip replacement, which exercises can I do? I am <NAME>"
    )
    picture(page, "review-conversation-1280")


def test_the_queue_is_walked_by_keyboard_alone(page: Page) -> None:
    page.goto("/queue/?group=failed")
    waiting = page.locator("a.item").count()
    assert waiting > 1
    page.locator("a.item").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _ in range(waiting):
        expect(page.get_by_role("heading", name="Conversation of")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to judging")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("radio", name="right", exact=True)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name="too cautious")).to_be_checked()
        with page.expect_navigation():  # the next conversation looks like this one
            page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved. That was the last one in this list.")
    expect(page.locator(".empty")).to_be_visible()
    page.goto("/queue/?group=failed&reviewed=yes")
    assert page.locator("a.item").count() == waiting
    expect(page.locator("a.item").first).to_contain_text("reviewed by lead")


def test_every_control_is_reached_by_tab_and_shows_where_it_is(page: Page) -> None:
    opened(page, "replacement+parrot")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, select, textarea, summary, input:not([type=hidden]):not([type=radio])')]"
        ".filter(e => e.checkVisibility()).length"
    )
    seen = 0
    for _ in range(wanted + 10):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const e = document.activeElement; if (e === document.body) return null;"
            "const s = getComputedStyle(e); return [s.outlineStyle, parseFloat(s.outlineWidth)] }"
        )
        if shown is None:
            break
        assert shown[0] != "none"
        assert shown[1] >= 2
        seen += 1
    assert seen >= wanted


def test_everything_works_with_scripts_switched_off(
    browser: Browser, review: Review, cookies: list[object]
) -> None:
    plain = browser.new_context(base_url=review.url, java_script_enabled=False)
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto("/queue/?q=two+years+replacement+exercises&reviewed=all")
    page.locator("a.item").click()
    page.locator("#m4 summary", has_text="Should have been").click()
    page.locator("#m4").get_by_label("Topic").select_option("symptoms")
    page.locator("#m4").get_by_role("button", name="Save correction").click()
    expect(page.get_by_role("status")).to_have_text("Message 4 is corrected.")
    expect(page.locator("#m4 .corrected")).to_contain_text("Should have been")
    page.goto("/learning/")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download the corrected ones")).click()
    assert "parrot" in Path(download.value.path()).read_text(encoding="utf-8")
    plain.close()


@pytest.mark.parametrize(("name", "width"), [("review-queue-1280", 1280), ("review-queue-390", 390)])
def test_the_queue_as_it_looks(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    page.goto("/queue/?reviewed=all")
    expect(page.get_by_role("heading", name="All conversations")).to_be_visible()
    picture(page, name)
    page.goto("/dashboard/?since=2026-08-01&until=2026-11-23&version=2137a0071660&against=3419aa02ba2f")
    picture(page, name.replace("queue", "dashboard"))
