import re
import tomllib

import pytest

from bot.advice.advise import exercise_card
from bot.advice.content import load_content
from evaluation.write_docs import DOCS, PROJECT

MARKDOWN = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    PROJECT / "THIRD_PARTY.md",
    *DOCS.rglob("*.md"),
]


def test_every_direct_dependency_and_override_is_explained():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    named = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["tool"]["uv"]["override-dependencies"],
    ]
    page = (DOCS / "dependencies.md").read_text()
    for requirement in named:
        name = re.split(r"[<>=;\[]", requirement)[0].strip()
        assert re.search(rf"(?m)^\|.*\b{re.escape(name)}\b", page), name


def test_every_graph_component_is_explained():
    page = (DOCS / "architecture.md").read_text()
    for name in re.findall(r"bot\.understanding\.components\.(\w+)", (PROJECT / "config.yml").read_text()):
        assert f"| {name} |" in page


def test_every_kind_of_card_is_explained():
    content = load_content()
    page = (DOCS / "chat_api.md").read_text()
    sources = [*(PROJECT / "bot").rglob("*.py")]
    kinds = {
        kind for path in sources for kind in re.findall(r'"kind": "(\w+)"', path.read_text(encoding="utf-8"))
    }
    kinds |= {
        "emergency",
        "urgent",
        str(exercise_card(content.exercises["hip_flexion"], content).card["kind"]),
    }
    for kind in kinds:
        assert f"| `{kind}` |" in page, kind


def test_every_error_code_of_the_chat_api_is_explained():
    page = (DOCS / "chat_api.md").read_text()
    for path in (PROJECT / "bot" / "channel").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised = re.findall(r'ApiError\(\s*(\d+),\s*"(\w+)"', text)
        refused = re.findall(r'(?m)^    (\d{3}): \("(\w+)"', text)
        for status, code in raised + refused:
            assert re.search(rf"(?m)^\|[\d, ]*\b{status} \|.*`{code}`", page), code


def test_every_command_of_the_makefile_says_what_it_does():
    for name in re.findall(r"(?m)^([a-z-]+):(?!=)(?!.*##)", (PROJECT / "Makefile").read_text()):
        pytest.fail(f"make {name} has no words for `make help`")


def _anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ +(.+?)\s*$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.name)
def test_links_and_make_commands_of_a_page_exist(path):
    text = path.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)", text):
        page = path.parent / target if target else path
        assert page.exists(), target
        if anchor:
            assert anchor in _anchors(page.read_text(encoding="utf-8")), f"{target}#{anchor}"
    known = set(re.findall(r"(?m)^([a-z-]+):", (PROJECT / "Makefile").read_text()))
    for command in re.findall(r"(?:`|^|\n)make ([a-z-]+)", text):
        assert command in known, command


def test_the_architecture_page_says_what_make_run_does_when_a_process_ends():
    started = dict(line.split(": ", 1) for line in (PROJECT / "Procfile").read_text().splitlines())
    again = {name for name, command in started.items() if "scripts/again" in command}
    assert (again, set(started) - again) == ({"review", "follow"}, {"actions", "chat"})
    for path in (DOCS / "architecture.md", DOCS / "dependencies.md", PROJECT / "scripts" / "run"):
        text = " ".join(path.read_text().replace("\n# ", " ").split())
        assert re.search(
            "when the action server or the chat ends,? all (are stopped|stop)|stops all when the action",
            text,
            re.I,
        ), path


def test_what_an_upgrade_needs_stands_under_the_day_of_the_change_newest_first():
    page = (DOCS / "upgrade.md").read_text().split("## From version to version")[1]
    entries = re.findall(r"(?m)^- \*\*(.*?)\*\*:", page)
    assert len(entries) >= 4
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", entry) for entry in entries)
    assert entries == sorted(entries, reverse=True)
