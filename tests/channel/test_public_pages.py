"""The public pages are made from ``content/``, whole, safe first, and honest about what is not known."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from bot.advice.content import CONTENT_FOLDER, Content, ContentError, load_content
from bot.advice.exercise_gate import HIGHEST_PAIN_FOR_EXERCISE, SAFETY_QUESTIONS
from bot.advice.vocabulary import EXERCISES, PRACTICAL_TOPICS
from bot.channel.public_pages import WEB, load_page_texts, render_pages
from bot.start_check import content_problems
from evaluation.stack import Stack

Change = Callable[[Any], None]


class _Page(HTMLParser):
    """What a reader sees of a page: its text, its headings, its links; the rest as tags."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.links, self.headings, self.ids = "", [], [], []
        self.tags: list[str] = []
        self.data = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.tags.append(tag)
        self.ids += [own["id"]] if "id" in own else []
        if tag == "a":
            self.links.append(own["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self._open:
            self.data += data
            return
        self.text += data + (" " if self._open and self._open[-1] != "a" else "")
        if self._open and re.fullmatch("h[1-6]", self._open[-1]):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)


def _pages(content: Content) -> dict[str, str]:
    return render_pages(content, load_page_texts(content), 30)


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def pages(content: Content) -> dict[str, str]:
    return _pages(content)


@pytest.fixture(scope="module")
def faq(pages: dict[str, str]) -> _Page:
    return _Page(pages["/faq"])


@pytest.fixture(scope="module")
def privacy(pages: dict[str, str]) -> _Page:
    return _Page(pages["/privacy"])


@pytest.fixture
def changed(content: Content, tmp_path: Path) -> Callable[[str, Change], tuple[Content, Path]]:
    """The content after a change to one of its files, and the folder it is in."""

    def change(name: str, how: Change) -> tuple[Content, Path]:
        folder = tmp_path / "content"
        shutil.copytree(CONTENT_FOLDER, folder, dirs_exist_ok=True)
        yaml = YAML(typ="safe", pure=True)
        entries = yaml.load((folder / name).read_text(encoding="utf-8"))
        how(entries)
        with (folder / name).open("w", encoding="utf-8") as opened:
            yaml.dump(entries, opened)
        return content if name == "pages.yml" else load_content(folder), folder

    return change


# ------------------------------------------------------------------ everything is there


def test_every_answer_stands_on_the_page_with_its_safety_net_and_date(content: Content, faq: _Page) -> None:
    for answer in content.answers.values():
        assert answer.title in faq.text
        if answer.topic in PRACTICAL_TOPICS:
            continue
        for part in (*answer.answer, *answer.points, content.fill(answer.safety_net)):
            assert _words(part) in faq.text
        assert (3, answer.title) in faq.headings
    dated = faq.text.count("Last changed on 22 November 2026. Not yet checked by a clinician.")
    assert dated == len(content.answers) - len(PRACTICAL_TOPICS) + len(content.exercises) + 1


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_stands_on_the_page_whole(content: Content, pages: dict[str, str], name: str) -> None:
    exercise = content.exercises[name]
    article = pages["/faq"].split(f'aria-labelledby="{name}"')[1].split("</article>")[0]
    text = _Page(f"<article>{article.split('>', 1)[1]}</article>").text
    for part in (exercise.name, exercise.position, *exercise.steps, *exercise.skip_if, *exercise.stop_if):
        assert _words(part) in text
    assert f"Hold for about {exercise.hold_seconds} seconds." in text
    assert f"{exercise.repeats.min} to {exercise.repeats.max} times" in text
    assert ("on each side" in text) == (exercise.sides == "both")
    assert article.count("<svg") == 2


def test_the_rules_for_all_exercises_stand_before_the_first_of_them(content: Content, faq: _Page) -> None:
    first = faq.text.index(content.exercises["hip_extension"].steps[0])
    rules = content.exercise_rules
    parts = [rules.setup, rules.start, rules.pinch, *rules.stop_at_once, *(b.do for b in rules.pain_scale)]
    assert all(faq.text.index(_words(part)) < first for part in parts)


# ------------------------------------------------------------------ safe first


def test_the_emergency_lines_come_before_everything_but_the_title(content: Content, faq: _Page) -> None:
    emergency = faq.text.index(content.fill(content.wording["fallback"]["emergency"]))
    urgent = faq.text.index(content.fill(content.wording["fallback"]["urgent"]))
    assert emergency < urgent < faq.text.index("This guide is for adults")
    assert [level for level, _ in faq.headings[:2]] == [1, 2]
    assert faq.headings[1][1] == "If you need help now"


def test_who_should_not_exercise_is_said_before_the_first_step_and_again_with_each(
    content: Content, faq: _Page
) -> None:
    texts = load_page_texts(content).faq.gate
    first = faq.text.index(content.exercises["hip_extension"].steps[0])
    assert all(faq.text.index(line.say) < first for line in texts.lines)
    reminders = [match.start() for match in re.finditer(re.escape(texts.reminder), faq.text)]
    steps = sorted(faq.text.index(exercise.steps[0]) for exercise in content.exercises.values())
    assert len(reminders) == len(steps)
    assert all(reminder < step for reminder, step in zip(reminders, steps, strict=True))
    assert faq.links.count("#gate") == len(steps) + 1


def test_the_limit_of_pain_is_the_one_of_the_chat(content: Content) -> None:
    texts = load_page_texts(content).faq.gate
    limit = f"{HIGHEST_PAIN_FOR_EXERCISE + 1} or more"
    assert limit in next(line.say for line in texts.lines if "pain_score" in line.covers)
    assert f"pain of {limit}" in texts.reminder


def test_a_clinic_can_leave_the_exercises_to_the_assistant(
    changed: Callable[[str, Change], tuple[Content, Path]],
) -> None:
    def switch_off(entries: Any) -> None:
        entries["faq"]["show_exercises"] = False

    content, folder = changed("pages.yml", switch_off)
    page = _Page(render_pages(content, load_page_texts(content, folder), 0)["/faq"])
    assert "The assistant can show you five gentle exercises." in page.text
    for exercise in content.exercises.values():
        assert not any(step in page.text for step in exercise.steps)
        assert exercise.id not in page.ids
    assert "svg" not in page.tags
    assert all(link.removeprefix("#") in page.ids for link in page.links if link.startswith("#"))


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
def test_a_safety_question_that_the_page_leaves_out_stops_the_start(
    changed: Callable[[str, Change], tuple[Content, Path]], question: str
) -> None:
    def leave_out(entries: Any) -> None:
        for line in entries["faq"]["gate"]["lines"]:
            line["covers"] = [name for name in line["covers"] if name != question]

    content, folder = changed("pages.yml", leave_out)
    with pytest.raises(ContentError, match=f"pages.yml, faq.gate: no line covers {question}"):
        load_page_texts(content, folder)


@pytest.mark.parametrize("tier", ["emergency", "urgent"])
def test_a_warning_sign_that_the_page_leaves_out_stops_the_start(
    changed: Callable[[str, Change], tuple[Content, Path]], tier: str
) -> None:
    def leave_out(entries: Any) -> None:
        del entries["faq"][tier]["lines"][-1]

    content, folder = changed("pages.yml", leave_out)
    with pytest.raises(ContentError, match=f"pages.yml, faq.{tier}: no line covers"):
        load_page_texts(content, folder)


# ------------------------------------------------------------------ one source


def test_a_changed_answer_changes_the_page(changed: Callable[[str, Change], tuple[Content, Path]]) -> None:
    def change(entries: Any) -> None:
        entries["answers"][0]["answer"][0] = "Walk <b>gently</b> & slowly."
        entries["answers"][0]["status"] = "clinically_reviewed"

    content, _ = changed("answers.yml", change)
    page = _pages(content)["/faq"]
    assert "<p>Walk &lt;b&gt;gently&lt;/b&gt; &amp; slowly.</p>" in page
    assert "<b>gently" not in page
    assert "Checked by a clinician on 22 November 2026." in page


def test_a_changed_exercise_changes_the_page(
    changed: Callable[[str, Change], tuple[Content, Path]],
) -> None:
    def change(entries: Any) -> None:
        entries["exercises"][0]["steps"][0] = "Stand on one leg like a heron."

    content, _ = changed("exercises.yml", change)
    assert "Stand on one leg like a heron." in _pages(content)["/faq"]


def test_what_the_clinic_has_not_said_is_not_made_up(faq: _Page) -> None:
    assert "The clinic has not put its street address here yet." in faq.text
    assert "The clinic has not put its phone number or booking page here yet." in faq.text
    assert "Monday to Friday, 9am to 5pm" in faq.text
    assert not [link for link in faq.links if link.startswith("tel:")]


def test_what_the_clinic_has_said_is_shown(changed: Callable[[str, Change], tuple[Content, Path]]) -> None:
    def change(entries: Any) -> None:
        entries.update(
            country="GB",
            phone="01632 960000",
            address="a street of its own",
            directions="There is a ramp.",
            booking_link="https://clinic.example/book",
            closed_dates=["2026-12-28", "2026-12-25"],
        )

    content, _ = changed("clinic.yml", change)
    page = _Page(_pages(content)["/faq"])
    assert "You can call the clinic on 01632 960000." in page.text
    assert "You can find us at a street of its own." in page.text
    assert "There is a ramp." in page.text
    assert "It is also closed on 25 December 2026, 28 December 2026." in page.text
    assert {"tel:999", "tel:111", "tel:01632960000", "https://clinic.example/book"} <= set(page.links)


def test_only_web_and_mail_addresses_become_links(
    changed: Callable[[str, Change], tuple[Content, Path]],
) -> None:
    def change(entries: Any) -> None:
        entries.update(
            booking_link="javascript:alert(1)", email="team@clinic.example", phone="ask at the desk"
        )

    content, _ = changed("clinic.yml", change)
    page = _Page(_pages(content)["/faq"])
    assert "javascript:alert(1)" in page.text
    outside = [link for link in page.links if not link.startswith(("#", "/"))]
    assert outside == ["mailto:team@clinic.example"]


def test_a_page_is_kept_from_search_engines_until_a_clinician_has_checked_everything(
    changed: Callable[[str, Change], tuple[Content, Path]], pages: dict[str, str], tmp_path: Path
) -> None:
    assert '<meta name="robots" content="noindex">' in pages["/faq"]

    def check(entries: Any) -> None:
        for entry in (*entries.get("answers", []), *entries.get("exercises", [])):
            entry["status"] = "clinically_reviewed"
        for part in (entries, entries.get("rules", {})):
            if "status" in part:
                part["status"] = "clinically_reviewed"

    # each change starts from the repository's files, so the folder is put together by hand
    content, folder = changed("answers.yml", check)
    yaml = YAML(typ="safe", pure=True)
    for name in ("exercises.yml", "pages.yml"):
        entries = yaml.load((folder / name).read_text(encoding="utf-8"))
        check(entries)
        with (folder / name).open("w", encoding="utf-8") as opened:
            yaml.dump(entries, opened)
    content = load_content(folder)
    page = render_pages(content, load_page_texts(content, folder), 0)["/faq"]
    assert "noindex" not in page
    assert "No clinician has checked" not in page


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda entries: entries["faq"].pop("title"), "title: field required"),
        (lambda entries: entries["faq"].update(titel="x"), "titel: extra fields not permitted"),
        (lambda entries: entries["faq"].update(title="{colour}"), r"nothing fills the placeholder {colour}"),
        (lambda entries: entries["faq"].update(title="{"), "a brace { or } is left open"),
        (lambda entries: entries["faq"]["gate"]["lines"][0]["covers"].append("x"), "x does not belong here"),
    ],
)
def test_a_mistake_in_the_texts_is_named_with_its_place(
    changed: Callable[[str, Change], tuple[Content, Path]], how: Change, message: str
) -> None:
    content, folder = changed("pages.yml", how)
    with pytest.raises(ContentError, match=re.escape(message)) as error:
        load_page_texts(content, folder)
    assert str(error.value).startswith("pages.yml")


