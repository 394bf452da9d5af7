"""Nothing is lost: reload, no connection, lost replies, an expired chat, a dead engine, long and unsent text."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from evaluation.stack import Stack
from tests.browser.conftest import FELL, WALKING, Chat

AGAIN = "Try again"
EXPIRED = {
    "error": {"code": "session_expired", "message": "This chat has timed out. Please start a new one."}
}
#: 400 ms there and back, 400 kbit/s.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
BUSY = {"error": {"code": "too_many", "message": "That is a lot of messages. Please wait 7 seconds."}}


@pytest.fixture
def unruly(context: BrowserContext, stack: Stack) -> Chat:
    """The demo page, where failing requests may leave messages on the console."""
    chat = Chat(context.new_page(), stack.url)
    chat.page.goto(stack.url)
    return chat.opened()


def _turns(chat: Chat) -> list[str]:
    """What the server holds of the chat: the visitor's messages."""
    told = chat.page.evaluate(
        """async () => {
            const kept = JSON.parse(Object.entries(sessionStorage).find(([key]) => key.startsWith("hip-chat"))[1]);
            const body = JSON.stringify({ session: kept.session });
            return (await fetch("/webhooks/chat/history", { method: "POST", body })).json();
        }"""
    )
    return [turn["text"] for turn in told["turns"]]


def test_a_reload_keeps_the_conversation_and_its_choices(chat: Chat) -> None:
    chat.say(WALKING)
    chat.say("check my hip")
    chat.pick("Me, 65 or over")
    before = chat.log.locator(".bubble").all_inner_texts()
    chat.page.reload()
    expect(chat.said).to_have_count(3)
    assert chat.log.locator(".bubble").all_inner_texts() == before
    expect(chat.page.get_by_role("button", name="Me, 65 or over (your answer)")).to_be_disabled()
    chat.pick("No")
    expect(chat.log).to_contain_text("Can the leg take weight")


def test_what_is_being_written_survives_a_reload(chat: Chat) -> None:
    chat.text.fill("half a sen")
    chat.page.reload()
    expect(chat.text).to_have_value("half a sen")


def test_a_message_written_without_a_connection_waits_and_is_sent(
    unruly: Chat, context: BrowserContext
) -> None:
    context.set_offline(True)
    unruly.say(WALKING)
    expect(unruly.page.locator(".note").last).to_have_text(
        "No connection. This will be sent when you are back online."
    )
    expect(unruly.page.get_by_role("heading", name="If you need help now")).to_be_visible()
    unruly.picture("offline-390")
    context.set_offline(False)
    expect(unruly.log).to_contain_text("Keep walking if it feels comfortable")
    expect(unruly.page.locator(".note").last).to_have_text("")
    assert _turns(unruly) == [WALKING]


def test_a_message_that_waits_survives_a_reload(unruly: Chat, context: BrowserContext) -> None:
    unruly.page.route("**/messages", lambda route: route.abort())
    unruly.say(WALKING)
    expect(unruly.page.get_by_role("button", name=AGAIN)).to_be_visible()
    unruly.page.unroute("**/messages")
    unruly.page.reload()
    expect(unruly.log).to_contain_text("Keep walking if it feels comfortable")
    assert _turns(unruly) == [WALKING]


def test_a_failed_message_says_why_and_can_be_sent_again(unruly: Chat) -> None:
    unruly.page.route("**/messages", lambda route: route.abort())
    unruly.say(WALKING)
    expect(unruly.page.locator(".note").last).to_contain_text("This was not sent. Check your connection.")
    expect(unruly.page.locator(".fallback")).to_contain_text("999")
    unruly.page.unroute("**/messages")
    unruly.page.get_by_role("button", name=AGAIN).click()
    expect(unruly.log).to_contain_text("Keep walking if it feels comfortable")
    expect(unruly.said).to_have_count(1)


