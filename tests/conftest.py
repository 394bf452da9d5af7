"""Fixtures that every room of tests uses: the content, the clock, the running assistant and its visitors."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date

import httpx
import pytest

from bot.advice.content import CONTENT_FOLDER, Content, load_content
from evaluation.stack import PROJECT, Stack, Visitor


def pytest_configure() -> None:
    """Forgets settings of the shell, so that the tests see the defaults of a fresh clone."""
    for name in list(os.environ):
        if name.startswith(("CLINIC_", "CHAT_")):
            del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a trained model, as every running assistant does."""
    for item in items:
        if "trained_model" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def content() -> Content:
    """The content as it is in the repository."""
    return load_content(CONTENT_FOLDER)


@pytest.fixture(scope="session")
def today() -> date:
    """A Monday on which every date in the tests is reckoned."""
    return date(2026, 11, 23)


@pytest.fixture(scope="session")
def trained_model() -> str:
    """The path of the model for the present files, trained if it is not there."""
    subprocess.run([PROJECT / "scripts" / "in", "scripts/train"], check=True, cwd=PROJECT)
    return subprocess.run(
        [PROJECT / "scripts" / "model"], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture(scope="session")
def stack(trained_model: str) -> Iterator[Stack]:
    """The whole assistant, shared by all tests that leave it as they found it."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One HTTP client for all visitors."""
    with httpx.Client(timeout=60) as shared:
        yield shared


@pytest.fixture
def visitor(stack: Stack, client: httpx.Client) -> Callable[[], Visitor]:
    """Opens a new conversation with each call."""
    return lambda: Visitor(stack.url, client)
