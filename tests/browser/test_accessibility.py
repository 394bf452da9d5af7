"""WCAG 2.2 AA: axe finds nothing in any state, the tree a screen reader gets, news announced once, targets, zoom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from evaluation.stack import PROJECT, Stack
from tests.browser.conftest import CHECK, FELL, PHONE, WALKING, Chat

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GOLDEN = Path(__file__).parent / "golden"
#: What WCAG 1.4.12 lets a reader set.
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    "p { margin-block-end: 2em !important }"
)
TARGET = 44


def axe(chat: Chat) -> list[str]:
    """What axe finds wrong, and every contrast it could not judge."""
    assert AXE.exists(), "axe-core is not installed: run scripts/node"
    chat.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = chat.page.evaluate(
        "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS
    )
    unsure = [rule for rule in found["incomplete"] if rule["id"] == "color-contrast"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in [*found["violations"], *unsure]
        for node in rule["nodes"]
    ]


@pytest.fixture(params=["light", "dark", "forced"])
def looks(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Chat]:
    """The demo page in light, dark and forced colours."""
    options: dict[str, Any] = {"color_scheme": "dark" if request.param == "dark" else "light"}
    if request.param == "forced":
        options["forced_colors"] = "active"
    # axe itself writes inline styles, which the page's policy forbids
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", bypass_csp=True, **options)
    context.set_default_timeout(15_000)
    chat = Chat(context.new_page(), stack.url)
    chat.page.goto(stack.url)
    yield chat.opened()
    chat.picture(f"colours-{request.param}-390")
    context.close()
    assert chat.problems == []


@pytest.mark.node
def test_axe_finds_nothing_in_any_state(looks: Chat) -> None:
    chat = looks
    assert axe(chat) == []
    chat.say(WALKING)
    chat.page.get_by_role("button", name="No, not helpful").click()
    expect(chat.page.get_by_label("Would you like to say why?")).to_be_visible()
    assert axe(chat) == [], "an answer with a verdict"
    chat.say("check my hip")
    chat.pick(CHECK[0])
    assert axe(chat) == [], "a picked choice"
    for title in CHECK[1:]:
        chat.pick(title)
    chat.page.get_by_role("button", name="Start the timer").click()
    assert axe(chat) == [], "the outcome and an exercise with its timer"
    chat.page.get_by_role("button", name="What I have noted").click()
    chat.page.locator("summary").first.click()
    assert axe(chat) == [], "what is noted"
    chat.page.get_by_role("button", name="Delete my chat").click()
    assert axe(chat) == [], "asking before deleting"
    chat.page.keyboard.press("Escape")
    chat.say("my calf is swollen since the flight")
    assert axe(chat) == [], "an urgent case"
    chat.say(FELL)
    assert axe(chat) == [], "an emergency"
    chat.text.fill("a" * 2010)
    assert axe(chat) == [], "too long"
    chat.text.fill("")
    chat.page.route("**/messages", lambda route: route.fulfill(status=200, body="no json"))
    chat.say(WALKING)
    expect(chat.page.get_by_role("button", name="Try again")).to_be_visible()
    assert axe(chat) == [], "a failed message and the safety card"


def test_the_tree_of_a_screen_reader_is_as_written_down(context: BrowserContext, stack: Stack) -> None:
    """From made-up replies, so that a change of the content is no change of the element."""
    chat = Chat(context.new_page(), stack.url)
    choices = [{"id": "1", "title": "Yes"}, {"id": "2", "title": "No"}]
    opening = {
        "session": "made-up",
        "notice": "The notice.",
        "emergency": "The emergency line.",
        "welcome": {"text": "The welcome.", "choices": [{"id": "3", "title": "A question"}]},
        "start_over": {"id": "4", "title": "Start again"},
        "safety": [],
    }
    alarm = {"kind": "emergency", "heading": "Get help now", "call": "999"}
    answer = {"kind": "answer", "reviewed": "2026-11-22", "status": "not_clinically_reviewed"}
    advice = {"topics": [], "urgency": "self_care", "facts": {}}
    replies = [
        [{"text": "First.\n\n- one\n- two", "choices": [], "card": answer}],
        [{"text": "A question back?", "choices": choices}],
        [{"text": "Get help now. Call 999 now.\n\nMore.", "choices": [], "card": alarm}],
    ]
    turns = iter(enumerate(replies))

    def reply(route: Any) -> None:
        number, messages = next(turns)
        route.fulfill(json={"messages": messages, "advice": advice, "turn": f"turn-{number}"})

    fact = {"id": "chronic", "text": "long pain", "answer": "yes", "choices": choices}
    chat.page.route("**/session", lambda route: route.fulfill(json=opening, status=201))
    chat.page.route("**/facts", lambda route: route.fulfill(json={"facts": [fact]}))
    chat.page.route("**/messages", reply)
    chat.page.goto(stack.url)
    chat.say("Something")
    chat.say("Something else")
    chat.pick("Yes")
    element = chat.page.locator("hip-chat")
    tree = element.aria_snapshot()
    chat.page.get_by_role("button", name="What I have noted").click()
    expect(chat.page.get_by_role("button", name="Delete my chat")).to_be_visible()
    tree += "\n--- what is noted\n" + chat.page.locator("#noted").aria_snapshot() + "\n"
    tree = tree.replace(stack.url, "")
    path = GOLDEN / "conversation.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(tree, encoding="utf-8")
    assert tree == path.read_text(encoding="utf-8")


def test_news_is_announced_once_and_nothing_else(chat: Chat) -> None:
    expect(chat.log).not_to_have_attribute("aria-live", "off")
    chat.say(WALKING)
    chat.page.evaluate(
        """() => {
            const root = document.querySelector("hip-chat").shadowRoot;
            window.added = [];
            window.removed = 0;
            window.told = [];
            new MutationObserver((changes) => {
                for (const { addedNodes, removedNodes } of changes) {
                    added.push(...[...addedNodes].map((node) => node.className));
                    removed += removedNodes.length;
                }
            }).observe(root.querySelector("[role=log]"), { childList: true });
            const status = root.querySelector(".panel > p[role=status]");
            new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    chat.say("when are you open?")
    assert chat.page.evaluate("added") == ["bubble visitor", "note", "bubble clinic", "row verdict"]
    assert chat.page.evaluate("removed") == 0
    assert [words for words in chat.page.evaluate("told") if words] == ["Writing an answer…"]


def test_what_was_said_before_is_not_announced_after_a_reload(chat: Chat) -> None:
    chat.say(WALKING)
    # noted at the moment a bubble is put in, however fast or slow the page is
    chat.page.add_init_script(
        """window.live = [];
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (options) {
            const root = attach.call(this, options);
            new MutationObserver((changes) => {
                for (const { target, addedNodes } of changes)
                    if (target.role === "log")
                        for (const one of addedNodes) live.push([one.className, target.getAttribute("aria-live")]);
            }).observe(root, { childList: true, subtree: true });
            return root;
        }"""
    )
    chat.page.reload()
    expect(chat.said).to_have_count(1)
    expect(chat.log).not_to_have_attribute("aria-live", "off")
    before = chat.page.evaluate("live")
    assert ["bubble visitor", "off"] in before
    assert {live for _, live in before} == {"off"}
    chat.say("when are you open?")
    assert ["bubble clinic", None] in chat.page.evaluate("live")


def _focused(chat: Chat) -> str:
    name: str = chat.page.evaluate(
        "() => { const one = document.querySelector('hip-chat').shadowRoot.activeElement;"
        " return one ? one.getAttribute('aria-label') ?? one.textContent ?? '' : '' }"
    )
    return name


def _tab_to(chat: Chat, name: str) -> None:
    for _ in range(60):
        chat.page.keyboard.press("Tab")
        if _focused(chat) == name:
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_the_check_is_done_with_tab_and_enter_alone(chat: Chat) -> None:
    _tab_to(chat, "Check my hip")
    for title in CHECK:
        chat.page.keyboard.press("Enter")
        chat.answered()
        _tab_to(chat, title)
    chat.page.keyboard.press("Space")
    chat.answered()
    expect(chat.page.locator(".outcome")).to_contain_text("Your hip check")
    _tab_to(chat, "Start the timer")
    chat.page.keyboard.press("Enter")
    assert _focused(chat) == "Pause"


class _ScreenReader:
    """Knows a page only by its accessibility tree, and does what a screen reader can do with a node of it."""

    def __init__(self, chat: Chat) -> None:
        self._devtools = chat.page.context.new_cdp_session(chat.page)
        self._devtools.send("Accessibility.enable")

    def nodes(self, role: str) -> list[dict[str, Any]]:
        """The nodes of this role, in reading order; those that are disabled are left out."""
        tree = self._devtools.send("Accessibility.getFullAXTree")["nodes"]
        return [
            node
            for node in tree
            if not node["ignored"]
            and node["role"]["value"] == role
            and not any(one["name"] == "disabled" and one["value"]["value"] for one in node["properties"])
        ]

    def reads(self, role: str) -> list[str]:
        """The names of the nodes of this role."""
        return [node["name"]["value"] for node in self.nodes(role)]

    def activate(self, name: str) -> None:
        """Does the default action of the last button of this name."""
        *_, found = [node for node in self.nodes("button") if node["name"]["value"] == name]
        there = self._devtools.send("DOM.resolveNode", {"backendNodeId": found["backendDOMNodeId"]})["object"]
        self._devtools.send(
            "Runtime.callFunctionOn",
            {"objectId": there["objectId"], "functionDeclaration": "function () { this.click() }"},
        )


def test_the_check_is_done_with_nothing_but_a_screen_readers_tree(chat: Chat) -> None:
    reader = _ScreenReader(chat)
    for number, title in enumerate(("Check my hip", *CHECK)):
        questions = len(reader.nodes("group"))
        reader.activate(title)
        chat.answered()
        if number < len(CHECK):
            assert len(reader.nodes("group")) == questions + 1, f"after {title!r} there is something to pick"
            assert f"{title} (your answer)" not in reader.reads("button")
    headings = reader.reads("heading")
    assert any(heading.startswith("Your hip check") for heading in headings)
    assert "1. Leg back (hip extension)" in headings
    assert [name.partition(".")[0] for name in reader.reads("image")] == [
        "Seen from the side",
        "One leg is taken back a short way with the knee straight",
    ]
    reader.activate("Start the timer")
    assert {"Pause", "Stop"} <= set(reader.reads("button"))


def test_the_focus_is_never_taken_away(chat: Chat) -> None:
    chat.say(WALKING)
    expect(chat.text).to_be_focused()
    chat.say("check my hip")
    expect(chat.text).to_be_focused()
    chat.page.get_by_role("button", name=CHECK[0]).focus()
    chat.page.keyboard.press("Enter")
    chat.answered()
    assert _focused(chat).startswith(CHECK[0])


def test_escape_closes_what_is_noted_and_gives_the_focus_back(chat: Chat) -> None:
    opener = chat.page.get_by_role("button", name="What I have noted")
    opener.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("#noted")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#noted")).to_be_hidden()
    expect(opener).to_be_focused()


def test_enter_is_left_to_an_input_method_while_it_composes(chat: Chat) -> None:
    chat.text.fill("股関節")
    for mark in ({"isComposing": True}, {"keyCode": 229}):
        chat.text.evaluate(
            "(box, mark) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...mark }))",
            mark,
        )
    expect(chat.said).to_have_count(0)
    chat.text.press("Shift+Enter")
    expect(chat.said).to_have_count(0)


def test_every_target_is_at_least_44_pixels(chat: Chat) -> None:
    chat.check()
    chat.page.get_by_role("button", name="Yes, helpful").last.click()
    for state in ("the conversation", "what is noted"):
        small = chat.page.evaluate(
            """least => [...document.querySelector("hip-chat").shadowRoot
                .querySelectorAll("button, a, summary, textarea, input")]
                .filter((one) => one.checkVisibility())
                .map((one) => [one.getAttribute("aria-label") ?? one.textContent, one.getBoundingClientRect()])
                .filter(([, box]) => box.height < least - 0.1 || box.width < least - 0.1)
                .map(([name]) => name)""",
            TARGET,
        )
        assert small == [], state
        if state == "the conversation":
            chat.page.get_by_role("button", name="What I have noted").click()
            expect(chat.page.get_by_role("button", name="Delete my chat")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (768, 1024), (1280, 800), (320, 256)])
