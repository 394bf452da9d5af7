"""The queue: worst first, every filter, search, pages by key, and walking it with “save and next”."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from bot.review import judging, projection, queue
from bot.review.models import Conversation, Tag
from evaluation.tracker_events import EMERGENCY, SOON, WALKING, Store, chat, loop, slot, turn
from tests.review.conftest import client_of, follow, person


def listed(address: str = "") -> list[str]:
    """The senders on the first page of a list, in order."""
    rows, _ = queue.page(queue.read_filters(QueryDict(address)))
    return [row.sender for row in rows]


@pytest.fixture
def talked(store: Store) -> Store:
    """One conversation of each kind, the harmless ones last."""
    store.write(chat("walk", turn("Is walking good?", told=WALKING)))
    store.write(chat("left", turn("check my hip"), [loop("check_form")]))
    store.write(
        chat(
            "rated",
            turn("how far may I walk", message_id="m1"),
            [slot("feedback", {"turn": "m1", "rating": "down"})],
        )
    )
    store.write(
        chat("odd", turn("my parrot sings", misses=1, intent="out_of_scope", told={"scope": "out_of_scope"}))
    )
    store.write(chat("silent", turn("anybody there", reply="")))
    store.write(chat("hot", turn("my hip is hot", told={"urgency": "urgent", "reasons": ["infected_joint"]})))
    store.write(chat("fell", turn("I fell and cannot stand", told=EMERGENCY)))
    store.write(
        chat(
            "two",
            turn("I've had pain for two years"),
            turn("I have a hip replacement, which exercises?", told=SOON),
        )
    )
    follow()
    return store


def test_the_worst_comes_first_and_then_the_latest(talked: Store) -> None:
    assert listed() == ["fell", "hot", "silent", "odd", "rated", "left", "two", "walk"]
    assert listed("order=latest") == ["two", "fell", "hot", "silent", "odd", "rated", "left", "walk"]


def test_every_group_has_its_count_and_its_list(talked: Store) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert {group: number for group, _, number in queue.counts(now)} == {
        "emergency": 1, "urgent": 1, "failed": 1, "unanswered": 1, "thumbs_down": 1, "left": 1,
    }  # fmt: skip
    assert {group: listed(f"group={group}") for group, _ in queue.GROUPS} == {
        "emergency": ["fell"], "urgent": ["hot"], "failed": ["silent"], "unanswered": ["odd"], "thumbs_down": ["rated"], "left": ["left"],
    }  # fmt: skip


def test_a_groups_count_and_the_list_behind_it_agree_whatever_else_is_filtered(talked: Store) -> None:
    client = client_of("rosa", "viewer")
    for address in ("", "urgency=soon&q=hip", "group=left&order=latest"):
        page = client.get(f"/queue/?{address}").content.decode()
        links = re.findall(
            r'<a class="group (\w+)[^"]*" href="\?([^"]*)"[^>]*><span class="number">(\d+)', page
        )
        assert len(links) == len(queue.GROUPS)
        for group, target, number in links:
            assert len(listed(target.replace("&amp;", "&"))) == int(number), (address, group)


def test_somebody_who_is_still_in_the_check_has_not_left_it(talked: Store) -> None:
    last = Conversation.objects.get(sender="left").last_at
    filters = queue.read_filters(QueryDict("group=left"))
    assert not queue.conversations(filters, last + timedelta(minutes=29)).exists()
    assert queue.conversations(filters, last + timedelta(minutes=31)).exists()


@pytest.mark.parametrize(
    ("address", "senders"),
    [
        ("urgency=emergency", ["fell"]),
        ("urgency=soon", ["two"]),
        ("topic=walking", ["walk"]),
        ("reason=fracture_dislocation", ["fell"]),
        ("source=faq.walking", ["walk"]),
        ("unanswered=yes", ["odd"]),
        ("unanswered=no&urgency=emergency", ["fell"]),
        ("messages=2", ["two"]),
        ("messages=10", []),
        ("feedback=down", ["rated"]),
        ("check=begun", ["left"]),
        ("check=done", []),
        ("version=2137a0071660&urgency=urgent", ["hot"]),
        ("version=other", []),
        ("since=2026-11-23&urgency=soon", ["two"]),
        ("since=2026-11-24", []),
        ("until=2026-11-22", []),
        ("hour=9&urgency=soon", ["two"]),
        ("hour=10", []),
        ("q=parrot", ["odd"]),
        ("q=PARROTS+singing", ["odd"]),
        ("q=two+years+replacement+exercises", ["two"]),
        ("q=replacement+parrot", []),
        ("q=%22%27%29+OR+*", []),
        ("q=%22parrot%22*", ["odd"]),
        ("reviewed=yes", []),
    ],
)
def test_each_filter_of_the_address_finds_what_it_says(
    talked: Store, address: str, senders: list[str]
) -> None:
    assert listed(address) == senders


@pytest.mark.parametrize(
    "address",
    [
        "urgency=worst",
        "since=yesterday",
        "hour=25",
        "group=x",
        "messages=11",
        "since=0001-01-01",
        "reviewed=maybe",
    ],
)
def test_a_filter_that_is_not_understood_is_left_out_and_named(sqlite_store: Store, address: str) -> None:
    assert (
        f"left out: {address.split('=')[0]}"
        in client_of("rosa", "viewer").get(f"/queue/?{address}").content.decode()
    )


@pytest.mark.parametrize(
    "address", ["q=%00", "after=x", "after=9999999999999999999999-1", "after=1-1&q=a", "hour=²", "topic=%FF"]
)
def test_nonsense_in_the_address_breaks_nothing(store: Store, address: str) -> None:
    assert client_of("rosa", "viewer").get(f"/queue/?{address}").status_code == 200


def test_filters_by_what_the_team_added(talked: Store) -> None:
    rosa, mia = person("rosa", "reviewer"), person("mia", "reviewer")
    Tag.objects.create(name="wording")
    ref = {row.sender: row.ref for row in Conversation.objects.all()}
    judging.judge(ref["odd"], rosa, "tag", "+wording")
    judging.judge(ref["odd"], rosa, "flag", "yes")
    judging.judge(ref["hot"], rosa, "assigned", "mia")
    judging.judge(ref["hot"], rosa, "verdict", "right")
    judging.judge(ref["hot"], mia, "verdict", "too_cautious")
    judging.judge(ref["walk"], rosa, "reviewed", "yes")
    judging.judge(ref["two"], rosa, "second", "yes")
    assert listed("tag=wording") == ["odd"]
    assert listed("flagged=yes") == ["odd"]
    assert listed("assigned=mia") == ["hot"]
    assert listed("verdict=right") == ["hot"]
    assert listed("second=differ") == ["hot"]
    assert listed("second=wanted") == ["two"]
    assert listed("reviewed=yes&reviewer=rosa") == ["walk"]
    assert "walk" not in listed()
    assert "walk" in listed("reviewed=all")


def test_pages_by_key_show_every_conversation_once_also_when_new_ones_arrive(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 7)
    chance = random.Random(5)
    told = [{}, SOON, EMERGENCY]
    for number in range(40):
        store.write(
            chat(f"sender{number}", turn("words", told=chance.choice(told), misses=chance.randint(0, 1)))
        )
    follow()
    for address in ("", "order=latest"):
        filters = queue.read_filters(QueryDict(address))
        expected = [row.pk for row in queue.ordered(queue.conversations(filters), filters)]
        seen, key = [], ""
        while True:
            rows, key = queue.page(filters, key)
            seen += [row.pk for row in rows]
            store.write(chat(f"new{address}{len(seen)}", turn("I fell", told=EMERGENCY)))
            follow()
            if not key:
                break
        assert [pk for pk in seen if pk in expected] == expected
        assert len(seen) == len(set(seen))


def test_save_and_next_walks_the_list_to_its_end(talked: Store) -> None:
    client = client_of("rosa", "reviewer")
    ref = queue.page(queue.Filters())[0][0].ref
    walked = []
    address = f"/conversations/{ref}/"
    while "/conversations/" in address:
        walked.append(Conversation.objects.get(ref=address.split("/")[2]).sender)
        address = client.post(f"{address}judge/", {"wish": "next", "verdict": "right"}).headers["Location"]
    assert walked == ["fell", "hot", "silent", "odd", "rated", "left", "two", "walk"]
    assert address == "/queue/"
    assert listed() == []
    assert len(listed("reviewed=yes&reviewer=rosa")) == 8


def test_save_and_next_stays_in_the_filtered_list(talked: Store) -> None:
    client = client_of("rosa", "reviewer")
    first = Conversation.objects.get(sender="odd").ref
    filters = "?q=walk&reviewed=all"
    target = client.post(f"/conversations/{first}/judge/{filters}", {"wish": "next"}).headers["Location"]
    assert Conversation.objects.get(ref=target.split("/")[2]).sender == "rated"
    assert "q=walk" in target


def clicks(client: Client, page: str, pattern: str) -> str:
    """The address behind the first link that matches."""
    found = re.search(rf'href="([^"]*)"[^>]*>(?:<[^>]*>|[^<])*?{pattern}', page)
    assert found, pattern
    return found.group(1).replace("&amp;", "&")


def test_two_years_replacement_exercises_is_found_in_three_clicks(talked: Store) -> None:
    client = client_of("rosa", "viewer")
    page = client.get(
        "/queue/", {"q": "two years, replacement, exercises"}
    ).content.decode()  # search: one click
    found = re.findall(r'class="item" href="([^"]+)"', page)
    assert len(found) == 1
    page = client.get(found[0].replace("&amp;", "&")).content.decode()  # open it: the second
    assert "two years" in page
    assert "I have a hip replacement, which exercises?" in page


def test_a_name_cannot_be_searched_for(store: Store) -> None:
    store.write(chat("one", turn("my name is Ann Hathersage and I limp")))
    follow()
    assert listed("q=limp") == ["one"]
    assert listed("q=Hathersage") == []


def test_the_search_knows_what_is_said_later_and_forgets_what_is_gone(store: Store) -> None:
    store.write(chat("one", turn("first question")))
    follow()
    store.write([("one", event) for event in turn("then about marmalade")])
    follow()
    assert listed("q=question+marmalade") == ["one"]
    store.run("DELETE FROM events")
    projection.sweep()
    assert listed("q=marmalade") == []
