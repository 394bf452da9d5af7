"""Every exercise has a drawing of its start and of the position that is held; each is safe to put into a page."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.advice.content import load_content
from evaluation.stack import PROJECT

FOLDER = PROJECT / "bot" / "web" / "exercises"
SVG = "{http://www.w3.org/2000/svg}"
EXERCISES = load_content().exercises
DRAWINGS = [FOLDER / f"{name}-{position}.svg" for name in EXERCISES for position in ("start", "end")]
#: What a drawing may be made of: nothing that runs, loads or styles.
ELEMENTS = {"svg", "title", "desc", "g", "mask", "path", "circle"}
LARGEST_BYTES = 6_000


def _drawing(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_text(encoding="utf-8"))


def test_each_exercise_has_its_two_drawings_and_there_are_no_others() -> None:
    assert sorted(FOLDER.iterdir()) == sorted(DRAWINGS)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_says_in_words_what_it_shows(path: Path) -> None:
    drawing = _drawing(path)
    title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text
    assert description.text
    name, position = path.stem.rsplit("-", 1)
    assert title.text == f"{EXERCISES[name].name}: {'start' if position == 'start' else 'hold'}"
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert max(len(sentence.split()) for sentence in description.text.split(".")) <= 20


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_runs_nothing_and_loads_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for element in _drawing(path).iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for name in element.attrib:
            assert not name.startswith("on")
            assert name not in ("href", "style", "{http://www.w3.org/1999/xlink}href")
    assert re.findall(r"url\((?!#)", text) == []
    assert text.count("http") == 1, "only the name space"
    assert "<!" not in text


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_takes_the_colour_of_its_page_and_one_accent(path: Path) -> None:
    drawing = _drawing(path)
    # a mask leaves a gap around the limb in front; its black and white are never seen
    masks = {id(part) for mask in drawing.iter(f"{SVG}mask") for part in mask.iter()}
    seen = [element for element in drawing.iter() if id(element) not in masks]
    colours = {element.get(name, "none") for element in seen for name in ("fill", "stroke")}
    assert colours == {"none", "currentColor", "#d9480f"}


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_small(path: Path) -> None:
    assert path.stat().st_size <= LARGEST_BYTES


def test_drawings_can_stand_in_one_page_without_sharing_an_id() -> None:
    ids = [element.get("id") for path in DRAWINGS for element in _drawing(path).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_names_only_parts_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"url\(#([^)]+)\)", text):
        assert f'id="{name}"' in text