def test_a_reply_that_got_lost_on_the_way_is_fetched_and_not_asked_twice(unruly: Chat) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    unruly.page.route("**/messages", lose)
    unruly.say(FELL)
    expect(unruly.page.get_by_role("button", name=AGAIN)).to_be_visible()
    unruly.page.unroute("**/messages")
    unruly.page.get_by_role("button", name=AGAIN).click()
    expect(unruly.page.get_by_role("heading", name="Get help now")).to_be_visible()
    assert _turns(unruly) == [FELL]


def test_an_expired_chat_says_so_and_keeps_the_words(unruly: Chat) -> None:
    unruly.page.route("**/messages", lambda route: route.fulfill(status=401, json=EXPIRED))
    unruly.say(WALKING)
    expect(unruly.page.locator(".note").last).to_contain_text("This chat has timed out.")
    unruly.page.unroute("**/messages")
    unruly.page.get_by_role("button", name="Start a new chat").click()
    expect(unruly.text).to_have_value(WALKING)
    unruly.text.press("Enter")
    expect(unruly.log).to_contain_text("Keep walking if it feels comfortable")


def test_a_chat_that_expired_while_the_page_was_away_says_so_and_starts_anew(unruly: Chat) -> None:
    unruly.say(WALKING)
    unruly.page.route("**/history", lambda route: route.fulfill(status=401, json=EXPIRED))
    unruly.page.reload()
    expect(unruly.status).to_have_text("This chat has timed out. Please start a new one.")
    unruly.say(FELL)
    expect(unruly.page.get_by_role("heading", name="Get help now")).to_be_visible()


def test_too_many_messages_say_how_long_to_wait(unruly: Chat) -> None:
    unruly.page.route("**/messages", lambda route: route.fulfill(status=429, json=BUSY))
    unruly.say(WALKING)
    expect(unruly.page.locator(".note").last).to_contain_text("Please wait 7 seconds.")
    expect(unruly.page.get_by_role("button", name=AGAIN)).to_be_visible()


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"),
        lambda route: route.fulfill(status=200, body="not json"),
        lambda route: route.abort(),
    ],
    ids=["a proxy's error page", "no JSON", "no answer"],
)
def test_an_engine_that_cannot_be_reached_leaves_the_safety_card(
    unruly: Chat, answer: Callable[[Route], None]
) -> None:
    unruly.page.route("**/messages", answer)
    unruly.say(FELL)
    card = unruly.page.locator(".fallback")
    expect(card.get_by_role("heading", name="If you need help now")).to_be_visible()
    expect(card).to_contain_text("Call 999")
    expect(card).to_contain_text("the clinic")
    unruly.page.get_by_role("button", name=AGAIN).click()
    unruly.answered()
    expect(card).to_have_count(1)


def test_a_chat_that_cannot_even_start_shows_the_words_of_the_page(
    context: BrowserContext, stack: Stack
) -> None:
    chat = Chat(context.new_page(), stack.url)
    chat.page.route("**/webhooks/**", lambda route: route.abort())
    chat.page.goto(stack.url)
    card = chat.page.locator(".fallback")
    expect(card).to_contain_text("In an emergency, call your emergency number.")
    expect(chat.page.locator("hip-chat > p")).to_be_visible()
    chat.say(WALKING)
    chat.page.unroute("**/webhooks/**")
    chat.page.get_by_role("button", name=AGAIN).click()
    expect(chat.log).to_contain_text("Keep walking if it feels comfortable")


def test_the_engine_dies_and_another_process_carries_the_chat_on(
    context: BrowserContext, trained_model: str
) -> None:
    """Two servers with one store and one secret, as behind a proxy that sends on to the one that lives."""
    secret = secrets.token_urlsafe(48)
    with Stack(CHAT_SECRET=secret) as first:
        shared = {
            "CHAT_SECRET": secret,
            "TRACKER_DB": first.environment()["TRACKER_DB"],
            "ACTIONS_URL": first.environment()["ACTIONS_URL"],
        }
        with Stack(actions=False, **shared) as second:
            chat = Chat(context.new_page(), first.url)
            chat.page.goto(first.url)
            chat.opened().say("check my hip")
            first.stop(first.chat)
            chat.pick("Me, 16 to 64")
            expect(chat.page.locator(".fallback")).to_contain_text("Call 999")
            chat.picture("engine-down-390")

            def pass_on(route: Route) -> None:
                there = route.request.url.replace(first.url, second.url)
                route.fulfill(response=route.fetch(url=there))

            chat.page.route(f"{first.url}/**", pass_on)
            chat.page.reload()
            expect(chat.said).to_have_count(2)
            expect(chat.log).to_contain_text("Has there been a fall")
            chat.pick("No")
            expect(chat.log).to_contain_text("Can the leg take weight")
            assert _turns(chat) == ["check my hip", "Me, 16 to 64", "No"]


