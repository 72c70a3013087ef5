"""The rhythm of nudges: shown and changed by taps, put off, paused, stopped, taken up again.

Every button names what it does and to what; it does the same in any hands and at any time.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final

from coachbot.coach.schedule import SCHEDULE, planned_anew, weekday_names
from coachbot.coach.turn import Turn
from coachbot.flow.moving import turn_to
from coachbot.reflection.schedule import (
    SUGGESTED_AT,
    SUGGESTED_RHYTHM,
    SUGGESTED_WEEKDAY,
    SUGGESTED_ZONE,
    Rhythm,
    anchored,
    instant,
    local_date,
    next_slot,
    snoozed,
)
from coachbot.reflection.typed import parse_slot, parse_time, parse_weekday
from coachbot.reflection.zones import zone_for_city, zone_named
from coachbot.store import outbox, schedules
from coachbot.store.database import Connection
from coachbot.store.people import Person
from coachbot.store.schedules import Planned, Standing
from coachbot.texts import rhythm_words as words
from coachbot.texts.dates import long_date
from coachbot.texts.places import names_of
from coachbot.texts.said import Said

PAUSES: Final[Mapping[str, timedelta | None]] = {
    "two_weeks": timedelta(weeks=2),
    "four_weeks": timedelta(weeks=4),
    "three_months": timedelta(weeks=13),
    "until_i_write": None,
}
DAY, TIME, ZONE = "day", "time", "zone"
MOST_ZONES: Final = 6

After = tuple[Turn, list[Said]]


def nudges(turn: Turn, argument: str) -> After:
    """Show the rhythm, or do what a button or a few words behind /nudges say."""
    name, _, value = argument.partition("-")
    action = _ACTIONS.get(name)
    return action(turn, planned_of(turn), value) if action else _worded(turn, argument)


def planned_of(turn: Turn) -> Planned:
    """Return the person's schedule, or the one that is suggested to them."""
    planned = schedules.find(turn.connection, turn.person.id)
    return planned or planned_anew(
        turn.person.id, SUGGESTED_RHYTHM.value, SUGGESTED_ZONE, turn.now
    ).with_(standing=Standing.STOPPED, due_at=None)


def typed(turn: Turn, setting: str, text: str) -> After:
    """Take a text for the part of the rhythm that was asked for."""
    planned = planned_of(turn)
    if setting == ZONE:
        return _place(turn, planned, text)
    slot, at = parse_slot(text, weekday_names()), parse_time(text)
    if slot:
        return _moved(turn, planned, weekday=slot[0], at=slot[1])
    if at is not None:
        return _moved(turn, planned, at=at)
    said = words.asked(turn.speaker, "time_unclear", words.times(turn.words))
    return _setting(turn, TIME), [said]


def welcome(turn: Turn) -> list[Said]:
    """Ask somebody who comes back after a silence whether the coach shall, too; once."""
    planned = schedules.find(turn.connection, turn.person.id)
    if planned is None or not planned.is_waiting_for_a_word or not turn.state.finished:
        return []
    schedules.keep(turn.connection, planned.with_(standing=Standing.STOPPED, unanswered=0))
    rows = words.options(turn.words, ("resume", "no"))
    return [words.rhythm_said(turn.speaker, "back", rows)]


def wake(connection: Connection, person: Person, now: datetime) -> None:
    """Compute the next slot from now for somebody who can be reached again."""
    planned = schedules.find(connection, person.id)
    if planned and planned.standing is Standing.ACTIVE and planned.due_at is None:
        due = next_slot(planned.schedule, now, planned.last_on)
        schedules.keep(connection, planned.with_(due_at=due))


def _show(turn: Turn, planned: Planned, _: str) -> After:
    if turn.state.finished or SCHEDULE in turn.state.answers:
        if planned.due_at is None:
            rows = words.options(turn.words, ("resume",))
            return turn, [words.asked(turn.speaker, "still", rows)]
        return turn, [words.overview(turn.speaker, planned.schedule)]
    rows = words.options(turn.words, ("stop",))
    return turn, [words.asked(turn.speaker, "unfinished", rows)]


def _ask_day(turn: Turn, planned: Planned, value: str) -> After:
    if value.isascii() and value.isdecimal() and int(value) < 7:
        return _moved(turn, planned, weekday=int(value))
    return turn, [words.asked(turn.speaker, DAY, words.days(turn.words))]


def _ask_time(turn: Turn, planned: Planned, value: str) -> After:
    at = parse_time(value) if value else None
    if at is not None:
        return _moved(turn, planned, at=at)
    return _setting(turn, TIME), [words.asked(turn.speaker, TIME, words.times(turn.words))]


def _ask_zone(turn: Turn, planned: Planned, value: str) -> After:
    zone = zone_named(value.replace(words.SLASH, "/"))
    if zone:
        return _moved(turn, planned, zone=zone)
    return _setting(turn, ZONE), [words.asked(turn.speaker, ZONE, words.zones(turn.words))]


def _place(turn: Turn, planned: Planned, text: str) -> After:
    """Find the zone of a city; a name that is none leaves the question open."""
    exact = zone_named(text.strip())
    found = (exact,) if exact else zone_for_city(text, names_of(turn.office.library))
    if len(found) == 1:
        return _moved(turn, planned, zone=found[0])
    name = "zone_which" if found else "zone_unclear"
    rows = words.zones(turn.words, found[:MOST_ZONES] or words.SUGGESTED)
    return _setting(turn, ZONE), [words.asked(turn.speaker, name, rows)]


