"""The content fits its schema, and broken content is refused in words that name the place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.advice.content import CONTENT_FOLDER, WORDING_PLACEHOLDERS, Content, ContentError, load_content
from bot.advice.vocabulary import EXERCISES, PRACTICAL_TOPICS, SCOPES, TOPICS
from evaluation.stack import PROJECT


def test_the_content_of_the_repository_loads(content: Content) -> None:
    assert set(content.exercises) == set(EXERCISES)
    assert set(content.answers) == {topic for topic in TOPICS if ":" not in topic}
    assert set(content.wording["scopes"]) == set(SCOPES)
    assert re.fullmatch(r"[0-9a-f]{12}", content.version)


def test_every_text_that_the_code_says_is_one_that_the_content_must_hold() -> None:
    code = "\n".join(
        path.read_text() for folder in ("bot", "actions") for path in (PROJECT / folder).rglob("*.py")
    )
    named = set(re.findall(r'wording\["(\w+)"\]', code))
    held = {part for name in WORDING_PLACEHOLDERS for part in name.split(".")}
    assert named
    assert named <= held


def test_the_pain_guide_covers_0_to_10_without_a_gap(content: Content) -> None:
    covered = [score for band in content.exercise_rules.pain_scale for score in range(band.min, band.max + 1)]
    assert covered == list(range(11))


def test_exercises_are_numbered_and_ordered_from_1_to_5(content: Content) -> None:
    assert sorted(exercise.number for exercise in content.exercises.values()) == [1, 2, 3, 4, 5]
    assert sorted(exercise.ease for exercise in content.exercises.values()) == [1, 2, 3, 4, 5]


def test_the_numbers_of_an_exercise_make_sense(content: Content) -> None:
    for exercise in content.exercises.values():
        assert 1 <= exercise.repeats.min <= exercise.repeats.max <= 12
        assert 1 <= exercise.hold_seconds <= 30


def test_every_answer_lists_where_it_departs_from_the_article(content: Content) -> None:
    for answer in content.answers.values():
        if answer.topic not in PRACTICAL_TOPICS:
            assert answer.departures, answer.id
            assert answer.article


def test_every_flag_says_its_source_its_reason_and_what_to_do(content: Content) -> None:
    for flag in content.flags.values():
        assert flag.source, flag.id
        assert flag.why, flag.id
        assert flag.action, flag.id
        assert flag.raised_by, flag.id


# ------------------------------------------------------------------ broken content

Change = Callable[[Any], None]


def _break(folder: Path, name: str, change: Change) -> None:
    path = folder / name
    yaml = YAML()
    data = yaml.load(path.read_text(encoding="utf-8"))
    change(data)
    with path.open("w", encoding="utf-8") as opened:
        yaml.dump(data, opened)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that a test may break."""
    return Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))


def _entry(data: Any, kind: str, called: str) -> Any:
    return next(entry for entry in data[kind] if entry["id"] == called)