def test_nothing_is_cut_off_at_any_width_and_at_400_percent(
    context: BrowserContext, stack: Stack, width: int, height: int
) -> None:
    chat = Chat(context.new_page(), stack.url)
    chat.page.set_viewport_size({"width": width, "height": height})
    chat.page.goto(stack.url)
    chat.opened().say(FELL)
    expect(chat.page.get_by_role("heading", name="Get help now")).to_be_in_viewport()
    chat.picture(f"emergency-{width}x{height}")
    chat.say("start again")
    chat.check()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert chat.page.evaluate(wide) is False
    assert chat.log.evaluate("log => log.scrollWidth > log.clientWidth") is False
    chat.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.querySelector('hip-chat').shadowRoot.adoptedStyleSheets.push(sheet) }",
        SPACING,
    )
    assert chat.page.evaluate(wide) is False
    assert chat.log.evaluate("log => log.scrollWidth > log.clientWidth") is False
    cut = chat.page.evaluate(
        """() => [...document.querySelector("hip-chat").shadowRoot.querySelectorAll("button, .bubble, h2")]
            .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
            .map((one) => one.textContent)"""
    )
    assert cut == []
    chat.picture(f"outcome-{width}x{height}")


def test_nothing_moves_for_who_asks_for_reduced_motion(chat: Chat) -> None:
    chat.page.emulate_media(reduced_motion="reduce")
    assert chat.log.evaluate("log => getComputedStyle(log).scrollBehavior") == "auto"
    chat.page.route("**/messages", lambda route: None, times=1)
    chat.text.fill(WALKING)
    chat.text.press("Enter")
    expect(chat.page.locator(".busy")).to_be_visible()
    assert chat.status.evaluate("line => getComputedStyle(line, '::before').animationName") == "none"
