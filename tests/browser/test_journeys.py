"""What a visitor does with the chat: asks, is warned, goes through the check, takes the outcome along."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import CHECK, FELL, WALKING, Chat


def test_the_opening_is_honest_and_names_the_emergency_number(chat: Chat) -> None:
    expect(chat.page.locator(".notice")).to_contain_text("You are talking to a computer")
    expect(chat.page.locator(".notice")).to_contain_text("kept")
    expect(chat.page.locator(".line")).to_contain_text("In an emergency, call 999")
    chat.picture("opening-390")


def test_a_question_typed_on_a_phone_is_answered_with_its_source(chat: Chat) -> None:
    chat.say(WALKING)
    expect(chat.log).to_contain_text("Keep walking if it feels comfortable")
    expect(chat.page.locator(".source")).to_have_text(
        re.compile(
            r"From the clinic’s hip guide\. Last changed \d+ \w+ \d{4}\. Not yet checked by a clinician\."
        )
    )
    chat.picture("walking-390")


def test_a_suggested_question_is_asked_by_its_button(chat: Chat) -> None:
    chat.pick("Is walking good?")
    expect(chat.said).to_contain_text("Is walking good?")
    expect(chat.log).to_contain_text("Keep walking if it feels comfortable")


def test_an_emergency_cannot_be_missed_and_needs_no_colour(chat: Chat) -> None:
    chat.say(FELL)
    card = chat.page.locator(".emergency")
    expect(card.get_by_role("heading", name="Get help now")).to_be_in_viewport()
    expect(card).to_contain_text("Call 999 (911 in the US or Canada) now.")
    border = card.evaluate("card => parseFloat(getComputedStyle(card).borderTopWidth)")
    mark = card.locator("h3").evaluate("heading => getComputedStyle(heading, '::before').content")
    assert border >= 4
    assert '"!"' in mark
    expect(chat.page.locator(".verdict")).to_have_count(0)
    chat.picture("emergency-390")


def test_an_urgent_case_has_a_card_of_its_own(chat: Chat) -> None:
    chat.say("my calf is swollen since the flight")
    expect(chat.page.locator(".urgent").get_by_role("heading", name="Get help today")).to_be_in_viewport()
    chat.picture("urgent-390")


def test_the_emergency_line_stays_in_view_in_a_long_chat(chat: Chat) -> None:
    for _ in range(3):
        chat.say(WALKING)
    expect(chat.page.locator(".line")).to_be_in_viewport()


def test_the_check_ends_with_an_outcome_and_an_exercise(chat: Chat) -> None:
    chat.check()
    expect(chat.page.locator(".outcome")).to_contain_text("Your hip check")
    card = chat.page.locator(".exercise")
    expect(card.get_by_role("heading")).to_have_text("1. Leg back (hip extension)")
    expect(card.locator("ol > li")).to_have_count(6)
    expect(card.locator(".stop")).to_contain_text("Stop at once if")
    drawings = card.get_by_role("img")
    expect(drawings).to_have_count(2)
    assert drawings.first.get_attribute("aria-label")
    chat.picture("outcome-390")
    card.evaluate("card => { card.parentElement.scrollTop = card.offsetTop }")
    chat.picture("exercise-390")


def test_a_picked_choice_stays_readable_and_is_marked_without_colour(chat: Chat) -> None:
    chat.say("check my hip")
    chat.pick(CHECK[0])
    picked = chat.page.get_by_role("button", name=f"{CHECK[0]} (your answer)")
    expect(picked).to_have_attribute("aria-pressed", "true")
    other = chat.page.get_by_role("button", name="Me, 65 or over")
    expect(other).to_be_visible()
    expect(other).to_be_disabled()
    said = chat.said.count()
    other.click(force=True)
    assert chat.said.count() == said
    assert "\u2713" in picked.evaluate("button => getComputedStyle(button, '::before').content")


def test_the_outcome_is_copied_with_what_was_told(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.check()
    chat.page.get_by_role("button", name="Copy this").click()
    expect(chat.status).to_have_text("Copied.")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Your hip check")
    assert "What I told the assistant" in copied
    assert "pain score out of 10: 3" in copied


def test_the_outcome_is_printed_alone_on_one_page(chat: Chat) -> None:
    chat.check()
    chat.page.evaluate("window.print = () => {}")
    chat.page.get_by_role("button", name="Print this").click()
    chat.page.emulate_media(media="print")
    sheet = chat.page.locator("body > .hip-chat-print")
    expect(sheet.get_by_role("heading", level=1)).to_contain_text("Your hip check")
    expect(sheet).to_contain_text("It is not a diagnosis.")
    expect(chat.page.locator("hip-chat")).to_be_hidden()
    expect(chat.page.locator("main")).to_be_hidden()
    paper = chat.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    assert b"[0 0 595" in paper.replace(b"594.9", b"595"), "A4 is 595 points wide"
    chat.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)


def test_the_timer_counts_pauses_goes_on_and_stops(chat: Chat) -> None:
    chat.page.clock.install()
    chat.check()
    chat.page.clock.pause_at(chat.page.evaluate("Date.now() / 1000") + 60)
    timer = chat.page.get_by_role("group", name="Hold timer")
    clock = timer.locator(".clock")
    timer.get_by_role("button", name="Start the timer").click()
    expect(clock).to_have_text("Hold 6 Time 1 of 6 to 12, first leg")
    chat.page.clock.run_for(2000)
    expect(clock).to_contain_text("Hold 4")
    timer.get_by_role("button", name="Pause").click()
    chat.page.clock.run_for(60_000)
    expect(clock).to_contain_text("Hold 4")
    timer.get_by_role("button", name="Go on").click()
    chat.page.clock.run_for(4000)
    expect(clock).to_have_text("Change legs 3 Time 1 of 6 to 12, first leg")
    expect(timer.get_by_role("status")).to_have_text("Change legs")
    chat.page.clock.run_for(3000)
    expect(clock).to_have_text("Hold 6 Time 1 of 6 to 12, second leg")
    chat.page.clock.run_for(9000)
    expect(clock).to_have_text("Hold 6 Time 2 of 6 to 12, first leg")
    timer.get_by_role("button", name="Stop").click()
    expect(clock).to_have_text("")
    timer.get_by_role("button", name="Start the timer").click()
    chat.page.clock.run_for(12 * 2 * 9 * 1000)
    expect(clock).to_contain_text("That is enough for now")


def test_opening_hours_are_told(chat: Chat) -> None:
    chat.say("when are you open?")
    expect(chat.log).to_contain_text("Monday to Friday, 9am to 5pm")


def test_a_verdict_with_a_word_is_kept(chat: Chat) -> None:
    chat.say(WALKING)
    chat.page.get_by_role("button", name="No, not helpful").click()
    expect(chat.status).to_have_text("Thank you.")
    expect(chat.page.get_by_role("button", name="No, not helpful")).to_have_attribute("aria-pressed", "true")
    chat.page.get_by_label("Would you like to say why?").fill("too long")
    chat.page.locator(".verdict").get_by_role("button", name="Send").click()
    expect(chat.page.get_by_label("Would you like to say why?")).to_be_hidden()
    chat.page.reload()
    expect(chat.page.get_by_role("button", name="No, not helpful")).to_have_attribute("aria-pressed", "true")


def test_script_in_a_message_is_shown_as_text(chat: Chat) -> None:
    words = "<img src=x onerror=alert(1)> is walking ok"
    chat.say(words)
    expect(chat.said).to_have_text(f"You: {words}")
    assert chat.log.locator("img").count() == 0


def test_script_from_the_server_is_shown_as_text(chat: Chat) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    card = {"kind": "emergency", "heading": evil, "call": "1"}
    reply = {
        "messages": [
            {"text": evil, "choices": [{"id": "x", "title": evil}], "card": card},
            {"text": f"- {evil}\n- {evil}", "choices": []},
        ],
        "advice": {"topics": [], "urgency": "emergency", "facts": {}},
        "turn": "turn-00000001",
    }
    chat.page.route("**/messages", lambda route: route.fulfill(json=reply))
    chat.say(WALKING)
    expect(chat.page.locator(".emergency h3")).to_have_text(evil)
    expect(chat.log.locator("li")).to_have_text([evil, evil])
    expect(chat.page.get_by_role("button", name=evil)).to_be_visible()
    assert chat.log.locator("img, script").count() == 0


def test_a_link_of_the_clinic_must_be_a_web_address(chat: Chat) -> None:
    card = {
        "kind": "clinic",
        "phone": "01234 567-890",
        "booking_link": "javascript:alert(1)",
        "email": "a@b.example",
    }
    reply = {
        "messages": [{"text": "Of course.", "choices": [], "card": card}],
        "advice": {"topics": [], "urgency": "self_care", "facts": {}},
        "turn": "turn-00000001",
    }
    chat.page.route("**/messages", lambda route: route.fulfill(json=reply))
    chat.say("a person please")
    links = chat.page.locator(".clinic a")
    assert [link.get_attribute("href") for link in links.all()] == ["tel:01234567890", "mailto:a@b.example"]
