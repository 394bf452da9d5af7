"""Who may do what: every address, for every group, and what the audit says about it."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from bot.review import access, accounts
from bot.review.models import Audit, Conversation, Judgement, SetupLink
from evaluation.tracker_events import Store, chat, turn
from tests.review.conftest import PASSWORD, browser, client_of, follow, person

#: Addresses that need no account: logging in and out, setting up, health.
OPEN = {None, "health", "login", "logout", "second_factor", "set_up"}
#: What each address needs. An address that is missing here fails the test below.
NEEDED = {
    "queue": "view", "conversation": "view", "message": "view", "dashboard": "view", "learning": "view",
    "content": "view", "original": "original", "events": "original", "judge": "judge", "correct": "judge",
    "dashboard_csv": "export", "nlu_file": "export", "content_csv": "export", "test_file": "export",
    "erase": "erase", "erasures": "erase", "person": "erase", "accounts": "manage", "account_change": "manage",
    "tags": "manage", "audit": "manage", "account": "own", "factor_image": "own",
}  # fmt: skip
POSTED = {"judge", "correct", "account_change"}
#: Addresses with a form of their own: asked for, and sent.
BOTH = {"account", "accounts", "tags", "erase"}
SECRET = "zebra crossing embroidery"


def addresses() -> dict[str | None, URLPattern]:
    """Every address of the pages, by name."""
    return {
        pattern.name: pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)
    }


def address(name: str) -> str:
    """A real address for the name, with a conversation that is there."""
    ref = Conversation.objects.get().ref
    given = {"ref": ref, "number": 1, "name": "topic", "token": "x" * 43}
    wanted = addresses()[name].pattern.converters
    return reverse(name, kwargs={key: given[key] for key in wanted})


def ask(client: Client, name: str) -> int:
    return (client.post if name in POSTED else client.get)(address(name)).status_code


def requests() -> list[tuple[str, str]]:
    """Every way to ask for every address: method and name."""
    asked = [("post" if name in POSTED else "get", name) for name in NEEDED]
    return asked + [("post", name) for name in sorted(BOTH)]


@pytest.fixture
def talked(sqlite_store: Store) -> Store:
    """One conversation that has been read."""
    sqlite_store.write(chat("one", turn(SECRET, message_id="m1")))
    follow()
    return sqlite_store


def test_every_address_has_a_right_that_is_written_down_here() -> None:
    guarded = {
        name: getattr(p.callback, "right", None) for name, p in addresses().items() if name not in OPEN
    }
    assert guarded == NEEDED
    assert set(NEEDED) >= BOTH | POSTED


@pytest.mark.parametrize("group", [None, *access.GROUPS])
def test_without_the_right_every_address_is_a_403_with_a_row_in_the_audit(
    talked: Store, group: str | None
) -> None:
    client = client_of("somebody", group)
    rights = {"own", *access.GROUPS.get(group or "", ())}
    for method, name in requests():
        right = NEEDED[name]
        before = Audit.objects.filter(action="refused", who="somebody").count()
        status = getattr(client, method)(address(name)).status_code
        rows = Audit.objects.filter(action="refused", who="somebody").count() - before
        if right in rights:
            assert (name, status != 403, rows) == (name, True, 0)
        else:
            assert (name, status, rows) == (name, 403, 1)


def test_without_an_account_every_address_leads_to_the_login(talked: Store) -> None:
    for name in NEEDED:
        answer = browser().get(address(name))
        # what only takes forms says so before it looks at anything
        assert (answer.status_code, name) == ((405, name) if name in POSTED else (302, name))
        if name not in POSTED:
            assert answer.headers["Location"].startswith("/login/?next=")
    for name in POSTED:
        assert browser().post(address(name)).headers["Location"].startswith("/login/?next=")


def test_a_page_can_be_asked_for_without_its_body(talked: Store) -> None:
    client = client_of("ada", "admin")
    for name in NEEDED:
        if name not in POSTED | {"factor_image"}:
            assert (name, client.head(address(name)).status_code) in {(name, 200), (name, 302)}


def test_a_form_that_does_not_come_from_the_pages_is_refused(talked: Store) -> None:
    client = client_of("rosa", "reviewer")
    client.handler.enforce_csrf_checks = True
    assert ask(client, "judge") == 403
    assert not Judgement.objects.exists()


def test_every_page_has_the_strict_policy_and_is_not_kept(talked: Store) -> None:
    client = client_of("ada", "admin")
    for name in addresses():
        if name is None or name in POSTED:
            continue
        answer = client.get(address(name))
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if "html" in answer.headers.get("Content-Type", ""):
            text = answer.content.decode()
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), name


# ------------------------------------------------------------------ the audit


def test_views_changes_and_exports_are_in_the_audit_without_what_was_said(talked: Store) -> None:
    client = client_of("ada", "admin")
    ref = Conversation.objects.get().ref
    for name in (
        "queue",
        "conversation",
        "original",
        "events",
        "dashboard",
        "learning",
        "content",
        "test_file",
        "person",
    ):
        client.get(address(name))
    client.get("/queue/", {"q": "zebra embroidery"})
    client.post(address("judge"), {"verdict": "right", "note": SECRET, "wish": "save"})
    client.post(address("correct"), {"topic": "walking"})
    client.get(address("nlu_file"))
    actions = set(Audit.objects.values_list("action", flat=True))
    assert actions >= {
        "list viewed", "conversation viewed", "original words shown", "technical events viewed", "exported", "judged",
        "corrected", "dashboard viewed", "learning viewed", "content viewed", "person's data exported",
    }  # fmt: skip
    assert Audit.objects.filter(ref=ref, who="ada").exists()
    kept = json.dumps(list(Audit.objects.values()), default=str)
    for word in SECRET.split():
        assert word not in kept


def test_the_audit_cannot_be_changed_or_deleted(store: Store) -> None:
    Audit(who="rosa", action="list viewed").save()
    row = Audit.objects.get()
    with pytest.raises(TypeError, match="append-only"):
        row.save()
    for change in (lambda: Audit.objects.update(who="nobody"), lambda: Audit.objects.all().delete()):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    assert Audit.objects.get().who == "rosa"


def test_a_judgement_cannot_be_changed(store: Store) -> None:
    Judgement.objects.create(ref="0" * 16, kind="note", text="first", by=person("rosa", "reviewer"))
    with pytest.raises(Error), transaction.atomic():
        Judgement.objects.update(text="second")
    assert Judgement.objects.get().text == "first"


# ------------------------------------------------------------------ accounts


def test_the_first_start_prints_a_link_that_works_once_and_makes_an_admin(sqlite_store: Store) -> None:
    link = accounts.first_link()
    assert link
    path = link.removeprefix("http://127.0.0.1:8001")
    form = {"username": "lead", "new_password1": PASSWORD, "new_password2": PASSWORD}
    client = browser()
    assert client.get(path).status_code == 200
    assert client.post(path, form).headers["Location"] == "/queue/"
    assert client.get("/accounts/").status_code == 200
    assert User.objects.get().password.startswith("argon2$argon2id$")
    assert browser().post(path, {**form, "username": "other"}).status_code == 410
    assert User.objects.count() == 1
    assert accounts.first_link() is None


def test_there_is_no_account_and_no_password_before_the_link_is_used(sqlite_store: Store) -> None:
    accounts.first_link()
    assert not User.objects.exists()
    assert browser().post("/login/", {"username": "admin", "password": "admin"}).status_code == 200


def test_a_new_link_puts_the_old_one_out_and_an_old_one_runs_out(sqlite_store: Store) -> None:
    first, second = accounts.first_link(), accounts.first_link()
    assert first
    assert second
    base = "http://127.0.0.1:8001"
    assert browser().get(first.removeprefix(base)).status_code == 410
    assert browser().get(second.removeprefix(base)).status_code == 200
    SetupLink.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert browser().get(second.removeprefix(base)).status_code == 410


def test_a_weak_password_is_refused(sqlite_store: Store) -> None:
    path = (accounts.first_link() or "").removeprefix("http://127.0.0.1:8001")
    form = {"username": "lead", "new_password1": "password123", "new_password2": "password123"}
    assert browser().post(path, form).status_code == 200
    assert not User.objects.exists()


def test_an_invited_person_chooses_the_password_and_gets_the_group(sqlite_store: Store) -> None:
    admin = client_of("ada", "admin")
    page = admin.post("/accounts/", {"username": "rosa", "group": "reviewer"}).content.decode()
    link = re.search(r"/set-up/[\w-]+/", page)
    assert link
    client = browser()
    client.post(link.group(0), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get("/queue/").status_code == 200
    assert client.get("/accounts/").status_code == 403
    assert Audit.objects.filter(action="account made", who="ada", detail="rosa: reviewer").exists()


def test_a_closed_account_is_out_at_once_and_nobody_closes_their_own(sqlite_store: Store) -> None:
    rosa, admin = client_of("rosa", "reviewer"), client_of("ada", "admin")
    numbers = dict(User.objects.values_list("username", "pk"))
    admin.post(reverse("account_change", args=[numbers["rosa"]]), {"wish": "close"})
    assert rosa.get("/queue/").status_code == 302
    admin.post(reverse("account_change", args=[numbers["ada"]]), {"wish": "close"})
    assert admin.get("/queue/").status_code == 200


def test_ten_wrong_passwords_lock_the_name_from_that_address(sqlite_store: Store) -> None:
    person("rosa", "reviewer")
    client = browser()
    for _ in range(9):
        assert client.post("/login/", {"username": "rosa", "password": "wrong"}).status_code == 200
    assert client.post("/login/", {"username": "rosa", "password": "wrong"}).status_code == 429
    assert client.post("/login/", {"username": "rosa", "password": PASSWORD}).status_code == 429
    elsewhere = browser(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/login/", {"username": "rosa", "password": PASSWORD}).status_code == 302
    assert Audit.objects.filter(action="locked out").exists()


def test_a_session_ends_when_it_is_idle_or_after_a_working_day(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("rosa", "reviewer")
    client.get("/queue/")
    cookie = client.cookies["review_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.session.get_expiry_age() <= 30 * 60
    began = client.session["began"]
    monkeypatch.setattr("bot.review.middleware.time.time", lambda: began + 12 * 3600 + 1)
    assert client.get("/queue/").status_code == 302


def test_with_a_second_factor_the_password_alone_opens_nothing(sqlite_store: Store) -> None:
    from django_otp.oath import totp
    from django_otp.plugins.otp_totp.models import TOTPDevice

    person("rosa", "reviewer")
    client = browser()
    client.post("/login/", {"username": "rosa", "password": PASSWORD})
    client.post("/account/", {"wish": "begin"})
    device = TOTPDevice.objects.get()
    picture = client.get("/account/scan.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"style" not in picture.content
    page = client.post(
        "/account/", {"wish": "confirm", "code": f"{totp(device.bin_key):06}"}
    ).content.decode()
    codes = re.findall(r"<li><code>(\w+)</code>", page)
    assert len(codes) == 8
    other = browser()
    other.post("/login/", {"username": "rosa", "password": PASSWORD})
    for path in ("/queue/", "/account/", "/dashboard/"):
        assert other.get(path).headers["Location"] == "/second-factor/"
    assert "not right" in other.post("/second-factor/", {"code": "000000"}).content.decode()
    assert other.get("/queue/").status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    connection.cursor().execute("UPDATE otp_static_staticdevice SET throttling_failure_count = 0")
    assert other.post("/second-factor/", {"code": codes[0]}).headers["Location"] == "/queue/"
    assert other.get("/queue/").status_code == 200


def test_where_a_second_factor_is_required_it_comes_first(
    sqlite_store: Store, settings_of: Callable[..., None]
) -> None:
    settings_of(second_factor_required=True)
    client = client_of("rosa", "reviewer")
    assert client.get("/queue/").headers["Location"] == "/account/"
    assert "Everybody here needs a second factor" in client.get("/account/").content.decode()


# ------------------------------------------------------------------ single sign-on


def test_the_login_header_means_nothing_unless_it_is_switched_on(talked: Store) -> None:
    person("rosa", "reviewer")
    assert browser().get("/queue/", headers={"X-Forwarded-User": "rosa"}).status_code == 302


def test_a_trusted_proxy_says_from_where_a_request_comes_and_nobody_else(
    sqlite_store: Store, settings_of: Callable[..., None]
) -> None:
    settings_of(trusted_peers=(ipaddress.ip_network("10.0.0.2"),))
    for peer in ("10.0.0.2", "10.0.0.9"):
        wrong = {"username": "rosa", "password": "wrong"}
        browser(REMOTE_ADDR=peer).post(
            "/login/", wrong, headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
        )
    rows = Audit.objects.filter(action="login failed").order_by("pk")
    assert list(rows.values_list("address", flat=True)) == ["198.51.100.7", "10.0.0.9"]
    assert "rosa" not in json.dumps(list(rows.values()), default=str)


def test_the_proxy_logs_in_whom_it_names_and_nobody_else_can(
    talked: Store, settings_of: Callable[..., None]
) -> None:
    settings_of(trusted_header="X-Forwarded-User", trusted_peers=(ipaddress.ip_network("10.0.0.0/30"),))
    person("rosa", "reviewer")
    proxy, other = browser(REMOTE_ADDR="10.0.0.2"), browser(REMOTE_ADDR="10.0.0.9")
    assert proxy.get("/queue/", headers={"X-Forwarded-User": "rosa"}).status_code == 200
    assert proxy.get("/accounts/", headers={"X-Forwarded-User": "rosa"}).status_code == 403
    assert other.get("/queue/", headers={"X-Forwarded-User": "rosa"}).status_code == 403
    assert (
        browser(REMOTE_ADDR="10.0.0.2").get("/queue/", headers={"X-Forwarded-User": "eve"}).status_code == 403
    )
    assert User.objects.count() == 1
    details = set(Audit.objects.filter(action="refused").values_list("detail", flat=True))
    assert details >= {"login header from an unknown address", "login header with an unknown name"}
