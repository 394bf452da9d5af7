"""Erasing is erasing: the raw database files are searched for the words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from bot.review import erase, projection
from bot.review.models import (
    Audit,
    Conversation,
    Erasure,
    Exported,
    Judgement,
    Label,
    Standing,
    Tag,
    Tagged,
    Turn,
)
from evaluation.tracker_events import START, WALKING, PostgresStore, SqliteStore, Store, chat, turn
from tests.review.conftest import client_of, follow

#: Words that stand nowhere else.
SECRET = ("quokka", "chrysanthemum", "Ottery")


def found(store: Store, *words: str) -> set[tuple[str, str]]:
    """Where words stand in the databases' files, in any case: in tables, indexes, deleted rows, statistics, logs."""
    lower = [word.lower().encode() for word in words]
    return {(name, word.decode()) for name, held in _files(store) for word in lower if word in held.lower()}


def _files(store: Store) -> Iterator[tuple[str, bytes]]:
    if isinstance(store, SqliteStore):
        own = Path(store.own.removeprefix("sqlite://"))
        for path in [*store.path.parent.glob(f"{store.path.name}*"), *own.parent.glob(f"{own.name}*")]:
            yield path.name, path.read_bytes()
        return
    # the server's whole folder, not only the files that its catalogue names; its write-ahead log is left out
    store.run("CHECKPOINT")
    folder = Path(str(store.run("SHOW data_directory")[0][0]))
    names = {}
    for alias in ("default", "tracker"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relfilenode > 0")
            names.update({path: f"{alias} {name}" for name, path in cursor.fetchall()})
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        if path.is_file() and place.parts[0] != "pg_wal":
            yield names.get(str(place), str(place)), path.read_bytes()


@pytest.fixture
def talked(store: Store) -> Store:
    """One conversation to erase among others, with everything that a team can add to it."""
    for number in range(40):
        store.write(chat(f"before{number}", turn(f"how far may I walk, {number} weeks now", told=WALKING)))
    store.write(
        chat("erase me", turn("the quokka hurt my hip"), turn("I planted a chrysanthemum near Ottery"))
    )
    store.write(chat("stays", turn("Is walking good?", told=WALKING)))
    follow()
    ref = projection.ref_of("erase me")
    client = client_of("ada", "admin")
    Tag.objects.create(name="wording")
    client.post(
        f"/conversations/{ref}/judge/",
        {"verdict": "right", "tag": ["wording"], "note": "Ottery again", "wish": "next"},
    )
    client.post(f"/conversations/{ref}/1/correct/", {"topic": "walking"})
    client.get(f"/conversations/{ref}/test.py")
    client.get("/learning/nlu.yml")
    assert {word for _, word in found(store, *SECRET)} == {word.lower() for word in SECRET}
    return store


def test_an_erased_conversation_is_in_neither_databases_files(talked: Store) -> None:
    ref = projection.ref_of("erase me")
    out = StringIO()
    call_command("erase", ref, stdout=out)
    assert "Please delete these downloads, which contained it: test.py" in out.getvalue()
    assert "nlu.yml" in out.getvalue()
    assert found(talked, *SECRET, "erase me") == set()
    assert set(Conversation.objects.values_list("sender", flat=True)) == {
        "stays",
        *(f"before{n}" for n in range(40)),
    }
    for model in (Judgement, Tagged, Exported):
        assert not model.objects.filter(ref=ref).exists()
    assert not Standing.objects.filter(conversation_id=ref).exists()
    assert not talked.run("SELECT id FROM events WHERE sender_id = 'erase me'")
    assert Turn.objects.count() == 41
    assert Label.objects.filter(kind="topic").count() == 41
    assert Audit.objects.filter(action="erased", ref=ref).exists()


def test_the_page_erases_at_once_and_the_follower_rewrites_the_files(
    talked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = projection.ref_of("erase me")
    client = client_of("eva", "admin")
    assert "These downloads contained it" in client.get(f"/conversations/{ref}/erase/").content.decode()
    assert client.post(f"/conversations/{ref}/erase/").status_code == 200
    assert Conversation.objects.filter(ref=ref).exists()
    client.post(f"/conversations/{ref}/erase/", {"sure": "yes"})
    assert client.get(f"/conversations/{ref}/").status_code == 404
    assert "waiting" in client.get("/erasures/").content.decode()
    erase.finish()
    assert found(talked, *SECRET) == set()
    assert Erasure.objects.get().compacted_at
    assert "waiting" not in client.get("/erasures/").content.decode()


def test_the_files_are_not_rewritten_while_somebody_is_chatting(
    talked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase.ask(["erase me"], "ada")
    Conversation.objects.filter(sender="stays").update(last_at=datetime.now(UTC))
    erase.finish()
    assert not Conversation.objects.filter(sender="erase me").exists()
    assert Erasure.objects.get().compacted_at is None


@pytest.mark.servers
def test_rows_that_another_transaction_still_holds_are_not_called_gone(
    postgres: tuple[str, str], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = request.getfixturevalue("postgres_store")
    store.write(chat("erase me", turn("the quokka hurt my hip")))
    follow()
    other = PostgresStore(store.url)
    other.hold()
    monkeypatch.setattr(erase, "PATIENCE", 0.3)
    with pytest.raises(erase.StillHeld, match="another transaction"):
        erase.erase(["erase me"], "ada")
    assert Erasure.objects.get().compacted_at is None
    other.close()
    erase.finish()
    assert found(store, "quokka") == set()


def test_an_erasure_that_was_cut_short_is_finished(talked: Store) -> None:
    (asked,) = erase.ask(["erase me"], "ada")
    # killed after the tracker store, before the review database
    talked.run("DELETE FROM events WHERE sender_id = 'erase me'")
    assert Conversation.objects.filter(sender="erase me").exists()
    erase.finish()
    assert found(talked, *SECRET) == set()
    asked.refresh_from_db()
    assert asked.sender == ""


def test_what_the_visitor_deletes_in_the_chat_leaves_the_review_databases_files_too(talked: Store) -> None:
    talked.run("DELETE FROM events WHERE sender_id = 'erase me'")
    assert projection.sweep() == 1
    erase.finish()
    places = {name for name, _ in found(talked, *SECRET, "erase me")}
    assert not [name for name in places if name.startswith(("review.db", "default "))]
    assert Erasure.objects.get().compacted_at


def test_an_erased_conversation_does_not_come_back(talked: Store) -> None:
    erase.erase(["erase me"], "ada")
    talked.write(chat("new", turn("another question")))
    follow()
    projection.sweep()
    projection.rebuild()
    assert not Conversation.objects.filter(sender="erase me").exists()
    assert Conversation.objects.filter(sender="new").exists()


# ------------------------------------------------------------------ after a restore


def erasure(who: str, when: float, done: bool = True) -> dict[str, object]:
    """A row of the list as it was before a backup came back, in which the conversation still is."""
    at = str(datetime.fromtimestamp(when, UTC))
    ref = projection.ref_of("erase me")
    return {
        "ref": ref,
        "who": who,
        "asked_at": at,
        "deleted_at": at if done else None,
        "events": 3,
        "exports": "",
    }


@pytest.mark.parametrize("done", [True, False])
def test_what_was_erased_since_a_backup_goes_again_when_the_backup_is_back(talked: Store, done: bool) -> None:
    known = [erasure("ada", datetime.now(UTC).timestamp(), done)]
    assert erase.again(known, after_a_loss=True) == 1
    assert found(talked, *SECRET) == set()
    assert Conversation.objects.count() == 41
    # and the list is whole again, for the next backup that comes back
    assert Erasure.objects.filter(who="ada", asked_at=known[0]["asked_at"], events=3).count() == 1
    assert erase.again(known, after_a_loss=True) == 0
    assert Erasure.objects.filter(who="ada").count() == 1


def test_a_conversation_that_went_on_after_it_was_erased_stays(talked: Store) -> None:
    assert erase.again([erasure("ada", START - 1)], after_a_loss=False) == 0
    assert Conversation.objects.filter(sender="erase me").exists()


def test_after_a_loss_what_was_only_found_to_be_gone_comes_back(talked: Store) -> None:
    now = datetime.now(UTC).timestamp()
    # the second is of a restore in between
    known = [erasure(projection.IN_THE_CHAT, now), erasure(erase.AGAIN, now)]
    assert erase.again(known, after_a_loss=True) == 0
    assert Conversation.objects.filter(sender="erase me").exists()
    assert erase.again(known, after_a_loss=False) == 1
    assert not Conversation.objects.filter(sender="erase me").exists()


# ------------------------------------------------------------------ retention


@pytest.fixture
def aged(store: Store) -> Store:
    """A conversation of long ago, one that went on until today, and one of today."""
    now = datetime.now(UTC).timestamp()
    for sender, ages in (("old", [100, 90]), ("both", [100, 0]), ("new", [1])):
        events = chat(sender, *[turn(f"{sender} words, {age} days") for age in ages])
        step = (max(ages) - min(ages)) * 86_400 / len(events)
        for number, (_, event) in enumerate(events):
            event["timestamp"] = now - max(ages) * 86_400 + number * step
        store.write(events)
    follow()
    return store


def retention(*words: str) -> str:
    out = StringIO()
    call_command("retention", *words, stdout=out)
    return out.getvalue()


def test_the_dry_run_says_what_would_go_and_changes_nothing(aged: Store) -> None:
    before = aged.run("SELECT COUNT(*) FROM events")
    said = retention("--days", "30", "--dry-run")
    assert "1 conversations are older than 30 days and would be erased" in said
    assert "Nothing was changed" in said
    assert aged.run("SELECT COUNT(*) FROM events") == before
    assert Conversation.objects.count() == 3


def test_retention_erases_by_the_last_message_from_everywhere(aged: Store) -> None:
    assert "Erased 1 conversations older than 30 days" in retention("--days", "30")
    assert set(Conversation.objects.values_list("sender", flat=True)) == {"both", "new"}
    assert {sender for (sender,) in aged.run("SELECT DISTINCT sender_id FROM events")} == {"both", "new"}
    assert found(aged, "old words") == set()
    assert "No conversation is older" in retention("--days", "30")


def test_retention_takes_the_days_of_the_settings_and_no_nonsense(aged: Store) -> None:
    assert "older than 30 days and would be erased" in retention("--dry-run")
    with pytest.raises(CommandError, match=r"give --days: a number of days from 1 up"):
        retention("--days", "0")


def test_one_persons_data_is_complete_and_in_their_words(talked: Store) -> None:
    ref = projection.ref_of("erase me")
    given = json.loads(client_of("eva", "admin").get(f"/conversations/{ref}/person.json").content)
    assert given["sender"] == "erase me"
    assert len(given["events"]) == len(talked.run("SELECT id FROM events WHERE sender_id = 'erase me'"))
    assert {step["kind"] for step in given["judgements"]} == {"verdict", "tag", "note", "reviewed", "topic"}
    assert {download["kind"] for download in given["downloads"]} == {"test.py", "nlu.yml"}
    assert given["begun"].startswith(f"{datetime.fromtimestamp(START, UTC):%Y-%m-%d}")
    out = StringIO()
    call_command("person", ref, stdout=out)
    assert json.loads(out.getvalue())["events"] == given["events"]