BROKEN: dict[str, tuple[str, Change, list[str]]] = {
    "an answer without a field": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").pop("brief"),
        ["answers.yml", "faq.walking", "brief"],
    ),
    "an answer with a field nobody knows": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.causes").update(colour="red"),
        ["answers.yml", "faq.causes", "colour"],
    ),
    "an answer to an unknown topic": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(topic="swimming"),
        ["answers.yml", "faq.walking", "swimming"],
    ),
    "two answers to one topic": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(topic="causes"),
        ["answers.yml", "causes", "twice"],
    ),
    "an answer that is gone": (
        "answers.yml",
        lambda d: d["answers"].pop(0),
        ["answers.yml", "walking"],
    ),
    "an answer with an empty safety net": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.symptoms").update(safety_net=""),
        ["answers.yml", "faq.symptoms", "safety_net"],
    ),
    "a review date that is no date": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(reviewed="last week"),
        ["answers.yml", "faq.walking", "reviewed"],
    ),
    "a review status nobody knows": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(status="fine"),
        ["answers.yml", "faq.walking", "status"],
    ),
    "a placeholder that nothing fills": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(safety_net="Call {emergency_nmber} now."),
        ["answers.yml", "faq.walking", "{emergency_nmber}"],
    ),
    "a placeholder where none is filled": (
        "answers.yml",
        lambda d: _entry(d, "answers", "faq.walking").update(brief="Call {doctor}."),
        ["answers.yml", "faq.walking", "{doctor}"],
    ),
    "a brace left open": (
        "red_flags.yml",
        lambda d: _entry(d, "flags", "testicle").update(action="Call {emergency_number now."),
        ["red_flags.yml", "testicle", "action"],
    ),
    "answers that are no list": (
        "answers.yml",
        lambda d: d.update(answers="none"),
        ["answers.yml", "answers"],
    ),
    "an answer that is only a sentence": (
        "answers.yml",
        lambda d: d["answers"].insert(0, "Walking is good."),
        ["answers.yml", "entry 1"],
    ),
    "no list of answers at all": (
        "answers.yml",
        lambda d: d.pop("answers"),
        ["answers.yml", "answers"],
    ),
    "an exercise that is gone": (
        "exercises.yml",
        lambda d: d["exercises"].pop(2),
        ["exercises.yml", "hip_abduction"],
    ),
    "an exercise with an unknown id": (
        "exercises.yml",
        lambda d: d["exercises"][0].update(id="squat"),
        ["exercises.yml", "hip_extension"],
    ),
    "a hold that is no number": (
        "exercises.yml",
        lambda d: d["exercises"][0].update(hold_seconds="a while"),
        ["exercises.yml", "hip_extension", "hold_seconds"],
    ),
    "a pain guide that is gone": (
        "exercises.yml",
        lambda d: d["rules"].pop("pain_scale"),
        ["exercises.yml", "pain_scale"],
    ),
    "a fact of an unknown kind": (
        "facts.yml",
        lambda d: d["facts"][0].update(kind="maybe"),
        ["facts.yml", "under_16", "kind"],
    ),
    "two facts of one name": (
        "facts.yml",
        lambda d: d["facts"].append(dict(d["facts"][0])),
        ["facts.yml", "under_16", "twice"],
    ),
    "a fact that a flag needs and that is gone": (
        "facts.yml",
        lambda d: d["facts"].remove(_entry(d, "facts", "fever")),
        ["red_flags.yml", "fever"],
    ),
    "a flag of an unknown tier": (
        "red_flags.yml",
        lambda d: _entry(d, "flags", "sepsis").update(tier="critical"),
        ["red_flags.yml", "sepsis", "tier"],
    ),
    "a flag raised by an unknown fact": (
        "red_flags.yml",
        lambda d: _entry(d, "flags", "sepsis")["raised_by"].append("fever+purple_spots"),
        ["red_flags.yml", "sepsis", "purple_spots"],
    ),
    "a flag without an action": (
        "red_flags.yml",
        lambda d: _entry(d, "flags", "sepsis").pop("action"),
        ["red_flags.yml", "sepsis", "action"],
    ),
    "a day of the week that does not exist": (
        "clinic.yml",
        lambda d: d["opening_hours"].update(someday={"opens": "09:00", "closes": "17:00"}),
        ["clinic.yml", "someday"],
    ),
    "an hour that does not exist": (
        "clinic.yml",
        lambda d: d["opening_hours"]["monday"].update(opens="25:00"),
        ["clinic.yml", "monday", "opens"],
    ),
    "a clinic that closes before it opens": (
        "clinic.yml",
        lambda d: d["opening_hours"]["monday"].update(closes="08:00"),
        ["clinic.yml", "monday", "closes"],
    ),
    "an unknown time zone": (
        "clinic.yml",
        lambda d: d.update(time_zone="Mars/Olympus"),
        ["clinic.yml", "time_zone", "Mars/Olympus"],
    ),
    "a country without numbers": (
        "clinic.yml",
        lambda d: d.update(country="FR"),
        ["clinic.yml", "FR"],
    ),
    "no numbers for an unset country": (
        "clinic.yml",
        lambda d: d["numbers"].pop("unset"),
        ["clinic.yml", "unset"],
    ),
    "numbers without an emergency number": (
        "clinic.yml",
        lambda d: d["numbers"]["GB"].update(emergency=None),
        ["clinic.yml", "GB", "emergency"],
    ),
    "a closed date that is no date": (
        "clinic.yml",
        lambda d: d.update(closed_dates=["Christmas"]),
        ["clinic.yml", "closed_dates"],
    ),
    "a scope without a reply": (
        "wording.yml",
        lambda d: d["scopes"].pop("greet"),
        ["wording.yml", "scopes.greet"],
    ),
    "a text that is gone": (
        "wording.yml",
        lambda d: d.pop("unclear"),
        ["wording.yml", "unclear"],
    ),
    "a text that is empty": (
        "wording.yml",
        lambda d: d["fallback"].update(emergency="  "),
        ["wording.yml", "fallback.emergency"],
    ),
    "a wording that asks for what it cannot have": (
        "wording.yml",
        lambda d: d.update(person="Ask {name}."),
        ["wording.yml", "person", "{name}"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_content_is_refused_and_the_place_is_named(folder: Path, name: str) -> None:
    file, change, named = BROKEN[name]
    _break(folder, file, change)
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    for word in named:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "file", ["answers.yml", "exercises.yml", "facts.yml", "red_flags.yml", "clinic.yml", "wording.yml"]
)
@pytest.mark.parametrize(
    "text",
    [None, "", "- a list", "just words", "a: [1, 2", "a: 1\na: 2", "a:\tb: c", "\x00"],
    ids=["gone", "empty", "a list", "words", "cut off", "a key twice", "tabs", "NUL"],
)
def test_a_file_that_is_gone_or_garbled_is_refused_by_name(folder: Path, file: str, text: str | None) -> None:
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape(file)):
        load_content(folder)


def test_a_file_in_another_encoding_is_refused_by_name(folder: Path) -> None:
    (folder / "wording.yml").write_bytes("opening: [caf\xe9]".encode("latin-1"))
    with pytest.raises(ContentError, match=r"wording\.yml"):
        load_content(folder)


def test_another_word_in_the_content_is_another_version(folder: Path) -> None:
    before = load_content(folder).version
    _break(folder, "wording.yml", lambda d: d.update(unclear="Sorry, what was that?"))
    assert load_content(folder).version != before


def test_the_clinics_details_may_come_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_PHONE", "01234 567890")
    monkeypatch.setenv("CLINIC_COUNTRY", "GB")
    clinic = load_content(folder).clinic
    assert clinic.phone == "01234 567890"
    assert clinic.lines.emergency == "999"


def test_a_wrong_detail_in_the_environment_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_COUNTRY", "Atlantis")
    with pytest.raises(ContentError, match="Atlantis"):
        load_content(folder)