def _worded(turn: Turn, text: str) -> After:
    """Take words behind /nudges: a day with a time, a day, a time, or a city."""
    planned = planned_of(turn)
    if slot := parse_slot(text, weekday_names()):
        return _moved(turn, planned, weekday=slot[0], at=slot[1])
    if (weekday := parse_weekday(text, weekday_names())) is not None:
        return _moved(turn, planned, weekday=weekday)
    if (at := parse_time(text)) is not None:
        return _moved(turn, planned, at=at)
    return _place(turn, planned, text)


def _every(rhythm: Rhythm, turn: Turn, planned: Planned, _: str) -> After:
    return _moved(turn, planned, every=rhythm.days)


def _moved(turn: Turn, planned: Planned, **parts: Any) -> After:  # noqa: ANN401  parts of a schedule
    """Change parts of the schedule: the next slot follows, half the rhythm after the last."""
    old = planned.schedule
    new = {"zone": old.zone, "weekday": old.weekday, "at": old.at, "every": old.every, **parts}
    schedule = anchored(**new, after=turn.now, last=planned.last_on)
    due = next_slot(schedule, turn.now, planned.last_on)
    kept = planned.with_(schedule=schedule, standing=Standing.ACTIVE, due_at=due)
    after = _kept(turn, kept)
    said = words.answered(after.speaker, "moved", when=words.when(turn.words, schedule))
    return after, [replace(said, buttons=words.options(turn.words, (DAY, TIME, ZONE)))]


def _not_now(turn: Turn, planned: Planned, _: str) -> After:
    """Come again tomorrow, at the same time."""
    due = snoozed(planned.schedule, turn.now, planned.last_on)
    kept = planned.with_(standing=Standing.ACTIVE, due_at=due, unanswered=0)
    schedules.keep(turn.connection, kept)
    after, told = put_off(turn), words.day_and_time(turn.words, planned.zone, due, turn.now)
    return after, [words.answered(after.speaker, "snoozed", when=told)]


def _pause(turn: Turn, planned: Planned, value: str) -> After:
    if value not in PAUSES:
        return turn, [words.pauses(turn.speaker)]
    span, zone = PAUSES[value], planned.zone
    end = local_date(zone, turn.now) + span if span else None
    due = next_slot(planned.schedule, instant(zone, end, time()), planned.last_on) if end else None
    kept = planned.with_(standing=Standing.PAUSED, due_at=due, unanswered=0)
    schedules.keep(turn.connection, kept)
    after = put_off(turn)
    until = long_date(end, turn.state.language) if end else ""
    return after, [words.answered(after.speaker, "paused", until=until)]


def _stop(turn: Turn, planned: Planned, _: str) -> After:
    kept = planned.with_(standing=Standing.STOPPED, due_at=None, unanswered=0)
    schedules.keep(turn.connection, kept)
    after = put_off(turn)
    return after, [words.answered(after.speaker, "stopped")]


def _resume(turn: Turn, planned: Planned, _: str) -> After:
    after, _said = _moved(turn, planned)
    return after, [words.answered(after.speaker, "resumed")]


def _keep_it(turn: Turn, _: Planned, __: str) -> After:
    return turn, [words.rhythm_said(turn.speaker, "kept")]


def put_off(turn: Turn) -> Turn:
    """Put the nudge under way aside: it is not open any more, and nothing of it is still sent."""
    outbox.cancel(turn.connection, turn.person.id, turn.now, kind=outbox.NUDGE)
    if turn.state.nudge is None:
        return turn
    state = replace(turn_to(turn.state), nudge=None, agenda=())
    return replace(turn, conversation=turn.conversation.after(state, turn.now))


def _kept(turn: Turn, planned: Planned) -> Turn:
    """Store a changed schedule, and what it is in words as the answer of the definition."""
    schedules.keep(turn.connection, planned.with_(unanswered=0))
    schedule = planned.schedule
    is_suggested = (schedule.weekday, schedule.at) == (SUGGESTED_WEEKDAY, SUGGESTED_AT)
    told = next(r.value for r in Rhythm if r.days == schedule.every) if is_suggested else ""
    answer = told or words.when(turn.words, schedule)
    after = put_off(turn)
    state = replace(after.state, answers=after.state.answers.with_({SCHEDULE: answer}))
    return replace(after, conversation=turn.conversation.after(state, turn.now))


def _setting(turn: Turn, name: str) -> Turn:
    state = replace(turn.state, setting=name)
    return replace(turn, conversation=replace(turn.conversation, state=state))


_ACTIONS: Final[dict[str, Callable[[Turn, Planned, str], After]]] = {
    "": _show,
    "not_now": _not_now,
    "other_day": _ask_day,
    DAY: _ask_day,
    TIME: _ask_time,
    ZONE: _ask_zone,
    "pause": _pause,
    "stop": _stop,
    "no": _stop,
    "resume": _resume,
    "keep": _keep_it,
    **{rhythm.value: partial(_every, rhythm) for rhythm in Rhythm},
}
