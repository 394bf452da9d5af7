"""What redaction leaves in a message raises no alarm and asks nothing; what stands beside it is still understood."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.privacy.redact import KINDS
from tests.understanding.conftest import Heard

Listen = Callable[[str], Heard]


@pytest.mark.parametrize("kind", KINDS)
def test_a_placeholder_alone_raises_no_alarm(listen: Listen, kind: str) -> None:
    assert listen(f"<{kind}>").suspected == ()


@pytest.mark.parametrize(
    "text",
    [
        "my name is <NAME>",
        "I'm <NAME>, DOB <BIRTH_DATE> (aged 64)",
        "Dr <NAME> told me to rest",
        "this is <NAME> speaking, call me on <PHONE>",
        "I live at <ADDRESS> <POSTCODE>",
        "my email is <EMAIL>",
        "NHS number <HEALTH_NUMBER>",
        "card <CARD>",
        "My name is <NAME> and my hip hurts when I walk",
        "my name's <NAME>, been sore since Tuesday",
        "I'm <NAME> and it hurts to walk",
        "i'm <NAME> and my hip clicks",
        "<NAME>, 67, hip pain for 3 weeks",
        "my wife <NAME> has a stiff hip",
    ],
)
def test_a_harmless_message_with_placeholders_raises_no_alarm(listen: Listen, text: str) -> None:
    assert listen(text).suspected == ()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("I'm <NAME>, I've lost all feeling between my legs and I can't pee", "cauda_equina"),
        (
            "<NAME> here, <PHONE>. I fell off a ladder and now I can't stand and my foot points outwards",
            "fracture_dislocation",
        ),
        ("Call <PHONE>, since my hip operation I can't catch my breath and my chest hurts", "clot_on_lung"),
    ],
)
def test_an_alarm_beside_placeholders_is_still_heard(listen: Listen, text: str, flag: str) -> None:
    assert flag in listen(text).suspected
