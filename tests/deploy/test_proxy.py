"""The proxy of deploy/, started for real in front of two chat servers: what a visitor and an attacker meet."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from bot.review.config import LOGIN_HEADERS
from evaluation.servers import PostgreSQL, Redis
from evaluation.stack import PROJECT, Stack, Visitor, free_port, several

pytestmark = pytest.mark.proxy
NGINX = PROJECT / "deploy" / "nginx"


@dataclass
class Proxy:
    """A running nginx with the files of deploy/nginx; only its ports, folder and servers are other ones."""

    folder: Path
    port: int
    plain: int
    review: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def log(self) -> str:
        return (self.folder / "out.log").read_text(encoding="utf-8")


def lay_out(folder: Path, chat: list[int], review: int) -> tuple[int, int]:
    """Puts the files of deploy/nginx into ``folder``; the ports for HTTPS and HTTP."""
    port, plain = free_port(), free_port()
    upstreams = "".join(f"server 127.0.0.1:{number} max_fails=2 fail_timeout=5s;" for number in chat)
    for name in ("tls", "card"):
        (folder / "hip" / name).mkdir(parents=True)
    (folder / "conf.d").mkdir()
    shutil.copy("/etc/nginx/mime.types", folder)
    places = {
        "/tmp/": f"{folder}/",
        "/etc/nginx/": f"{folder}/",
        "/dev/stdout": f"{folder}/out.log",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80 ": f"listen 127.0.0.1:{plain} ",
    }
    for name, place in (
        ("nginx.conf", "nginx.conf"),
        ("hip.conf", "conf.d/hip.conf"),
        ("headers.conf", "hip/headers.conf"),
        ("tls.conf", "hip/tls.conf"),
    ):
        text = (NGINX / name).read_text(encoding="utf-8")
        for here, there in places.items():
            text = text.replace(here, there)
        (folder / place).write_text(text, encoding="utf-8")
    (folder / "hip" / "upstreams.conf").write_text(
        f"upstream hip_chat {{ {upstreams} keepalive 32; }} upstream hip_review {{ server 127.0.0.1:{review}; }}"
    )
    tls = folder / "hip" / "tls"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost"),
            *("-keyout", str(tls / "key.pem"), "-out", str(tls / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )
    card = folder / "hip" / "card" / "unavailable.json"
    subprocess.run(
        [PROJECT / "scripts" / "in", "python", "-m", "bot.channel.safety_card", card],
        check=True,
    )
    return port, plain


@pytest.fixture(scope="module")
def servers(trained_model: str) -> Iterator[list[Stack]]:
    with (
        PostgreSQL() as database,
        Redis() as redis,
        several(
            2,
            database.url,
            redis.url,
            CHAT_RATE_LIMIT="on",
            CHAT_TRUST_FORWARDED_FOR="on",
            CHAT_SESSIONS_PER_HOUR="12",
        ) as stacks,
    ):
        yield stacks


@pytest.fixture(scope="module")
def proxy(servers: list[Stack], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    # mostly nothing listens there: what is asked of the review pages is not answered, but must not reach the chat
    review = free_port()
    port, plain = lay_out(folder, [stack.chat_port for stack in servers], review)
    nginx = ["/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"]
    subprocess.run([*nginx, "-t"], check=True)
    # its workers must read the folder of the tests, which is the user's own
    user = " user root;" if os.geteuid() == 0 else ""
    process = subprocess.Popen([*nginx, "-g", f"daemon off;{user}"])
    running = Proxy(folder, port, plain, review, process)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield running
    process.send_signal(signal.SIGQUIT)
    process.wait(15)


@pytest.fixture(scope="module")
def through(proxy: Proxy) -> Iterator[httpx.Client]:
    """A client that trusts the proxy's own certificate only."""
    trusted = ssl.create_default_context(cafile=str(proxy.folder / "hip" / "tls" / "certificate.pem"))
    trusted.check_hostname = False
    with httpx.Client(verify=trusted, timeout=30) as client:
        yield client


