"""The rhythm of nudges in words: when the coach comes, and how that is changed by taps."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from coachbot.reflection.schedule import Rhythm, Schedule, local_date
from coachbot.texts.dates import clock, weekday_date
from coachbot.texts.keyboards import Rows, in_rows
from coachbot.texts.library import Words
from coachbot.texts.places import city_of
from coachbot.texts.said import Button, Said
from coachbot.texts.voice import Voice
from coachbot.texts.wording import say_plain

TIMES: Final = (time(8), time(9), time(12), time(17), time(19), time(20))
SUGGESTED: Final = ("Europe/Vienna", "Europe/Berlin", "Europe/Zurich")
SLASH: Final = "__"
"""Stands for the slash of a zone in the data of a button."""


def when(words: Words, schedule: Schedule) -> str:
    """Return „jeden zweiten Sonntag um 17:00“."""
    rhythm = next((rhythm for rhythm in Rhythm if rhythm.days == schedule.every), None)
    name = (rhythm or Rhythm.FORTNIGHTLY).value
    values = {
        "weekday": Locale(words.language).days["format"]["wide"][schedule.weekday],
        "time": clock(schedule.at, words.language),
    }
    return say_plain(words.text("reflection", "when", name), values)


def day_and_time(words: Words, zone: str, due: datetime, now: datetime) -> str:
    """Return „morgen um 17:00“, or the day with its time."""
    local = due.astimezone(ZoneInfo(zone))
    is_tomorrow = local.date() == local_date(zone, now) + timedelta(days=1)
    values = {
        "day": weekday_date(local.date(), words.language),
        "time": clock(local.time(), words.language),
    }
    return say_plain(
        words.text("reflection", "when", "tomorrow" if is_tomorrow else "later"), values
    )


def overview(voice: Voice, schedule: Schedule) -> Said:
    """Show a rhythm, every part of it one tap from being changed."""
    values = {
        "when": when(voice.words, schedule),
        "place": city_of(schedule.zone, voice.words.language),
        "next_nudge": voice.facts.next_nudge,
    }
    names = (*(r.value for r in Rhythm), "day", "time", "zone", "pause", "stop")
    return Said(voice.nudging("setting", "overview", values), options(voice.words, names))


def options(words: Words, names: tuple[str, ...]) -> Rows:
    """Return buttons of [setting.options], each an argument of /nudges."""
    labels = words.table("reflection", "setting")["options"]
    return in_rows([Button(labels[name], "command", "nudges", name) for name in names])


def asked(voice: Voice, name: str, rows: Rows = ()) -> Said:
    """Return a text of [setting]."""
    return Said(voice.nudging("setting", name, {}), rows)


def pauses(voice: Voice) -> Said:
    table = voice.words.table("reflection", "pausing")
    buttons = [Button(v, "command", "nudges", f"pause-{k}") for k, v in table["options"].items()]
    return Said(voice.nudging("pausing", "ask", {}), in_rows(buttons))


def days(words: Words) -> Rows:
    names = Locale(words.language).days["format"]["wide"]
    return in_rows([Button(names[day], "command", "nudges", f"day-{day}") for day in range(7)])


def times(words: Words) -> Rows:
    buttons = [
        Button(clock(at, words.language), "command", "nudges", f"time-{at.strftime('%H%M')}")
        for at in TIMES
    ]
    return in_rows(buttons, 3)


def zones(words: Words, found: tuple[str, ...] = SUGGESTED) -> Rows:
    buttons = [
        Button(
            city_of(zone, words.language), "command", "nudges", f"zone-{zone.replace('/', SLASH)}"
        )
        for zone in found
    ]
    return in_rows(buttons, 3)


def rhythm_question(voice: Voice) -> Said:
    """Ask whether the rhythm fits, after nobody has answered for a while."""
    table = voice.words.table("reflection", "rhythm")
    buttons = [Button(v, "command", "nudges", k) for k, v in table["options"].items()]
    return Said(voice.nudging("rhythm", "ask", _facts(voice)), in_rows(buttons))


def rhythm_said(voice: Voice, name: str, rows: Rows = ()) -> Said:
    """Return a text of [rhythm]."""
    return Said(voice.nudging("rhythm", name, _facts(voice)), rows)


def answered(voice: Voice, name: str, **values: str) -> Said:
    """Return what is said to a choice."""
    return Said(voice.nudging("answered", name, {**_facts(voice), **values}))


def _facts(voice: Voice) -> dict[str, str]:
    return {"next_nudge": voice.facts.next_nudge, "first_name": voice.facts.first_name}
