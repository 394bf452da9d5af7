"""What deploy/ promises, read from its files: no root, no way out, nothing written, no default secret, known settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.constants import DEFAULT_KEEP_ALIVE_TIMEOUT
from sanic.config import Config
from waitress.adjustments import Adjustments

from bot.review.config import config as review_config
from bot.settings import settings
from evaluation.stack import PROJECT
from evaluation.write_docs import settings_in_code

DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NETWORKS: dict[str, dict[str, Any]] = COMPOSE["networks"]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
#: Variables of the platform and of other people's images, which are no settings of the assistant.
NOT_OURS = {
    "HOME",
    "MPLCONFIGDIR",
    "PYTHONDONTWRITEBYTECODE",
    "TMPDIR",
    "POSTGRES_PASSWORD_FILE",
    "POSTGRES_INITDB_ARGS",
}
#: Services that do one thing and end.
ENDING = ("card", "prepare", "upkeep")
ours = pytest.mark.parametrize(
    "name", [name for name, service in SERVICES.items() if service["image"] == "hip-assistant:0.1.0"]
)
every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_a_container_is_not_root_and_cannot_become_it(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "pid", "ipc", "devices"} & set(service)
    assert service.get("network_mode", "none") == "none"


@every_service
def test_a_container_writes_only_to_memory_or_to_a_volume_that_is_named(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    writable = [volume for volume in service.get("volumes", []) if not volume.endswith(":ro")]
    allowed = {
        "postgres": ["postgres:"],
        "prometheus": ["prometheus:"],
        "upkeep": ["./backups:"],
        "card": ["card:"],
    }
    assert [volume.split(":")[0] + ":" for volume in writable] == allowed.get(name, [])


@every_service
def test_a_container_has_bounds_and_starts_again(name: str) -> None:
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["restart"] == ("no" if name in ENDING else "unless-stopped")


@every_service
def test_a_container_that_goes_on_has_a_health_check(name: str) -> None:
    if name not in ENDING:
        assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@every_service
def test_only_the_proxy_and_prometheus_are_on_a_network_with_a_way_out(name: str) -> None:
    outward = {network for network, options in NETWORKS.items() if not (options or {}).get("internal")}
    assert outward == {"outside", "watched"}
    joined = set(SERVICES[name].get("networks", [])) & outward
    assert joined or "networks" in SERVICES[name] or SERVICES[name]["network_mode"] == "none"
    assert joined == {"proxy": {"outside"}, "prometheus": {"watched"}}.get(name, set())
    ports = {"proxy": ["0.0.0.0:80:80", "0.0.0.0:443:443"], "prometheus": ["127.0.0.1:9090:9090"]}
    assert SERVICES[name].get("ports", []) == ports.get(name, [])


def test_the_databases_the_action_servers_and_the_figures_cannot_be_reached_from_the_proxy() -> None:
    reached = set(SERVICES["proxy"]["networks"])
    for name in ("postgres", "redis", "actions1", "actions2", "prometheus", "follow", "retention"):
        assert not reached & set(SERVICES[name]["networks"]), name


def test_there_are_several_chat_servers_and_action_servers_of_the_same_kind() -> None:
    for first, second in (("chat1", "chat2"), ("actions1", "actions2")):
        mine, other = dict(SERVICES[first]), dict(SERVICES[second])
        for service in (mine, other):
            service.pop("networks")
            service.pop("build", None)
        assert mine == other
    assert SERVICES["chat1"]["environment"]["ACTIONS_URL"] == "http://actions:5055"
    assert SERVICES["actions2"]["networks"]["acting"]["aliases"] == ["actions"]


def test_the_proxy_knows_the_addresses_that_the_compose_file_gives() -> None:
    upstreams = (DEPLOY / "nginx" / "upstreams.compose.conf").read_text(encoding="utf-8")
    for name, port in (("chat1", 8000), ("chat2", 8000), ("review", 8001)):
        address = SERVICES[name]["networks"]["inner"]["ipv4_address"]
        assert f"server {address}:{port}" in upstreams
    proxy = SERVICES["proxy"]["networks"]["inner"]["ipv4_address"]
    assert SERVICES["review"]["environment"]["REVIEW_TRUSTED_PEERS"] == f"{proxy}/32"


def test_every_image_of_others_is_pinned_by_version_and_digest() -> None:
    images = [service["image"] for service in SERVICES.values() if not service["image"].startswith("hip-")]
    images += re.findall(r"(?m)^FROM ((?!base)\S+)", DOCKERFILE)
    assert len(images) == 4
    for image in images:
        assert re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*@sha256:[0-9a-f]{64}", image), image


def test_the_image_is_built_from_the_lock_file_and_has_its_model() -> None:
    assert "COPY .python-version requirements.lock ./" in DOCKERFILE
    assert "scripts/setup" in DOCKERFILE
    assert "--require-hashes" in (PROJECT / "scripts" / "setup").read_text(encoding="utf-8")
    assert "scripts/in scripts/train" in DOCKERFILE
    assert DOCKERFILE.count("\nUSER ") == 2
    assert "USER root" not in DOCKERFILE
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {".git", "var", "deploy/secrets", "deploy/backups", "deploy/.env"} <= set(ignored)


def test_the_user_of_the_image_is_the_one_of_the_compose_file() -> None:
    """``useradd --system`` would give it a group of another number."""
    (made,) = re.findall(r"useradd (.*?) hip\b", DOCKERFILE)
    assert "--system" not in made
    number = made.split("--uid ")[1].split()[0]
    assert {SERVICES[name]["user"] for name in ("chat1", "review", "upkeep")} == {f"{number}:{number}"}


def test_the_proxy_finishes_what_it_has_when_it_is_stopped() -> None:
    """SIGTERM, Docker's own choice, makes nginx drop every connection."""
    assert "STOPSIGNAL SIGQUIT" in DOCKERFILE.split(" AS proxy")[1]
    assert SERVICES["proxy"]["stop_grace_period"] == SERVICES["chat1"]["stop_grace_period"] == "20s"


