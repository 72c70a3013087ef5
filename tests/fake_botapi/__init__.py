"""Our own Telegram Bot API server, for tests and benches: behaves like Telegram's, on loopback.

    clock = FakeClock()
    async with FakeBotApi(clock) as api:  # api.base_url, TOKEN: give them to the bot
        anna = api.person(first_name="Anna", language_code="de")
        await anna.sends("/start")
        await anna.sees("Wie heißt")  # waits for the bot; fails with the chat
        await anna.taps("Weiter")
        api.faults.on("sendMessage", error(429, retry_after=7), chat=anna.id)
        clock.advance(minutes=10)  # taps and messages expire, polls and webhooks time out
        api.calls.of("sendMessage")  # what the bot asked for
        print(anna.chat)  # what is on the phone now

All waiting is for events, never for time: `anna.sees`, `api.calls.arrived`, `api.polled`,
`api.updates.drained`, `rule.happened`, `clock.waiters`. Under a FakeClock a long poll waits until
an update comes or the clock is moved. `run_in_thread` is for tests without a loop of their own.
Left out: Markdown, inline mode, payments, topics, business chats, answering in a webhook's body.
"""

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
