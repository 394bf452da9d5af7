"""The demonstration: its sentences can be said, and moving conversations in time changes nothing else."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
import sqlalchemy
from ruamel.yaml import YAML

from evaluation import demo
from evaluation.tracker_events import SqliteStore, chat, turn


def test_every_script_has_a_weight_and_sentences() -> None:
    scripts = YAML(typ="safe", pure=True).load(demo.SENTENCES.read_text(encoding="utf-8"))
    for script in scripts:
        assert script["weight"] > 0
        for step in script["turns"]:
            for said in step if isinstance(step, list) else [step]:
                assert said.strip("{}") in ("check", "leave", "up", "down") or (said and "{" not in said)


def test_conversations_move_as_a_whole_and_in_order_and_keep_their_words(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "conversations.db")
    store.write(chat("before", turn("was there already")))
    above = store.run("SELECT MAX(id) FROM events")[0][0]
    for number in range(20):
        store.write(chat(f"sender{number}", turn("first"), turn("second")))
    before = store.run("SELECT id, sender_id, timestamp, data FROM events ORDER BY id")
    demo.spread(sqlalchemy.create_engine(f"sqlite:///{store.path}"), above, random.Random(1))
    after = store.run("SELECT id, sender_id, timestamp, data FROM events ORDER BY id")
    assert after[:above] == before[:above]
    begun = []
    for number in range(20):
        old, new = ([row for row in rows if row[1] == f"sender{number}"] for rows in (before, after))
        shifts = {round(now[2] - then[2], 3) for then, now in zip(old, new, strict=True)}
        assert len(shifts) == 1
        for then, now in zip(old, new, strict=True):
            assert json.loads(now[3]) == {**json.loads(then[3]), "timestamp": now[2]}
        begun.append(new[0][2])
    assert begun == sorted(begun)
    assert time.time() - (demo.DAYS + 2) * 86_400 < begun[0] < begun[-1] < time.time()
    store.close()


def test_an_installation_that_holds_conversations_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = SqliteStore(tmp_path / "conversations.db")
    store.write(chat("one", turn("words")))
    store.close()
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.delenv("TRACKER_DB", raising=False)
    assert demo.main([]) == 1
    assert "make demo MORE=1" in capsys.readouterr().err
