"""Inside a page of somebody else's with a strict policy: nothing refused, nobody else asked, within its size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from evaluation.stack import PROJECT, Stack
from tests.browser.conftest import FELL, Chat

WEB = PROJECT / "bot" / "web"
#: Bytes that all scripts of the element may have together, as they are served.
LARGEST = 20 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOST = """<!doctype html><html lang="{lang}" dir="{dir}"><head><title>A host page</title>
<meta name="viewport" content="width=device-width"><script type="module" src="/web/hip-chat.js"></script></head>
<body><main><h1>A host page</h1></main><hip-chat {attributes}><p>Our own words</p></hip-chat></body></html>"""


@pytest.fixture
def host(context: BrowserContext, stack: Stack) -> Iterator[Chat]:
    """A page under the strict policy with a floating chat; ``refused`` in the page gathers violations."""
    chat = Chat(context.new_page(), stack.url)
    chat.page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective));"
    )
    page = HOST.format(lang="en-GB", dir="ltr", attributes="floating")
    _serve(chat, page)
    chat.page.goto(f"{stack.url}/host-page")
    yield chat
    assert chat.page.evaluate("refused") == []
    assert chat.problems == []


def _serve(chat: Chat, page: str) -> None:
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}

    def answer(route: Route) -> None:
        route.fulfill(status=200, headers=headers, body=page)

    chat.page.route("**/host-page", answer)


def test_the_whole_journey_works_under_the_strict_policy(host: Chat) -> None:
    host.page.get_by_role("button", name="Ask about a sore hip").click()
    host.opened().check()
    expect(host.page.locator(".exercise").get_by_role("img")).to_have_count(2)
    host.page.evaluate("window.print = () => {}")
    host.page.get_by_role("button", name="Print this").click()
    host.page.get_by_role("button", name="Start the timer").click()
    host.page.get_by_role("button", name="Yes, helpful").last.click()
    expect(host.status).to_have_text("Thank you.")
    host.page.get_by_role("button", name="What I have noted").click()
    expect(host.page.locator("#noted")).to_contain_text("Pain score out of 10", ignore_case=True)
    host.page.keyboard.press("Escape")
    host.say(FELL)
    expect(host.page.get_by_role("heading", name="Get help now")).to_be_visible()
    host.picture("strict-host-390")


def test_a_floating_chat_opens_closes_and_gives_the_focus_back(host: Chat) -> None:
    launcher = host.page.get_by_role("button", name="Ask about a sore hip")
    expect(launcher).to_be_visible()
    host.page.keyboard.press("Tab")
    expect(launcher).to_be_focused()
    host.page.keyboard.press("Enter")
    dialog = host.page.get_by_role("dialog", name="Ask about a sore hip")
    expect(dialog.get_by_role("heading", name="Ask about a sore hip")).to_be_focused()
    host.opened()
    host.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(launcher).to_be_focused()
    host.page.keyboard.press("Enter")
    host.page.get_by_role("button", name="Close").click()
    expect(launcher).to_be_focused()


def test_a_closed_chat_asks_nothing_of_the_server(host: Chat) -> None:
    asked: list[str] = []
    host.page.on("request", lambda request: asked.append(request.url))
    host.page.reload()
    expect(host.page.get_by_role("button", name="Ask about a sore hip")).to_be_visible()
    assert not [url for url in asked if "/webhooks/" in url]


def test_an_open_chat_is_open_again_after_a_reload(host: Chat) -> None:
    host.page.get_by_role("button", name="Ask about a sore hip").click()
    host.opened()
    host.page.reload()
    host.opened()


def test_another_language_is_one_file_and_runs_from_right_to_left(
    context: BrowserContext, stack: Stack
) -> None:
    chat = Chat(context.new_page(), stack.url)
    words = (WEB / "hip-chat.en.json").read_text(encoding="utf-8")
    arabic = words.replace('"send": "Send"', '"send": "إرسال"').replace("Your message", "رسالتك")
    chat.page.route("**/ar.json", lambda route: route.fulfill(body=arabic, content_type="application/json"))
    _serve(chat, HOST.format(lang="ar", dir="rtl", attributes='texts="/ar.json"'))
    chat.page.goto(f"{stack.url}/host-page")
    chat.opened()
    chat.page.get_by_label("رسالتك").fill("is walking good")
    chat.page.get_by_role("button", name="إرسال").click()
    chat.answered()
    said = chat.said.bounding_box()
    reply = chat.page.locator(".bubble.answer").bounding_box()
    assert said
    assert reply
    assert said["x"] < reply["x"], "from right to left, the visitor's words stand on the left"
    chat.picture("right-to-left-390")
    assert chat.problems == []


def test_all_scripts_together_stay_within_their_size() -> None:
    assert sum(path.stat().st_size for path in WEB.glob("*.js")) <= LARGEST


def test_no_script_turns_text_into_markup_or_code() -> None:
    for path in WEB.glob("*.js"):
        code = path.read_text(encoding="utf-8")
        for sink in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert sink not in code, f"{path.name}: {sink}"
