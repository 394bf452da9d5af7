"""Judging: nothing is overwritten, what holds now is shown, a second opinion is not led by the first."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connections

from bot.review import judging, words
from bot.review.models import Conversation, Judgement, Standing, Tag
from evaluation.tracker_events import SOON, WALKING, Store, chat, turn
from tests.review.conftest import client_of, follow, person


@pytest.fixture
def ref(store: Store) -> str:
    """A conversation of two messages."""
    store.write(
        chat("one", turn("Is walking good?", told=WALKING), turn("since my operation in 2015", told=SOON))
    )
    follow()
    return Conversation.objects.get().ref


def test_reviewed_can_be_undone_and_both_stay_in_the_history(ref: str) -> None:
    rosa = person("rosa", "reviewer")
    judging.judge(ref, rosa, "reviewed", "yes")
    assert Standing.objects.get().reviewed_by == rosa
    judging.judge(ref, rosa, "reviewed", "no")
    assert Standing.objects.get().reviewed_at is None
    assert [(step.kind, step.value) for step in judging.history(ref)] == [
        ("reviewed", "yes"),
        ("reviewed", "no"),
    ]


def test_saving_the_same_again_adds_nothing(ref: str) -> None:
    rosa = person("rosa", "reviewer")
    assert judging.judge(ref, rosa, "verdict", "right")
    assert not judging.judge(ref, rosa, "verdict", "right")
    assert not judging.judge(ref, rosa, "flag", "no")
    assert Judgement.objects.count() == 1


def test_a_changed_verdict_counts_and_the_first_is_kept(ref: str) -> None:
    rosa = person("rosa", "reviewer")
    judging.judge(ref, rosa, "verdict", "right")
    judging.judge(ref, rosa, "verdict", "not_cautious")
    assert judging.now(judging.history(ref)).verdicts == {"rosa": "not_cautious"}
    assert Judgement.objects.count() == 2


def test_opinions_of_two_people_agree_or_differ(ref: str) -> None:
    rosa, mia = person("rosa", "reviewer"), person("mia", "reviewer")
    judging.judge(ref, rosa, "verdict", "right")
    assert Standing.objects.get().agree is None
    judging.judge(ref, mia, "verdict", "right")
    assert Standing.objects.get().agree is True
    judging.judge(ref, mia, "verdict", "unclear")
    assert Standing.objects.get().agree is False
    judging.judge(ref, mia, "verdict", "")
    assert Standing.objects.get().agree is None


def test_the_second_opinion_does_not_see_the_first_before_it_is_given(ref: str) -> None:
    rosa, mia = client_of("rosa", "reviewer"), client_of("mia", "reviewer")
    rosa.post(f"/conversations/{ref}/judge/", {"verdict": "too_cautious", "second": "yes", "wish": "save"})
    page = mia.get(f"/conversations/{ref}/").content.decode()
    assert "The first verdict is shown after yours" in page
    assert "verdict: too cautious" not in page
    mia.post(f"/conversations/{ref}/judge/", {"verdict": "right", "second": "yes", "wish": "save"})
    page = mia.get(f"/conversations/{ref}/").content.decode()
    assert "verdict: too cautious" in page
    assert "opinions differ" in page


def test_the_list_does_not_show_the_first_verdict_before_the_second_is_given(ref: str) -> None:
    rosa, mia = client_of("rosa", "reviewer"), client_of("mia", "reviewer")
    mark = '<span class="mark">too cautious</span>'
    rosa.post(f"/conversations/{ref}/judge/", {"verdict": "too_cautious", "wish": "save"})
    assert mark in mia.get("/queue/").content.decode()
    rosa.post(f"/conversations/{ref}/judge/", {"verdict": "too_cautious", "second": "yes", "wish": "save"})
    assert mark not in mia.get("/queue/").content.decode()
    mia.post(f"/conversations/{ref}/judge/", {"verdict": "right", "second": "yes", "wish": "save"})
    assert mark in mia.get("/queue/").content.decode()


def test_a_verdict_can_be_taken_back_on_the_page(ref: str) -> None:
    rosa = client_of("rosa", "reviewer")
    assert "take my verdict back" not in rosa.get(f"/conversations/{ref}/").content.decode()
    rosa.post(f"/conversations/{ref}/judge/", {"verdict": "right", "wish": "save"})
    assert "take my verdict back" in rosa.get(f"/conversations/{ref}/").content.decode()
    rosa.post(f"/conversations/{ref}/judge/", {"verdict": "", "wish": "save"})
    assert Standing.objects.get().verdict == ""
    assert [step.value for step in judging.history(ref)] == ["right", ""]


def test_two_people_who_judge_at_the_same_moment_are_both_counted(store: Store) -> None:
    store.write(chat("one", turn("Is walking good?", told=WALKING)))
    follow()
    ref = Conversation.objects.get().ref
    people = [person(name, "reviewer") for name in ("rosa", "mia", "ada", "eva")]
    start = threading.Barrier(len(people))

    def give(someone: User) -> None:
        start.wait()
        judging.judge(ref, someone, "verdict", "right")
        connections.close_all()

    threads = [threading.Thread(target=give, args=(someone,)) for someone in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standing = Standing.objects.get()
    assert (standing.verdicts, standing.agree) == (4, True)


def test_a_fact_that_was_denied_outright_reads_as_no() -> None:
    said = words.mentions(
        [
            {"fact": "chronic", "assertion": "affirmed", "value": False},
            {"fact": "fever", "assertion": "negated"},
        ]
    )
    assert said == [(words.fact("chronic"), "no"), (words.fact("fever"), "denied")]


def test_a_message_should_have_been_something_else(ref: str) -> None:
    client = client_of("rosa", "reviewer")
    client.post(f"/conversations/{ref}/2/correct/", {"topic": "see_physio", "urgency": "urgent"})
    assert judging.now(judging.history(ref)).corrections == {2: judging.Correction("see_physio", "urgent")}
    assert Standing.objects.get().corrections == 1
    client.post(f"/conversations/{ref}/2/correct/", {"topic": "", "urgency": "urgent"})
    assert judging.now(judging.history(ref)).corrections == {2: judging.Correction("", "urgent")}
    assert Judgement.objects.count() == 3


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("judge/", {"verdict": "splendid"}),
        ("judge/", {"assigned": "nobody we know"}),
        ("1/correct/", {"topic": "astrology"}),
        ("1/correct/", {"urgency": "whenever"}),
    ],
)
def test_a_value_that_is_not_on_the_list_is_refused_in_plain_words(
    ref: str, address: str, form: dict[str, str]
) -> None:
    answer = client_of("rosa", "reviewer").post(f"/conversations/{ref}/{address}", form)
    assert answer.status_code == 400
    assert "is not something that" in answer.content.decode()
    assert not Judgement.objects.exists()


def test_a_message_that_is_not_there_cannot_be_corrected(ref: str) -> None:
    assert client_of("rosa", "reviewer").post(f"/conversations/{ref}/9/correct/", {}).status_code == 404


def test_tags_come_from_the_managed_list(ref: str) -> None:
    admin = client_of("ada", "admin")
    admin.post("/tags/", {"wish": "add", "name": "wording"})
    admin.post(f"/conversations/{ref}/judge/", {"tag": ["wording", "invented"], "wish": "save"})
    assert judging.now(judging.history(ref)).tags == ["wording"]
    admin.post("/tags/", {"wish": "retire", "name": "wording"})
    assert Tag.objects.get().retired
    assert "wording" in admin.get(f"/conversations/{ref}/").content.decode()
    admin.post(f"/conversations/{ref}/judge/", {"wish": "save"})
    assert judging.now(judging.history(ref)).tags == []


def test_notes_and_what_was_said_are_shown_as_text_never_as_html(store: Store) -> None:
    nasty = '<script>alert(1)</script> & "quotes"'
    store.write(chat("one", turn(nasty, reply=nasty)))
    follow()
    ref = Conversation.objects.get().ref
    client = client_of("rosa", "reviewer")
    client.post(f"/conversations/{ref}/judge/", {"note": nasty, "wish": "save"})
    page = client.get(f"/conversations/{ref}/").content.decode()
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_original_words_are_shown_only_on_their_own_page(store: Store) -> None:
    store.write(chat("one", turn("I am Ann, write to ann@example.org")))
    follow()
    ref = Conversation.objects.get().ref
    client = client_of("rosa", "reviewer")
    assert "ann@example.org" not in client.get(f"/conversations/{ref}/").content.decode()
    assert "ann@example.org" in client.get(f"/conversations/{ref}/original/").content.decode()


def test_times_are_the_clinics_and_every_message_has_an_address(ref: str) -> None:
    client = client_of("rosa", "viewer")
    page = client.get(f"/conversations/{ref}/").content.decode()
    assert "Mon 23 Nov 2026, 09:" in page
    assert client.get(f"/conversations/{ref}/2/").headers["Location"] == f"/conversations/{ref}/#m2"
    assert client.get(f"/conversations/{ref}/9/").status_code == 404
    assert client.get("/conversations/0000000000000000/").status_code == 404


def test_technical_events_of_one_message_are_those_that_rasa_stored(ref: str) -> None:
    page = client_of("rosa", "reviewer").get(f"/conversations/{ref}/1/events/").content.decode()
    assert "user: walking" in page
    assert "2015" not in page
