"""Metrics for Prometheus, in a registry of their own; no label comes from a person."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from coachbot.channels.http.health import Check, is_ready
from coachbot.coach.meter import Meter, Timed
from coachbot.store.vitals import Vitals

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]

UPDATES: Final = frozenset(
    ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
)
OTHER: Final = "other"
UNANSWERED: Final = frozenset(("not_sent", "failed", "ambiguous"))
TOKEN_ALARM: Final = "token"  # noqa: S105  the name of an alarm
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class _Instruments:
    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(f"coachbot_{name}", says, labels, registry=registry)

        def gauge(name: str, says: str, *labels: str) -> Gauge:
            return Gauge(f"coachbot_{name}", says, labels, registry=registry)

        ProcessCollector(registry=registry)
        self.updates = counter("updates", "Updates that were committed, by kind", "kind")
        self.turned_away = counter("turned_away", "Updates of strangers, or too many of one person")
        self.sends = counter("sends", "Calls that ended, by kind and outcome", "kind", "outcome")
        self.alarms = counter("alarms", "Alarms, by kind", "kind")
        self.seconds = Histogram(
            "coachbot_seconds",
            "How long an answer, a commit and a document take",
            ("what",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.waiting = gauge("waiting", "Rows that wait, by queue", "queue")
        self.oldest = gauge("oldest_seconds", "How long the oldest row has waited", "queue")
        self.nudges_due = gauge("nudges_due", "Nudges whose time has come")
        self.ahead = gauge("clock_ahead_seconds", "Our clock against Telegram's")
        self.ready = gauge("ready", "1 when every check is ok")
        self.checks = gauge("check", "1 when this check is ok", "check")


@dataclass
class Metrics(Meter):
    """Counts, and remembers what health asks for; `now` returns an aware instant."""

    now: Callable[[], datetime]
    unanswered_since: datetime | None = None
    ahead: timedelta = timedelta(0)
    is_token_refused: bool = False
    _registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _told: _Instruments = field(init=False)

    def __post_init__(self) -> None:
        self._told = _Instruments(self._registry)

    def arrived(self, kind: str) -> None:
        self._told.updates.labels(kind if kind in UPDATES else OTHER).inc()

    def turned_away(self, count: int) -> None:
        self._told.turned_away.inc(count)

    def timed(self, what: Timed) -> AbstractContextManager[object]:
        return self._told.seconds.labels(what).time()

    def calling(self) -> None:
        self.unanswered_since = self.unanswered_since or self.now()

    def called(self, kind: str, outcome: str, date: datetime | None = None) -> None:
        self._told.sends.labels(kind, outcome).inc()
        if outcome not in UNANSWERED:
            self.unanswered_since = None
        if date is not None:
            self.ahead = self.now() - date

    def rang(self, kind: str) -> None:
        self._told.alarms.labels(kind).inc()
        self.is_token_refused |= kind == TOKEN_ALARM

    def text(self, vitals: Vitals | None, checks: Mapping[str, Check]) -> bytes:
        """Return everything in Prometheus' text format."""
        if vitals:
            for name, queue in (("inbox", vitals.inbox), ("outbox", vitals.outbox)):
                self._told.waiting.labels(name).set(queue.depth)
                self._told.oldest.labels(name).set(queue.age.total_seconds())
            self._told.nudges_due.set(vitals.nudges_due)
        self._told.ahead.set(self.ahead.total_seconds())
        self._told.ready.set(is_ready(checks))
        for name, check in checks.items():
            self._told.checks.labels(name).set(check.ok)
        return generate_latest(self._registry)