def test_on_a_slow_network_there_is_a_typing_sign_and_the_reply_comes_once(
    context: BrowserContext, stack: Stack
) -> None:
    chat = Chat(context.new_page(), stack.url)
    devtools = context.new_cdp_session(chat.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    chat.page.goto(stack.url)
    chat.opened()
    chat.status.evaluate(
        """status => {
            window.told = [];
            new MutationObserver(() => told.push([status.textContent, status.className, performance.now()]))
                .observe(status, { childList: true, attributes: true });
        }"""
    )
    chat.say(WALKING)
    expect(chat.page.locator(".bubble.answer")).to_have_count(1)
    (words, look, since), (silence, _, until) = chat.page.evaluate("told")
    assert (words, look, silence) == ("Writing an answer…", "busy", "")
    assert until - since >= SLOW_3G["latency"]
    assert chat.said.count() == 1
    assert _turns(chat) == [WALKING]
    assert chat.page.locator(".bubble.answer").count() == 1
    assert chat.problems == []


def test_a_slow_answer_has_a_typing_sign_and_a_second_message_waits_its_turn(unruly: Chat) -> None:
    held: list[Route] = []
    unruly.page.route("**/messages", lambda route: held.append(route), times=1)
    unruly.text.fill(WALKING)
    unruly.text.press("Enter")
    expect(unruly.status).to_have_text("Writing an answer…")
    unruly.text.fill("when are you open?")
    unruly.text.press("Enter")
    expect(unruly.said).to_have_count(2)
    unruly.page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    expect(unruly.log).to_contain_text("Monday to Friday")
    assert _turns(unruly) == [WALKING, "when are you open?"]


def test_the_characters_left_are_counted_before_the_limit(chat: Chat) -> None:
    left = chat.page.locator("#left")
    chat.text.fill("a" * 1790)
    expect(left).to_have_text("")
    chat.text.fill("a" * 1801)
    expect(left).to_have_text("200 characters left, or fewer")
    chat.text.fill("\N{GRINNING FACE}" * 1995)
    expect(left).to_have_text("20 characters left, or fewer")
    chat.text.fill("a" * 2012)
    expect(left).to_have_text("12 characters too many. Please shorten your message.")
    chat.text.press("Enter")
    expect(chat.said).to_have_count(0)
    expect(chat.text).to_have_value("a" * 2012)
    chat.text.fill("is walking good? " + "a" * 1983)
    chat.text.press("Enter")
    expect(chat.said).to_have_count(1)
    chat.answered()


def test_the_chat_works_without_storage(context: BrowserContext, stack: Stack) -> None:
    chat = Chat(context.new_page(), stack.url)
    chat.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no') } })"
    )
    chat.page.goto(stack.url)
    chat.opened().say(WALKING)
    expect(chat.log).to_contain_text("Keep walking if it feels comfortable")
    assert chat.problems == []


def test_only_a_token_and_unsent_words_are_kept_in_the_tab(chat: Chat) -> None:
    chat.say("I had my hip replaced in 2015")
    stored = chat.page.evaluate("({ ...sessionStorage })")
    assert len(stored) == 1
    kept = json.loads(next(iter(stored.values())))
    assert set(kept) == {"session", "safety", "draft", "outgoing"}
    assert kept["outgoing"] == []
    assert "replaced" not in json.dumps(stored)
    assert chat.page.evaluate("localStorage.length") == 0
    assert chat.page.context.cookies() == []
