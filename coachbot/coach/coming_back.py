"""Coming back: what is said to somebody whose time has come, by how they have answered so far."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from coachbot.coach import nudging
from coachbot.coach.turn import Turn
from coachbot.reflection.patience import Approach, approach
from coachbot.reflection.schedule import Rhythm, anchored, next_slot
from coachbot.store import schedules
from coachbot.store.nudges import Brought
from coachbot.store.schedules import Planned, Standing
from coachbot.texts import rhythm_words as words
from coachbot.texts.keyboards import nudge_controls
from coachbot.texts.said import Button, Said
from coachbot.texts.speaker import where

UNFINISHED: Final = "unfinished"


class Coming(NamedTuple):
    """The turn after it, what is said, perhaps nothing, and what is noted of it."""

    turn: Turn
    said: list[Said]
    brought: Brought


def come_back(turn: Turn, planned: Planned, today: date) -> Coming:
    """Return what is said today; `planned` already counts this time as unanswered."""
    is_unfinished = not turn.state.finished
    before = planned.unanswered - 1
    how = approach(before, planned.schedule.every, is_unfinished=is_unfinished)
    if how is Approach.NUDGE:
        return _unfinished(turn) if is_unfinished else _nudge(turn, today)
    return _OTHERWISE[how](unheard(turn), planned, today)


def unheard(turn: Turn) -> Turn:
    """Return the turn with the coach having come by itself; any word is an answer to it."""
    state = replace(turn.state, is_unheard=True)
    return replace(turn, conversation=replace(turn.conversation, state=state))


def _nudge(turn: Turn, today: date) -> Coming:
    event, brought = nudging.nudge_for(turn, today)
    after, said = nudging.bring(turn, event)
    return Coming(after, said, brought)


def _unfinished(turn: Turn) -> Coming:
    """Say where somebody stopped, without asking the question itself: they may be elsewhere."""
    after = unheard(turn)
    voice = after.speaker
    values = voice.values(after.state) | where(voice, after.state)
    label = turn.words.table("reflection", "control")["continue"]
    rows = ((Button(label, "command", "continue"),), *nudge_controls(turn.words))
    said = Said(voice.nudging(UNFINISHED, "ask", values), rows)
    return Coming(after, [said], Brought(UNFINISHED))


def _ask(turn: Turn, _: Planned, __: date) -> Coming:
    return Coming(turn, [words.rhythm_question(turn.speaker)], Brought("rhythm"))


def _slower(turn: Turn, planned: Planned, today: date) -> Coming:
    """Come every four weeks from now on."""
    old, every = planned.schedule, Rhythm.FOUR_WEEKLY.days
    half = today + timedelta(days=every // 2)
    schedule = anchored(old.zone, old.weekday, old.at, every, turn.now, half)
    slower = planned.with_(schedule=schedule, due_at=next_slot(schedule, turn.now))
    schedules.keep(turn.connection, slower)
    said = words.rhythm_said(turn.speaker, "four_weekly", nudge_controls(turn.words))
    return Coming(turn, [said], Brought("slower"))


def _silent(turn: Turn, planned: Planned, _: date) -> Coming:
    """Come no more; an unfinished first version is left without a word."""
    still = planned.with_(standing=Standing.SILENT, due_at=None)
    schedules.keep(turn.connection, still)
    said = [words.rhythm_said(turn.speaker, "silent")] if turn.state.finished else []
    return Coming(turn, said, Brought("silent"))


_OTHERWISE: Final[dict[Approach, Callable[[Turn, Planned, date], Coming]]] = {
    Approach.ASK: _ask,
    Approach.SLOWER: _slower,
    Approach.SILENT: _silent,
}
