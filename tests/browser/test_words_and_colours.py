"""What a page may set: every word by one file of words, every colour, the font and the height by custom properties."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from evaluation.stack import PROJECT, Stack
from tests.browser.conftest import Chat

WORDS: dict[str, str] = json.loads((PROJECT / "bot" / "web" / "hip-chat.en.json").read_text(encoding="utf-8"))
PAGE = """<!doctype html><html lang="en-GB"><head><title>A page</title>
<script type="module" src="/web/hip-chat.js"></script></head><body><main><h1>A page</h1>
<hip-chat floating texts="/words.json"><p>The words of the page</p></hip-chat></main></body></html>"""
#: Gathers every text and every name that is ever put into the chat or on the sheet to print; drawings belong to the content.
GATHER = """
window.seen = new Set();
const gather = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
        if (node.parentElement?.closest("svg")) continue;
        const texts = node.nodeType === Node.TEXT_NODE ? [node.data]
            : node.matches?.(":not(svg)") ? ["aria-label", "title", "placeholder", "alt"].map((name) => node.getAttribute(name)) : [];
        for (const text of texts) if (text?.trim()) seen.add(text.trim());
    }
};
const watch = (root, gather) => new MutationObserver(gather)
    .observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    watch(root, () => gather(root));
    return root;
};
watch(document, () => document.querySelectorAll(".hip-chat-print").forEach(gather));
"""
LEFT = re.compile("⟦[^⟧]*⟧|⟨[^⟩]*⟩")


def marked(key: str, words: str) -> str:
    """The entry of another language: only its name and its places to fill in."""
    return f"⟦{' '.join([key, *re.findall(r'{[a-z]+}', words)])}⟧"


def _card(kind: str, **more: Any) -> dict[str, Any]:
    return {"text": "⟨words of the server⟩", "choices": [], "card": {"kind": kind, **more}}


def _exercise(sides: str) -> dict[str, Any]:
    words = dict.fromkeys(("heading", "position", "dose", "stop", "skip", "pain"), "⟨words of the exercise⟩")
    repeats = {"min": 1, "max": 1}
    more = {"id": "hip_extension", "steps": ["⟨a step⟩"], "hold_seconds": 2, "repeats": repeats}
    return _card(
        "exercise", sides=sides, reviewed="2026-11-22", status="not_clinically_reviewed", **more, **words
    )


@pytest.fixture
def foreign(context: BrowserContext, stack: Stack) -> Chat:
    """A page with a floating chat whose every word is a mark, before made-up answers."""
    chat = Chat(context.new_page(), stack.url)
    page = chat.page
    words = {key: text if key == "language" else marked(key, text) for key, text in WORDS.items()}
    choices = [{"id": "1", "title": "⟨a choice⟩"}, {"id": "2", "title": "⟨another choice⟩"}]
    opening = {
        "session": "made-up",
        "notice": "⟨notice⟩",
        "emergency": "⟨emergency line⟩",
        "welcome": {"text": "⟨welcome⟩", "choices": choices},
        "start_over": {"id": "3", "title": "⟨start again⟩"},
        "safety": [],
    }
    page.add_init_script(GATHER)
    page.route("**/words.json", lambda route: route.fulfill(json=words))
    page.route("**/host-page", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.route("**/session", lambda route: route.fulfill(json=opening, status=201))
    page.route("**/feedback", lambda route: route.fulfill(json={}))
    page.route("**/delete", lambda route: route.fulfill(json={}))
    return chat


def _gives(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=answer)


def test_every_word_comes_from_the_file_of_words_and_every_entry_is_used(foreign: Chat, stack: Stack) -> None:
    chat, page = foreign, foreign.page

    def press(key: str) -> None:
        page.get_by_role("button", name=f"⟦{key}").last.click()

    def say(words: str, *messages: dict[str, Any]) -> None:
        page.unroute("**/messages")
        page.route(
            "**/messages", _gives({"messages": messages, "advice": {}, "turn": words.replace(" ", "-")})
        )
        box.fill(f"⟨{words}⟩")
        box.press("Enter")
        chat.answered()

    box = page.locator("hip-chat textarea")
    page.clock.install()
    # the assistant cannot be reached at first
    page.route("**/session", lambda route: route.abort(), times=1)
    page.goto(f"{stack.url}/host-page")
    press("launch")
    expect(page.get_by_text("⟦unreachable")).to_be_visible()
    press("close")
    press("launch")
    expect(page.get_by_text("⟨notice⟩")).to_be_visible()
    # answers, cards and a verdict
    say("a question", _card("answer", reviewed="2026-11-22", status="not_clinically_reviewed"))
    press("down")
    expect(chat.status).to_have_text("⟦thanks⟧")
    say("an emergency", _card("emergency", heading="⟨now⟩", call="999"), _card("soon"))
    say("a person", _card("clinic", phone="01", booking_link="https://x.example/", email="a@x.example"))
    page.get_by_role("button", name="⟨a choice⟩").click()
    chat.answered()
    # the outcome
    say("the outcome", {**_card("outcome", summary=["⟨a fact⟩"]), "text": "⟨heading⟩\n\n⟨body⟩"})
    page.evaluate("() => { navigator.clipboard.writeText = async () => {}; window.print = () => {} }")
    press("copy")
    expect(chat.status).to_have_text("⟦copied⟧")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error() } }")
    press("copy")
    expect(chat.status).to_have_text("⟦notCopied⟧")
    press("print")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    # exercises with their timers
    for sides in ("both", "together"):
        say(sides, _exercise(sides))
        expect(page.locator("figure").last).to_be_visible()
        press("timerStart")
        press("pause")
        press("resume")
        page.clock.run_for(12_000)
        expect(page.locator(".clock").last).to_have_text("⟦done⟧")
    # what is noted
    fact = {"id": "x", "text": "⟨a name⟩", "answer": "⟨yes⟩", "choices": []}
    for facts in ([], [fact]):
        page.unroute("**/facts")
        page.route("**/facts", _gives({"facts": facts}))
        press("noted")
        expect(page.get_by_role("button", name="⟦delete⟧")).to_be_visible()
        expect(page.get_by_text("⟦correct" if facts else "⟦nothing")).to_be_visible()
        page.keyboard.press("Escape")
    # too long, not sent, no connection
    box.fill("⟨" + "a" * 1900 + "⟩")
    box.fill("⟨" + "a" * 2000 + "⟩")
    page.unroute("**/messages")
    page.route("**/messages", lambda route: route.abort())
    for offline, key in ((False, "notSent"), (True, "waiting")):
        page.context.set_offline(offline)
        box.fill("⟨not sent⟩")
        box.press("Enter")
        expect(page.locator(".note").last).to_contain_text(f"⟦{key}")
    page.context.set_offline(False)
    # deleted
    chat.answered()
    press("noted")
    press("delete⟧")
    press("deleteYes")
    expect(page.get_by_text("⟦deleted⟧")).to_be_visible()

    seen = page.evaluate("[...seen]")
    assert [text for text in seen if re.search(r"[^\W\d_]", LEFT.sub("", text))] == []
    shown = {key for text in seen for key in re.findall(r"⟦(\w+)", text)}
    assert shown == set(WORDS) - {"language"}


@pytest.mark.parametrize(
    ("name", "value", "where", "shows", "is_"),
    [
        ("ink", "rgb(1, 2, 3)", ".bubble", "color", "rgb(1, 2, 3)"),
        ("paper", "rgb(1, 2, 3)", ".panel", "backgroundColor", "rgb(1, 2, 3)"),
        ("soft", "rgb(1, 2, 3)", ".line", "backgroundColor", "rgb(1, 2, 3)"),
        ("accent", "rgb(1, 2, 3)", ".main", "backgroundColor", "rgb(1, 2, 3)"),
        ("alarm", "rgb(1, 2, 3)", ".line", "borderTopColor", "rgb(1, 2, 3)"),
        ("font", "Georgia", "textarea", "fontFamily", "Georgia"),
        ("height", "345px", ".panel", "height", "345px"),
    ],
)
def test_a_documented_property_shows(
    chat: Chat, name: str, value: str, where: str, shows: str, is_: str
) -> None:
    documented = (PROJECT / "docs" / "widget.md").read_text(encoding="utf-8")
    assert f"`--hip-chat-{name}`" in documented
    one = chat.page.locator(f"hip-chat {where}").first
    computed = f"one => getComputedStyle(one).{shows}"
    assert one.evaluate(computed) != is_
    chat.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets.push(sheet) }",
        f"hip-chat {{ --hip-chat-{name}: {value} }}",
    )
    assert one.evaluate(computed) == is_


def test_every_property_is_documented() -> None:
    style = (PROJECT / "bot" / "web" / "hip-chat.css").read_text(encoding="utf-8")
    documented = (PROJECT / "docs" / "widget.md").read_text(encoding="utf-8")
    assert set(re.findall(r"--hip-chat-\w+", style)) == set(re.findall(r"`(--hip-chat-\w+)`", documented))
