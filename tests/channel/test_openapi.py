"""docs/openapi.yaml says what the chat API does: generated requests, right and wrong, are answered as it says."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from ruamel.yaml import YAML

from evaluation.stack import PROJECT, Stack

SPECIFICATION = PROJECT / "docs" / "openapi.yaml"
SCHEMA = schemathesis.openapi.from_path(str(SPECIFICATION))
#: Requests generated for each address.
EXAMPLES = 40


@pytest.fixture
def a_session(stack: Stack, client: httpx.Client) -> str:
    return str(client.post(f"{stack.url}/webhooks/chat/session", json={}).json()["session"])


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests_are_answered_as_the_file_says(case: Any, stack: Stack, a_session: str) -> None:
    body = case.body
    # half of the generated messages go into a real chat, the others show what a wrong session gets
    if isinstance(body, dict) and "session" in body and len(str(body)) % 2:
        body["session"] = a_session
    response = case.call(base_url=stack.url)
    assert response.status_code < 500
    case.validate_response(
        response,
        checks=(
            schemathesis.checks.response_schema_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.status_code_conformance,
        ),
    )


def test_every_address_of_the_chat_api_is_in_the_file() -> None:
    paths = YAML(typ="safe", pure=True).load(SPECIFICATION.read_text(encoding="utf-8"))["paths"]
    code = (PROJECT / "bot" / "channel" / "chat.py").read_text(encoding="utf-8")
    routes = {f"/webhooks/chat{route}" for route in re.findall(r'@chat\.post\("(/\w+)"\)', code)}
    assert routes | {"/health"} == set(paths)


def test_every_kind_of_card_is_in_the_file() -> None:
    kinds = set(
        re.findall(
            r"(?m)^\| `(\w+)` \|",
            (PROJECT / "docs" / "chat_api.md").read_text().split("`card.kind`")[1].split("\n\n")[0],
        )
    )
    cards = YAML(typ="safe", pure=True).load(SPECIFICATION.read_text(encoding="utf-8"))["components"][
        "schemas"
    ]
    assert kinds == set(cards["Messages"]["items"]["properties"]["card"]["properties"]["kind"]["enum"])