CLINIC = {name for name in settings_in_code() if name.startswith("CLINIC_")}


@ours
def test_every_process_is_told_the_same_of_the_clinic(name: str) -> None:
    """Else the chat and the proxy would name different emergency numbers."""
    if name != "retention":
        environment = SERVICES[name]["environment"]
        assert {key: environment[key] for key in CLINIC} == {key: f"${{{key}:-}}" for key in CLINIC}


def card_of(command: list[str], path: Path, **environment: str) -> str:
    """The words of the card that ``command`` makes."""
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o644
    (message,) = json.loads(path.read_text(encoding="utf-8"))["messages"]
    return str(message["text"])


def test_the_proxys_safety_card_has_the_numbers_of_the_clinics_country(tmp_path: Path) -> None:
    """In containers before each start, into the volume that the proxy reads; empty settings change nothing."""
    service, place = SERVICES["card"], tmp_path / "unavailable.json"
    command = [
        part.replace("/app", str(PROJECT)).replace("/card", str(tmp_path)) for part in service["entrypoint"]
    ]
    unset = dict.fromkeys(service["environment"], "") | {"DATA_FOLDER": str(tmp_path)}
    assert "999 (911 in the US or Canada)" in card_of(command, place, **unset)
    us = card_of(command, place, **unset | {"CLINIC_COUNTRY": "US", "CLINIC_PHONE": "555 0100"})
    assert "999" not in us
    assert "911" in us
    assert "555 0100" in us
    assert service["volumes"] == ["card:/card"]
    assert SERVICES["proxy"]["volumes"] == ["card:/etc/nginx/hip/card:ro"]
    assert SERVICES["proxy"]["depends_on"]["card"] == {"condition": "service_completed_successfully"}
    assert "alias /etc/nginx/hip/card/unavailable.json;" in (DEPLOY / "nginx" / "hip.conf").read_text()
    assert f"install -d -o hip -g hip {service['volumes'][0].split(':')[1]}\n" in DOCKERFILE


