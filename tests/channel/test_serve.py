"""The chat server leaves out what its model does not use, and only then."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.channel import serve
from evaluation.stack import PROJECT, Stack


def test_the_running_chat_has_loaded_no_tensorflow(stack: Stack) -> None:
    assert stack.chat is not None
    loaded = Path(f"/proc/{stack.chat.pid}/maps").read_text(encoding="utf-8")
    assert "onnxruntime" in loaded
    assert "tensorflow" not in loaded


@pytest.mark.parametrize(
    "config",
    [PROJECT / "config.yml", PROJECT / "tests" / "channel" / "config_with_diet.yml"],
    ids=["ours", "with DIET"],
)
def test_everything_is_loaded_when_a_component_may_need_it(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "CONFIG", config)
    before = dict(sys.modules)
    try:
        assert serve.leave_out() == (config.parent == PROJECT)
        assert (sys.modules.get("tensorflow", "not there") is None) == (config.parent == PROJECT)
    finally:
        sys.modules.clear()
        sys.modules.update(before)