def test_the_check_before_the_start_reads_the_pages_too() -> None:
    assert content_problems() == []


# ------------------------------------------------------------------ structured data


def test_the_structured_data_is_a_faqpage_as_schema_org_defines_it(content: Content, faq: _Page) -> None:
    data = json.loads(faq.data)
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "FAQPage"
    questions = data["mainEntity"]
    assert [question["name"] for question in questions] == [a.title for a in content.answers.values()]
    for question in questions:
        assert set(question) == {"@type", "name", "acceptedAnswer"}
        assert question["@type"] == "Question"
        assert set(question["acceptedAnswer"]) == {"@type", "text"}
        assert question["acceptedAnswer"]["@type"] == "Answer"
        assert "{" not in question["acceptedAnswer"]["text"]


def test_an_answer_in_the_structured_data_is_on_the_page_and_says_when_to_get_help(
    content: Content, faq: _Page
) -> None:
    texts = {q["name"]: q["acceptedAnswer"]["text"] for q in json.loads(faq.data)["mainEntity"]}
    for answer in content.answers.values():
        if answer.topic in PRACTICAL_TOPICS:
            assert all(sentence in faq.text for sentence in texts[answer.title].split(". "))
        else:
            assert texts[answer.title].endswith(content.fill(answer.safety_net))
            assert all(part in texts[answer.title] for part in (*answer.answer, *answer.points))