def test_each_start_of_a_chat_unit_makes_the_proxys_safety_card_with_the_settings_of_the_units(
    tmp_path: Path,
) -> None:
    chat, card = (
        (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")
        for name in ("hip-chat@", "hip-card")
    )
    assert re.search(r"(?m)^Wants=hip-card.service$", chat)
    assert re.search(r"(?m)^After=.* hip-card.service$", chat)
    # not active afterwards, so that the next start makes it again
    assert "Type=oneshot" in card
    assert "RemainAfterExit" not in card
    assert "EnvironmentFile=/etc/hip/hip.env" in card
    assert "StateDirectory=hip-card\nStateDirectoryMode=0755\nUMask=0022\n" in card
    page = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert "ln -s /var/lib/hip-card /etc/nginx/hip/card" in page
    (line,) = re.findall(r"(?m)^ExecStart=(.*)$", card)
    command = line.replace("/opt/hip", str(PROJECT)).replace("/var/lib/hip-card", str(tmp_path)).split()
    settings = re.findall(
        r"(?m)^([A-Z_]+)=(.*)$", (DEPLOY / "systemd" / "hip.env").read_text(encoding="utf-8")
    )
    us = card_of(
        command,
        tmp_path / "unavailable.json",
        **dict(settings) | {"DATA_FOLDER": "/proc/nowhere", "CLINIC_COUNTRY": "US"},
    )
    assert "911" in us
    assert "999" not in us


def test_each_visitor_has_an_address_of_its_own() -> None:
    """Over IPv6 Docker hands all of them on from one address, so that they would share one limit."""
    assert all(port.startswith("0.0.0.0:") for port in SERVICES["proxy"]["ports"])


def test_a_restore_unpacks_where_there_is_room() -> None:
    upkeep = SERVICES["upkeep"]
    assert upkeep["volumes"] == [f"./backups:{upkeep['environment']['TMPDIR']}"]


def test_an_upgrade_never_takes_two_servers_of_a_kind_away_at_once() -> None:
    """Nor with ``--no-deps``: compose would count the servers as changed and start them all again at the end."""
    page = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
    commands = page.split("```")[1]
    assert "for server in actions1 actions2 chat1 chat2; do" in commands
    assert "up -d --wait $server || break" in commands
    assert "--no-deps" not in commands


def test_the_certificate_is_put_where_the_proxy_can_read_it() -> None:
    """It is not root, and a key is usually readable by root only."""
    page = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    lines = re.findall(r"(?m)^(.*?) +\S+\.pem +deploy/secrets/\w+\.pem", page)
    assert lines == ["install -m 0644"] * len(lines)
    assert len(lines) == 2


@every_service
def test_no_secret_stands_in_the_compose_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"SECRET|PASSWORD|_DB\b|DATABASE|REDIS_URL", variable):
            assert variable.endswith("_FILE"), variable
            assert re.fullmatch(r"/run/secrets/\w+", value), variable
            assert value.rsplit("/", 1)[1] in SERVICES[name]["secrets"], variable


def test_the_chat_holds_no_password_of_the_review_pages_and_they_none_of_the_chat() -> None:
    def held(names: set[str]) -> set[str]:
        return {
            name
            for name, service in SERVICES.items()
            if name not in ("postgres", "proxy") and names & set(service.get("secrets", []))
        }

    assert held({"review_database", "review_tracker_db"}) == {"prepare", "review", "follow", "upkeep"}
    assert held({"tracker_db"}) == {"chat1", "chat2", "retention", "upkeep"}
    assert held({"database_password", "review_database_password", "postgres_password"}) == set()
    given = {unit.stem: set(re.findall(r"/etc/hip/secrets/(\w+)", unit.read_text())) for unit in UNITS}
    assert {n for n, files in given.items() if "review_tracker_db" in files} == {"hip-review", "hip-follow"}
    assert {n for n, files in given.items() if "tracker_db" in files} == {
        "hip-chat@",
        "hip-retention",
        "hip-backup",
    }
    assert {n for n, files in given.items() if "review_database" in files} == {
        "hip-review",
        "hip-follow",
        "hip-backup",
    }


def test_who_signs_nothing_holds_no_signing_secret() -> None:
    holding = {name for name, service in SERVICES.items() if "chat_secret" in service.get("secrets", [])}
    assert holding == {"chat1", "chat2", "upkeep"}
    units = {unit.stem for unit in UNITS if "CHAT_SECRET_FILE" in unit.read_text(encoding="utf-8")}
    assert units == {"hip-chat@", "hip-backup"}


