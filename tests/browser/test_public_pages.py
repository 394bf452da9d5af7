"""The public pages in real Chromium: with and without JavaScript, by keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from evaluation.stack import PROJECT, Stack

pytestmark = pytest.mark.browser
SCREENSHOTS = PROJECT / "build" / "screenshots"
ADDRESSES = ("/faq", "/privacy")
PHONE = {"width": 390, "height": 844}
#: Smallest side of a link that stands alone, in CSS pixels.
TARGET = 44
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
#: All rules of WCAG 2.2 up to AA, and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, stack: Stack) -> Iterator[Open]:
    """Opens an address; a console message, a refused part or a request to another host fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def visit(address: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: _same_host(request.url, stack.url, problems))
        page.add_init_script(
            "window.refused = [];"
            "document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective));"
        )
        page.goto(stack.url + address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


def _same_host(url: str, own: str, problems: list[str]) -> None:
    if not url.startswith((own, "data:")):
        problems.append(f"request to {url}")


def _screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_can_be_read_with_javascript_switched_off(open_page: Open, address: str) -> None:
    page = open_page(address, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if address == "/faq":
        expect(page.get_by_text("Keep walking if it feels comfortable.")).to_be_visible()
        expect(page.get_by_role("img", name="Leg back: start")).to_be_visible()
        expect(page.get_by_role("img")).to_have_count(10)
    _screenshot(page, f"{address[1:]}-390")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_policy_refuses_nothing_on_a_page(open_page: Open, address: str) -> None:
    page = open_page(address)
    assert page.evaluate("window.refused") == []
    assert page.locator("link[rel=stylesheet]").evaluate("link => link.sheet.cssRules.length") > 20


def test_the_structured_data_is_a_block_of_data_to_the_browser(open_page: Open) -> None:
    page = open_page("/faq")
    data = page.evaluate("JSON.parse(document.querySelector('script').textContent)")
    assert data["@type"] == "FAQPage"
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("window.refused") == []


def test_the_emergency_lines_are_in_sight_at_once_on_a_phone(open_page: Open) -> None:
    page = open_page("/faq")
    heading = page.get_by_role("heading", name="If you need help now")
    box = page.get_by_text(
        "Call 999 (911 in the US or Canada) if you cannot stand after a fall."
    ).bounding_box()
    assert box
    assert box["y"] + box["height"] <= PHONE["height"] / 2
    expect(heading).to_be_in_viewport()


def test_the_first_press_of_tab_offers_to_skip_to_the_main_part(open_page: Open) -> None:
    page = open_page("/faq")
    skip = page.get_by_role("link", name="Skip to the main part")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="See all warning signs").first).to_be_focused()


def test_an_exercise_is_reached_by_keyboard_and_leads_back_to_who_should_not_do_it(open_page: Open) -> None:
    page = open_page("/faq")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Knee lift").focus()
    page.keyboard.press("Enter")
    exercise = page.get_by_role("article", name="Knee lift (hip flexion)")
    expect(exercise.get_by_role("heading", name="Knee lift (hip flexion)")).to_be_in_viewport()
    page.keyboard.press("Tab")
    back = exercise.get_by_role("link", name="Check the list first")
    expect(back).to_be_focused()
    assert back.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="First: who should not do these")).to_be_in_viewport()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_does_not_scroll_sideways_at_320_pixels_or_with_text_twice_as_large(
    open_page: Open, address: str
) -> None:
    page = open_page(address, viewport={"width": 320, "height": 640})
    assert _fits(page)
    _screenshot(page, f"{address[1:]}-320")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert _fits(page)
    page.evaluate(
        "Object.assign(document.body.style, {lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em'})"
    )
    assert _fits(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_links_that_stand_alone_are_large_enough_for_a_thumb(open_page: Open, address: str) -> None:
    page = open_page(address)
    links = page.locator(".actions a, nav a")
    sizes = links.evaluate_all("links => links.map(link => link.getBoundingClientRect().height)")
    assert sizes
    assert min(sizes) >= TARGET


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_and_leaves_nothing_undecided(
    open_page: Open, address: str, width: int, look: dict[str, str]
) -> None:
    assert AXE.is_file(), "axe-core is missing. Run: scripts/node"
    page = open_page(address, viewport={"width": width, "height": 850}, **look)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert len(found["passes"]) > 10, "axe has checked nothing"
    assert [rule["id"] for rule in (*found["violations"], *found["incomplete"])] == []


def test_drawings_take_the_colours_of_the_page(open_page: Open) -> None:
    shapes = "article svg circle"
    light = open_page("/faq").locator(shapes).first.evaluate("shape => getComputedStyle(shape).fill")
    dark_page = open_page("/faq", color_scheme="dark")
    dark = dark_page.locator(shapes).first.evaluate("shape => getComputedStyle(shape).fill")
    _screenshot(dark_page, "faq-390-dark")
    assert light == "rgb(27, 27, 31)"
    assert dark == "rgb(241, 241, 244)"
    forced = open_page("/faq", forced_colors="active", color_scheme="dark")
    assert forced.locator(shapes).first.evaluate("shape => getComputedStyle(shape).fill") == forced.evaluate(
        "getComputedStyle(document.body).color"
    )


def test_the_page_prints_on_a4_with_one_exercise_unbroken_and_without_its_links(
    open_page: Open,
) -> None:
    # A4 less two margins of 18 mm, at 96 dots an inch
    page = open_page("/faq", viewport={"width": 658, "height": 1000})
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_hidden()
    breaks = page.locator("article.exercise").evaluate_all(
        "articles => articles.map(article => getComputedStyle(article).breakInside)"
    )
    assert breaks == ["avoid"] * 5
    heights = page.locator("article.exercise").evaluate_all(
        "articles => articles.map(article => article.getBoundingClientRect().height)"
    )
    # 297 mm less two margins of 16 mm, at 96 dots an inch
    assert max(heights) < (297 - 2 * 16) / 25.4 * 96
    printed = page.pdf(prefer_css_page_size=True)
    (PROJECT / "build").mkdir(exist_ok=True)
    (PROJECT / "build" / "faq.pdf").write_bytes(printed)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert 8 <= len(sizes) <= 18
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}