def test_no_exercise_steps_leave_the_page_through_the_structured_data(content: Content, faq: _Page) -> None:
    for exercise in content.exercises.values():
        assert not any(step in faq.data for step in exercise.steps)


def test_text_cannot_break_out_of_the_structured_data(
    changed: Callable[[str, Change], tuple[Content, Path]],
) -> None:
    def change(entries: Any) -> None:
        entries["answers"][0]["answer"][0] = "</script><script>alert(1)</script>"

    content, _ = changed("answers.yml", change)
    page = _Page(_pages(content)["/faq"])
    assert page.tags.count("script") == 1
    assert "</script><script>" in json.loads(page.data)["mainEntity"][0]["acceptedAnswer"]["text"]


# ------------------------------------------------------------------ form


@pytest.mark.parametrize("address", ["/faq", "/privacy"])
def test_headings_go_down_one_step_at_a_time_and_links_lead_somewhere(
    pages: dict[str, str], address: str
) -> None:
    page = _Page(pages[address])
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link in ("/", "/faq", "/privacy") or link.removeprefix("#") in page.ids
    assert {"header", "main", "footer", "nav"} <= set(page.tags)
    assert page.links[0] == "#main"
    assert "{" not in page.text


@pytest.mark.parametrize("address", ["/faq", "/privacy"])
def test_a_page_has_nothing_that_its_policy_forbids(pages: dict[str, str], address: str) -> None:
    page = pages[address]
    assert re.findall(r"\s(?:style|on\w+)=", page) == []
    assert re.findall(r"<(?:style|iframe|object|form|img)\b", page) == []
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts == (['<script type="application/ld+json">'] if address == "/faq" else [])
    assert re.findall(r'(?:src|href)="http', page) == []