@pytest.mark.parametrize("name", ["upstreams.compose.conf", "upstreams.systemd.conf"])
def test_nginx_takes_the_configuration_with_the_servers_of_either_kind(tmp_path: Path, name: str) -> None:
    lay_out(tmp_path, [free_port()], free_port())
    upstreams = (
        (NGINX / name).read_text(encoding="utf-8").replace("127.0.0.1:5050", f"127.0.0.1:{free_port()}")
    )
    (tmp_path / "hip" / "upstreams.conf").write_text(upstreams, encoding="utf-8")
    command = [
        "/usr/sbin/nginx",
        "-t",
        "-c",
        str(tmp_path / "nginx.conf"),
        "-p",
        str(tmp_path),
        "-e",
        "stderr",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_a_conversation_over_both_servers_keeps_what_was_said(
    proxy: Proxy, through: httpx.Client, servers: list[Stack]
) -> None:
    visitor = Visitor(proxy.url, through)
    for _ in range(3):
        visitor.say("My pain is 4 out of 10")
    reply = visitor.say("I fell and can't stand on my leg")
    assert reply["advice"]["urgency"] == "emergency"
    assert reply["advice"]["facts"]["pain_score"] == 4
    assert [" answered " in stack.log("chat") for stack in servers] == [True, True]


@pytest.mark.parametrize("path", ["/", "/faq", "/web/hip-chat.js", "/health", "/no-such-page"])
def test_every_answer_has_the_security_headers_once(proxy: Proxy, through: httpx.Client, path: str) -> None:
    headers = through.get(proxy.url + path).headers
    assert headers.get_list("strict-transport-security") == ["max-age=31536000"]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert len(headers.get_list("permissions-policy")) == 1
    assert headers["server"] == "nginx"
    if path in ("/", "/faq"):
        assert "default-src 'none'" in headers["content-security-policy"]


def test_plain_http_only_leads_to_https(proxy: Proxy, through: httpx.Client) -> None:
    answer = through.get(f"http://127.0.0.1:{proxy.plain}/faq?a=1", headers={"Host": "clinic.example"})
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://clinic.example/faq?a=1"


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_tls_is_refused(proxy: Proxy, version: str) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSVersion"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion[version]
    with (
        socket.create_connection(("127.0.0.1", proxy.port), 5) as plain,
        pytest.raises((ssl.SSLError, OSError)),
    ):
        old.wrap_socket(plain)


@pytest.mark.parametrize("name", ["clinic.example", "review.clinic.example"])
@pytest.mark.parametrize("cipher", ["AES256-SHA", "ECDHE-RSA-AES128-SHA256", "AES128-GCM-SHA256"])
def test_a_cipher_without_forward_secrecy_or_authentication_is_refused(
    proxy: Proxy, cipher: str, name: str
) -> None:
    weak = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    weak.check_hostname, weak.verify_mode = False, ssl.CERT_NONE
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    address = ("127.0.0.1", proxy.port)
    with weak.wrap_socket(socket.create_connection(address, 5), server_hostname=name) as good:
        assert good.version() == "TLSv1.2"
    weak.set_ciphers(f"{cipher}:@SECLEVEL=0")
    with (
        socket.create_connection(address, 5) as plain,
        pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"),
    ):
        weak.wrap_socket(plain, server_hostname=name)


@pytest.mark.parametrize(
    "path", ["/webhooks/rest/webhook", "/conversations/x/tracker", "/metrics", "/version", "/model"]
)
def test_addresses_that_are_not_for_visitors_end_at_the_proxy(
    proxy: Proxy, through: httpx.Client, path: str
) -> None:
    answer = through.post(proxy.url + path, json={"sender": "x", "message": "/restart"})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_body_over_32_kilobytes_is_refused_in_the_chats_words(proxy: Proxy, through: httpx.Client) -> None:
    answer = through.post(f"{proxy.url}/webhooks/chat/messages", content=b"x" * 33_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_a_client_that_never_finishes_its_headers_is_cut_off(proxy: Proxy) -> None:
    open_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    open_context.check_hostname, open_context.verify_mode = False, ssl.CERT_NONE
    with open_context.wrap_socket(socket.create_connection(("127.0.0.1", proxy.port), 5)) as slow:
        slow.settimeout(20)
        slow.sendall(b"POST /webhooks/chat/messages HTTP/1.1\r\nHost: clinic.example\r\nX-Slow: ")
        begun = time.monotonic()
        assert b"200" not in slow.recv(100)
        assert time.monotonic() - begun < 15


def test_a_brought_along_address_does_not_get_round_the_chats_own_limit(
    proxy: Proxy, through: httpx.Client
) -> None:
    statuses = [
        through.post(
            f"{proxy.url}/webhooks/chat/session", json={}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(13)
    ]
    assert statuses.count(201) <= 12
    assert statuses[-1] == 429


def test_a_flood_is_turned_away_before_it_reaches_the_chat(proxy: Proxy, through: httpx.Client) -> None:
    for _ in range(200):
        answer = through.get(f"{proxy.url}/health")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many"
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["strict-transport-security"]
    time.sleep(3)


def test_the_review_pages_have_a_name_of_their_own(proxy: Proxy, through: httpx.Client) -> None:
    answer = through.get(f"{proxy.url}/faq", headers={"Host": "review.clinic.example"})
    assert answer.status_code == 502


class _Echo(BaseHTTPRequestHandler):
    """In the place of the review pages: answers with the headers it was sent."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_no_login_header_of_a_browser_reaches_the_review_pages(proxy: Proxy, through: httpx.Client) -> None:
    names = [*LOGIN_HEADERS, *(name.replace("-", "_") for name in LOGIN_HEADERS)]
    forged = {name.lower(): "ada" for name in names}
    with ThreadingHTTPServer(("127.0.0.1", proxy.review), _Echo) as pages:
        thread = threading.Thread(target=pages.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            headers = {**forged, "Host": "review.clinic.example", "X-Passed-On": "yes"}
            arrived = through.get(f"{proxy.url}/queue/", headers=headers).json()
        finally:
            pages.shutdown()
            thread.join()
    assert arrived["X-Passed-On"] == "yes"
    assert "ada" not in arrived.values()


def test_the_log_names_no_address_and_no_query(proxy: Proxy, through: httpx.Client) -> None:
    through.get(f"{proxy.url}/faq?name=xylophone")
    time.sleep(0.2)
    lines = [json.loads(line) for line in proxy.log().splitlines()]
    assert {"path": "/faq", "status": 200}.items() <= lines[-1].items()
    assert "127.0.0.1" not in proxy.log()
    assert "xylophone" not in proxy.log()


def test_one_dead_server_is_passed_over_and_none_at_all_gives_the_safety_card(
    proxy: Proxy, through: httpx.Client, servers: list[Stack]
) -> None:
    servers[1].stop(servers[1].chat, signal.SIGKILL)
    assert [through.get(f"{proxy.url}/health").status_code for _ in range(6)] == [200] * 6
    servers[0].stop(servers[0].chat, signal.SIGKILL)
    answer = through.post(f"{proxy.url}/webhooks/chat/messages", json={"session": "x", "text": "help"})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"
    (message,) = answer.json()["messages"]
    assert message["card"]["kind"] == "fallback"
    assert "999" in message["text"]
    assert answer.headers["strict-transport-security"]
    time.sleep(0.2)
    last = json.loads(proxy.log().splitlines()[-1])
    assert {"path": "/webhooks/chat/messages", "status": 503}.items() <= last.items()