@pytest.mark.parametrize(
    "path", sorted((DEPLOY / "nginx").glob("upstreams.*.conf")), ids=lambda path: path.stem
)
def test_the_proxy_lets_go_of_an_idle_connection_before_the_server_does(path: Path) -> None:
    blocks = re.findall(r"upstream \w+ \{(.*?)\}", path.read_text(encoding="utf-8"), re.DOTALL)
    seconds = [re.findall(r"keepalive_timeout (\d+)s;", block) for block in blocks]
    assert len(blocks) >= 2
    for (idle,) in seconds:
        assert int(idle) < min(
            Config().KEEP_ALIVE_TIMEOUT, DEFAULT_KEEP_ALIVE_TIMEOUT, Adjustments().channel_timeout
        )


def test_every_secret_is_made_at_random_or_asked_for(tmp_path: Path) -> None:
    def make() -> dict[str, str]:
        subprocess.run([DEPLOY / "make-secrets", tmp_path / "secrets"], check=True, capture_output=True)
        return {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}

    made = make()
    wanted = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert wanted - set(made) == {"certificate.pem", "key.pem"}
    assert make() == made
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    # there is none before the first
    assert made.pop("chat_secret_before").strip() == ""
    passwords = [re.findall(r"[0-9a-f]{64}", text) for text in made.values()]
    assert all(len(found) == 1 for found in passwords)
    # the addresses of PostgreSQL and Redis repeat the passwords of their two roles and of Redis
    assert len({found[0] for found in passwords}) == 6


def test_settings_secrets_and_certificate_are_saved_by_one_command_for_their_owner_only(
    tmp_path: Path,
) -> None:
    page = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    containers, units, back = re.findall(r"(?m)^(\(umask 077 && tar .*?|tar -xzpf .*?)  +#", page)

    def run(command: str, folder: Path) -> None:
        subprocess.run(
            ["bash", "-c", command], cwd=folder, env={**os.environ, "HOME": str(tmp_path)}, check=True
        )

    make = [DEPLOY / "make-secrets", tmp_path / "a" / "deploy" / "secrets"]
    subprocess.run(make, check=True, capture_output=True)
    subprocess.run([make[0], tmp_path / "b" / "etc" / "hip" / "secrets"], check=True, capture_output=True)
    (tmp_path / "a" / "deploy" / "secrets" / "key.pem").write_text("key")
    (tmp_path / "a" / "deploy" / ".env").write_text("REVIEW_ADDRESS=https://review.example.org")
    (tmp_path / "b" / "etc" / "hip" / "hip.env").write_text("LOG_FORMAT=json")
    for place in ("nginx/hip/tls/key.pem", "redis/redis.conf"):
        (tmp_path / "b" / "etc" / place).parent.mkdir(parents=True)
        (tmp_path / "b" / "etc" / place).write_text("secret")
    for root, save in ((tmp_path / "a", containers), (tmp_path / "b", units.replace("-C / ", ""))):
        before = {path: path.read_text() for path in root.rglob("*") if path.is_file()}
        assert len(before) >= 10
        run(save, root)
        (saved,) = tmp_path.glob("hip-secrets-*.tar.gz")
        assert saved.stat().st_mode & 0o777 == 0o600
        shutil.rmtree(root)
        root.mkdir()
        run(back, root)
        saved.unlink()
        assert {path: path.read_text() for path in root.rglob("*") if path.is_file()} == before
        (secrets,) = root.rglob("secrets")
        assert secrets.stat().st_mode & 0o777 == 0o700
        assert (secrets / "chat_secret").stat().st_mode & 0o777 == 0o644