# ------------------------------------------------------------------ privacy


def test_the_privacy_page_says_what_is_kept_how_long_who_reads_it_and_how_to_delete(privacy: _Page) -> None:
    headings = [words for level, words in privacy.headings if level == 2]
    assert headings == [
        "You talk to a computer",
        "What is kept",
        "What is not kept",
        "Who can read it",
        "How long it is kept",
        "How to have it deleted",
        "What the clinic must add",
    ]
    assert "The assistant is a computer program." in privacy.text


def test_the_privacy_page_says_how_long_a_chat_is_kept_as_it_is_set(content: Content) -> None:
    texts = load_page_texts(content)
    without = render_pages(content, texts, 0)["/privacy"]
    assert "Chats are not deleted by themselves yet." in without
    assert "The clinic deletes a chat 30 days after its last message." not in without
    kept = render_pages(content, texts, 30)["/privacy"]
    assert "The clinic deletes a chat 30 days after its last message." in kept
    assert "Chats are not deleted by themselves yet." not in kept


def test_the_privacy_page_names_the_buttons_as_the_chat_does(privacy: _Page) -> None:
    labels = json.loads((WEB / "hip-chat.en.json").read_text(encoding="utf-8"))
    assert f"open “{labels['noted']}” and press “{labels['delete']}”" in privacy.text


def test_what_only_the_clinic_can_say_is_shown_as_open_until_it_is_said(
    changed: Callable[[str, Change], tuple[Content, Path]], privacy: _Page
) -> None:
    assert privacy.text.count("The clinic has not filled this in yet.") == 6

    def fill_in(entries: Any) -> None:
        entries["privacy"]["clinic_answers"][0]["answer"] = "The clinic's manager."

    content, folder = changed("pages.yml", fill_in)
    page = _Page(render_pages(content, load_page_texts(content, folder), 0)["/privacy"])
    assert "The clinic's manager." in page.text
    assert page.text.count("The clinic has not filled this in yet.") == 5


# ------------------------------------------------------------------ served


@pytest.mark.parametrize("address", ["/faq", "/privacy"])
def test_the_pages_are_served_as_made_under_a_policy_that_runs_no_script(
    stack: Stack, client: httpx.Client, pages: dict[str, str], address: str
) -> None:
    response = client.get(stack.url + address)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text == pages[address]
    policy = dict(
        part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "require-trusted-types-for": "'script'",
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.head(stack.url + address).status_code == 200
    assert client.post(stack.url + address).status_code in (404, 405)
