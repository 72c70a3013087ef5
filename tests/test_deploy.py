"""What is in `deploy/`, checked as far as it can be where it cannot be run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from coachbot.settings import PREFIX, Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
NAMED = re.compile(rf"\b{PREFIX}[A-Z_]+\b")
OF_COMPOSE = {"COACHBOT_HOST"}
UNITS = [*sorted(path.name for path in DEPLOY.glob("*.service")), "coachbot-backup.timer"]


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return told


def hadolint() -> str:
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which(
        "hadolint"
    )
    return found or pytest.skip("hadolint is not here")


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    found = subprocess.run(
        [hadolint(), "--no-color", str(DEPLOY / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.returncode) == ("", 0)


def test_the_image_is_not_roots_and_says_how_it_is() -> None:
    last_stage = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.search(r"^USER 10001:10001$", last_stage, flags=re.MULTILINE)
    for word in ("HEALTHCHECK", "/healthz", "STOPSIGNAL SIGTERM", 'ENTRYPOINT ["coachbot"]'):
        assert word in last_stage


def test_the_image_sets_nothing_that_may_come_as_a_secret() -> None:
    """The environment has the last word, so a secret beside it would be passed over."""
    told = set(NAMED.findall((DEPLOY / "Dockerfile").read_text()))
    assert told == {"COACHBOT_HEALTH_LISTEN", "COACHBOT_LOG_FORMAT"}


def test_only_what_the_image_is_made_of_goes_to_the_builder() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE
    )
    assert kept == {name for line in copied for name in line.split()}
    assert "*" in lines


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    if path.is_file():
        assert set(NAMED.findall(path.read_text("utf-8"))) <= SETTINGS | OF_COMPOSE


def test_the_services_of_compose(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"coachbot", "postgres", "caddy"}
    assert services["coachbot"]["deploy"]["replicas"] == 2
    assert [name for name, one in services.items() if "ports" in one] == ["caddy"]
    for one in services.values():
        assert one["read_only"] is True
        assert "no-new-privileges:true" in one["security_opt"]
        assert one["restart"] == "unless-stopped"
        assert one["stop_grace_period"]
        assert "privileged" not in one
        assert ":latest" not in one["image"]


def test_the_database_is_reached_from_inside_only(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert "inside" not in compose["services"]["caddy"]["networks"]


def test_the_bot_is_nobody_and_has_nothing_to_write_but_the_ledger(
    compose: dict[str, Any],
) -> None:
    bot = compose["services"]["coachbot"]
    assert bot["user"] == "10001:10001"
    assert bot["cap_drop"] == ["ALL"]
    assert bot["volumes"] == ["ledger:/keys"]
    assert bot["environment"]["COACHBOT_LEDGER_FILE"].startswith("/keys/")


def test_every_volume_network_and_secret_that_is_used_is_declared(compose: dict[str, Any]) -> None:
    used: dict[str, set[str]] = {"volumes": set(), "networks": set(), "secrets": set()}
    for one in compose["services"].values():
        used["networks"] |= set(one["networks"])
        used["secrets"] |= set(one.get("secrets", []))
        mounts = (mount.split(":")[0] for mount in one.get("volumes", []))
        used["volumes"] |= {name for name in mounts if not name.startswith(".")}
    assert used == {kind: set(compose[kind]) for kind in used}


def test_no_secret_is_in_an_environment(compose: dict[str, Any]) -> None:
    secret = {"TELEGRAM_TOKEN", "DATABASE_URL", "MASTER_KEY", "WEBHOOK_SECRET"}
    assert not {f"{PREFIX}{name}" for name in secret} & set(
        compose["services"]["coachbot"]["environment"]
    )
    names = {name.removeprefix("coachbot_").upper() for name in compose["secrets"]}
    assert secret <= names


def test_caddy_passes_on_what_the_webhook_is_for_and_nothing_else(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    bot = compose["services"]["coachbot"]["environment"]
    path = bot["COACHBOT_WEBHOOK_URL"].rpartition("}")[2]
    assert f"path {path}\n" in text
    assert f"port {bot['COACHBOT_WEBHOOK_LISTEN'].rpartition(':')[2]}\n" in text
    assert "respond 404" in text
    assert text.count("{") == text.count("}")
    assert bot["COACHBOT_HEALTH_LISTEN"].rpartition(":")[2] not in text


def systemd(*words: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, timeout=30
    )


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_to_say(unit: str, tmp_path: Path) -> None:
    """The programs are elsewhere where this is built, so others stand in for them."""
    for path in DEPLOY.glob("coachbot*.*"):
        text = path.read_text().replace("/opt/coachbot/.venv/bin/coachbot", "/bin/true")
        (tmp_path / path.name).write_text(text)
    found = systemd("verify", "--man=no", str(tmp_path / unit))
    said = [line for line in found.stderr.splitlines() if str(tmp_path) in line or unit in line]
    assert (said, found.returncode) == ([], 0)


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_can_do_little(unit: str) -> None:
    found = systemd("security", "--offline=true", "--no-pager", str(DEPLOY / unit))
    exposure = re.search(r"exposure level for \S+: ([0-9.]+)", found.stdout)
    assert exposure
    assert float(exposure[1]) < 3