def test_a_new_chat_secret_comes_into_use_as_the_upgrade_page_says(tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
    [first] = re.findall(r"(?m)^cat secrets/chat_secret .*$", page)
    subprocess.run([DEPLOY / "make-secrets", tmp_path / "secrets"], check=True, capture_output=True)
    kept = tmp_path / "secrets"
    old = (kept / "chat_secret").read_text(encoding="ascii")
    steps = first.replace("deploy/make-secrets", str(DEPLOY / "make-secrets"))
    subprocess.run(["bash", "-c", steps], cwd=tmp_path, check=True, capture_output=True)
    assert (kept / "chat_secret_before").read_text(encoding="ascii") == old
    assert (kept / "chat_secret").read_text(encoding="ascii") != old
    assert all(
        (kept / name).stat().st_mode & 0o777 == 0o644 for name in ("chat_secret", "chat_secret_before")
    )


def test_the_made_secrets_pass_the_checks_of_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([DEPLOY / "make-secrets", tmp_path / "secrets"], check=True, capture_output=True)
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CHAT_ENVIRONMENT", "production")
    monkeypatch.setenv("REVIEW_ADDRESS", "https://review.example.org")
    monkeypatch.delenv("TRACKER_DB", raising=False)

    def given(service: str) -> None:
        for variable, value in SERVICES[service]["environment"].items():
            if value.startswith("/run/secrets/"):
                monkeypatch.setenv(variable, value.replace("/run/", f"{tmp_path}/"))
        for cached in (settings, review_config):
            cached.cache_clear()

    try:
        given("chat1")
        assert settings().tracker_url.startswith("postgresql://assistant:")
        assert settings().redis_url.endswith("@redis:6379/0")
        assert settings().chat_secret_before == ""
        given("review")
        assert review_config().database.startswith("postgresql://reviewer:")
        assert review_config().tracker.startswith("postgresql://reviewer:")
        assert review_config().tracker.endswith("/chat")
        given("upkeep")
        assert settings().tracker_url.startswith("postgresql://assistant:")
        assert review_config().database.startswith("postgresql://reviewer:")
    finally:
        for cached in (settings, review_config):
            cached.cache_clear()


def test_every_variable_in_deploy_is_a_documented_setting() -> None:
    named = set(re.findall(r"(?m)^(?:ENV |    )([A-Z_]+)=", DOCKERFILE))
    named |= set(re.findall(r" ([A-Z_]{4,})=", DOCKERFILE))
    for service in SERVICES.values():
        named |= set(service.get("environment", {}))
    for path in UNITS:
        for line in re.findall(r"(?m)^Environment=(.+)$", path.read_text(encoding="utf-8")):
            named |= {pair.split("=")[0] for pair in line.split()}
    named |= set(re.findall(r"(?m)^([A-Z_]+)=", (DEPLOY / "systemd" / "hip.env").read_text(encoding="utf-8")))
    assert {"CHAT_SECRET_FILE", "CHAT_ENVIRONMENT", "METRICS_PORT", "REVIEW_TRUSTED_PEERS"} <= named
    known = settings_in_code()
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    for variable in sorted(named - NOT_OURS):
        assert variable in known, variable
        assert f"`{variable}`" in page, variable


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_not_root_writes_nowhere_else_and_has_no_way_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in (
        "User=hip",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "IPAddressDeny=any",
        "IPAddressAllow=localhost",
        "SystemCallFilter=@system-service",
    ):
        assert f"\n{line}\n" in text, line
    for secret in re.findall(r"(?m)^Environment=\w+_FILE=%d/(\w+)$", text):
        assert f"LoadCredential={secret}:/etc/hip/secrets/{secret}" in text


@pytest.mark.systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for path in [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]:
        here = path.read_text(encoding="utf-8").replace("/opt/hip", str(PROJECT))
        (tmp_path / path.name).write_text(here, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_counts_a_unit_as_little_exposed(path: Path) -> None:
    subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(path)],
        check=True,
        capture_output=True,
        env={**os.environ, "SYSTEMD_PAGER": ""},
    )


@pytest.mark.prometheus
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_prometheus_takes_the_rules_and_they_go_off_when_they_should(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alarm_has_a_test_and_says_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    cases = (DEPLOY / "prometheus" / "alerts_test.yml").read_text(encoding="utf-8")
    for rule in rules["groups"][0]["rules"]:
        assert f'alertname="{rule["alert"]}"' in cases, rule["alert"]
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_dashboard_is_one_that_grafana_can_read() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(numbers) == len(set(numbers)) >= 10
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${source}"
        assert all(target["expr"] for target in panel["targets"])
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
