"""Our own Telegram Bot API server, for tests and benches: behaves like Telegram's, on loopback."""

from tests.fake_botapi.calls import Call
from tests.fake_botapi.clock import Clock, FakeClock, SystemClock
from tests.fake_botapi.faults import (
    Hold,
    Rule,
    cut_off,
    error,
    half_json,
    html,
    lost_answer,
    reset,
)
from tests.fake_botapi.person import Group, Person
from tests.fake_botapi.phone import Message
from tests.fake_botapi.server import TOKEN, FakeBotApi
from tests.fake_botapi.threads import run_in_thread

__all__ = [
    "TOKEN",
    "Call",
    "Clock",
    "FakeBotApi",
    "FakeClock",
    "Group",
    "Hold",
    "Message",
    "Person",
    "Rule",
    "SystemClock",
    "cut_off",
    "error",
    "half_json",
    "html",
    "lost_answer",
    "reset",
    "run_in_thread",
]
