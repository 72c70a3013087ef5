"""What is counted, in Prometheus' own words."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from coachbot.channels.http.health import Check
from coachbot.channels.http.metrics import Metrics
from coachbot.coach.meter import Timed
from coachbot.store.vitals import Queue, Vitals
from tests.conftest import NOW
from tests.fake_botapi import FakeClock

ROOT = Path(__file__).parent.parent.parent
VITALS = Vitals(Queue(3, timedelta(seconds=2)), Queue(5, timedelta(seconds=1)), 7, NOW, NOW)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def metrics(clock: FakeClock) -> Metrics:
    return Metrics(clock.now)


def samples(metrics: Metrics, **checks: bool) -> dict[str, float]:
    """Return every sample by its name and its labels' values."""
    text = metrics.text(VITALS, {name: Check(ok, "") for name, ok in checks.items()}).decode()
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_updates_sends_and_alarms_are_counted(metrics: Metrics) -> None:
    for kind in ("message", "message", "callback_query", "what_nobody_asked_for"):
        metrics.arrived(kind)
    metrics.turned_away(7)
    metrics.called("question", "sent", NOW)
    metrics.called("nudge", "unreachable")
    metrics.rang("quarantine")
    told = samples(metrics)
    assert told["coachbot_updates_total message"] == 2
    assert told["coachbot_updates_total other"] == 1
    assert told["coachbot_turned_away_total"] == 7
    assert told["coachbot_sends_total question sent"] == 1
    assert told["coachbot_sends_total nudge unreachable"] == 1
    assert told["coachbot_alarms_total quarantine"] == 1


def test_queues_nudges_and_checks_are_told_as_they_stand(metrics: Metrics) -> None:
    told = samples(metrics, receiving=True, disk=False)
    assert (told["coachbot_waiting inbox"], told["coachbot_waiting outbox"]) == (3, 5)
    assert told["coachbot_oldest_seconds inbox"] == 2
    assert told["coachbot_nudges_due"] == 7
    assert (told["coachbot_check receiving"], told["coachbot_check disk"]) == (1, 0)
    assert told["coachbot_ready"] == 0
    assert told["process_resident_memory_bytes"] > 0


def test_what_is_timed_is_in_a_histogram(metrics: Metrics) -> None:
    for what in Timed:
        with metrics.timed(what):
            pass
    told = samples(metrics)
    assert [told[f"coachbot_seconds_count {what}"] for what in Timed] == [1, 1, 1]


def test_a_call_is_unanswered_from_its_beginning_until_one_is_answered(
    metrics: Metrics, clock: FakeClock
) -> None:
    metrics.calling()
    clock.advance(seconds=25)
    metrics.called("question", "ambiguous")
    metrics.calling()
    assert metrics.unanswered_since == NOW
    metrics.called("question", "wait")
    assert metrics.unanswered_since is None


@pytest.mark.parametrize("seconds", [-90, 0, 90])
def test_our_clock_is_held_against_telegrams(metrics: Metrics, seconds: int) -> None:
    theirs: datetime = NOW - timedelta(seconds=seconds)
    metrics.called("question", "sent", theirs)
    metrics.called("document", "sent")
    assert metrics.ahead == timedelta(seconds=seconds)
    assert samples(metrics)["coachbot_clock_ahead_seconds"] == seconds


def test_a_refused_token_is_remembered(metrics: Metrics) -> None:
    metrics.rang("quarantine")
    assert not metrics.is_token_refused
    metrics.rang("token")
    assert metrics.is_token_refused


def test_the_alert_rules_of_the_docs_name_metrics_that_exist(metrics: Metrics) -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- alert rules -->\n```yaml\n(.*?)```", text, flags=re.DOTALL)
    assert found
    [group] = yaml.safe_load(found[1])["groups"]
    metrics.rang("quarantine")
    metrics.arrived("message")
    metrics.called("question", "sent")
    with metrics.timed(Timed.COMMIT):
        pass
    known = {name.split()[0] for name in samples(metrics, receiving=True)}
    for rule in group["rules"]:
        named = set(re.findall(r"coachbot_[a-z_]+", rule["expr"]))
        assert named <= known, rule["alert"]
    for name in re.findall(r"^\| `(coachbot_[a-z_]+)", text, flags=re.MULTILINE):
        assert any(one.startswith(name) for one in known), name
