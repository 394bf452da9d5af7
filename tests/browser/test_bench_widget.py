"""The measurement of the chat element beside others: one visit of our own page, and the table of what was found."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from evaluation.bench_widget import WEB, Server, visit
from evaluation.measured_pages import bench_page


def test_a_visit_is_measured_with_everything_that_the_element_loads(browser: Browser) -> None:
    server = Server({})
    with server.running():
        seen = visit(browser, server, "hip-chat", replies=2)
    assert seen.usable > 0
    assert len(seen.replies) == 2
    assert min(seen.replies) > 0
    assert seen.elsewhere == ()
    plain, gzipped = server.sizes((".js",))
    assert plain == sum(path.stat().st_size for path in WEB.glob("*.js"))
    assert 0 < gzipped < plain
    for_paper = "/web/hip-chat-print.css"  # comes whenever the browser has time
    assert server.asked | {for_paper} == {
        "/page/hip-chat",
        *(f"/web/{path.name}" for path in WEB.glob("hip-chat*")),
    }


def test_the_others_are_told_as_how_many_times_ours() -> None:
    ours = {"scripts": [20_000, 8_000], "style": [10_000, 3_000], "words": [2_000, 1_000], "elsewhere": []}
    other = {"scripts": [700_000, 210_000], "style": [0, 0], "words": [0, 0], "elsewhere": ["fonts.example"]}
    found: dict[str, Any] = {
        "day": "2026-11-27", "machine": "2 cores", "seconds": 9, "others": 0.0,
        "runs": 15, "chromium": "150.1", "phone_processor": 4, "versions": {"other": "other 1.0"},
        "widgets": {
            "hip-chat": {**ours, "usable": 100, "phone": 1000, "reply": 10.0},
            "other": {**other, "usable": 250, "phone": 3000, "reply": 800.0},
        },
    }  # fmt: skip
    page = bench_page({"widget": found})
    assert "| hip-chat | other 1.0" in page
    assert "20,000   | 700,000 (35.0 ×)" in page
    assert "32,000   | 700,000 (21.9 ×)" in page
    assert "none     | fonts.example" in page
    assert "1,000    | 3,000 (3.0 ×)" in page
    assert "10.0     | 800.0 (80.0 ×)" in page
