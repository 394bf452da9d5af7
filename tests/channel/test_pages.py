"""The page, its files, the drawings and the health check; nothing else is served."""

from __future__ import annotations

import httpx
import pytest

from evaluation.stack import PROJECT, Stack

SERVED = {
    "/": ("index.html", "text/html"),
    "/web/demo.css": ("demo.css", "text/css"),
    "/web/hip-chat.js": ("hip-chat.js", "text/javascript"),
    "/web/hip-chat-cards.js": ("hip-chat-cards.js", "text/javascript"),
    "/web/hip-chat.css": ("hip-chat.css", "text/css"),
    "/web/hip-chat-print.css": ("hip-chat-print.css", "text/css"),
    "/web/hip-chat.en.json": ("hip-chat.en.json", "application/json"),
    "/web/exercises/hip_extension-start.svg": ("exercises/hip_extension-start.svg", "image/svg+xml"),
    "/web/exercises/lower_back_stretch-end.svg": ("exercises/lower_back_stretch-end.svg", "image/svg+xml"),
}


@pytest.mark.parametrize("path", SERVED)
def test_the_page_and_its_files_are_served_as_they_are(stack: Stack, client: httpx.Client, path: str) -> None:
    name, kind = SERVED[path]
    response = client.get(stack.url + path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    assert response.text == (PROJECT / "bot" / "web" / name).read_text(encoding="utf-8")


def test_every_file_of_the_page_is_served(stack: Stack, client: httpx.Client) -> None:
    page = client.get(stack.url + "/").text
    named = [part.split('"')[0] for part in page.replace('href="', 'src="').split('src="')[1:]]
    own = [name for name in named if name.startswith("/web/")]
    assert own
    assert all(client.get(stack.url + name).status_code == 200 for name in own)


@pytest.mark.parametrize("path", SERVED)
def test_security_headers_stand_on_the_page_and_its_files(
    stack: Stack, client: httpx.Client, path: str
) -> None:
    headers = client.get(stack.url + path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_page_has_nothing_inline_that_its_policy_forbids(stack: Stack, client: httpx.Client) -> None:
    page = client.get(stack.url + "/").text
    assert "style=" not in page
    assert " onclick=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="/web/')


def test_the_page_works_for_a_browser_that_asks_for_headers_only(stack: Stack, client: httpx.Client) -> None:
    assert client.head(stack.url + "/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/web/",
        "/web/chat-api.d.ts",
        "/web/index.html",
        "/index.html",
        "/web/../settings.py",
        "/web/%2e%2e/settings.py",
        "/web/..%2fsettings.py",
        "/web/%2e%2e/%2e%2e/content/clinic.yml",
        "/web//etc/passwd",
        "/credentials.yml",
        "/content/clinic.yml",
        "/models/",
        "/var/chat_secret",
        "/.git/config",
        "/web/hip-chat.js/",
        "/web/exercises/",
        "/web/exercises/hip_extension.svg",
        "/docs",
        "/version",
        "/status",
        "/domain",
    ],
)
def test_only_the_listed_files_are_served(stack: Stack, client: httpx.Client, path: str) -> None:
    response = client.get(httpx.URL(stack.url + path))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_the_server_does_not_say_which_software_it_is(stack: Stack, client: httpx.Client) -> None:
    for path in ("/", "/health", "/nothing", "/webhooks/chat/session"):
        response = client.get(stack.url + path)
        assert "rasa" not in response.text.lower()
        assert "sanic" not in (response.text + str(response.headers)).lower()


def test_the_health_check_names_each_part(stack: Stack, client: httpx.Client) -> None:
    response = client.get(stack.url + "/health")
    assert response.status_code == 200
    assert response.json() == {"model": "ok", "store": "ok", "turns": "ok", "actions": "ok"}
    assert response.headers["Cache-Control"] == "no-store"
