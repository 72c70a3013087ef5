"""Nudging: what the coach comes back with, and what becomes of it in the conversation.

Which one thing is asked, `coachbot.reflection` decides; here it is told what has been, and what it
decides is put into the conversation as an event like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from coachbot.coach.schedule import SCHEDULE, take, zone_of
from coachbot.coach.turn import Turn
from coachbot.flow.answers import Key, Value
from coachbot.flow.engine import step
from coachbot.flow.events import NudgeDue
from coachbot.flow.messages import Ended
from coachbot.flow.moving import Step, open_question
from coachbot.flow.nudge import SENTENCE, Nudge
from coachbot.reflection import letters
from coachbot.reflection.choosing import HARVEST, LIVED, YEARLY, agenda, choose, heard
from coachbot.reflection.nudges import Choice, Kind, Known
from coachbot.reflection.schedule import local_date, next_slot
from coachbot.reflection.trend import trend
from coachbot.store import conversations, nudges, outbox, schedules
from coachbot.store.nudges import Brought
from coachbot.texts import nudging as words
from coachbot.texts.context import shortened
from coachbot.texts.dates import long_date
from coachbot.texts.rhythm_words import asked
from coachbot.texts.said import Said
from coachbot.texts.trend_words import decimal

QUOTED: Final = 240
Told = dict[str, str | int]


def reflect(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Bring a nudge now: somebody wants one."""
    if not turn.state.finished:
        later = asked(turn.speaker, "reflect_later")
        return turn, [later, *turn.spoken(open_question(turn.office.flow, turn.state))]
    today = local_date(zone_of(turn.connection, turn.person), turn.now)
    event, brought = nudge_for(turn, today)
    outbox.cancel(turn.connection, turn.person.id, turn.now, kind=outbox.NUDGE)
    nudges.add(
        turn.connection,
        turn.office.ring,
        turn.person,
        turn.conversation.id,
        today,
        brought,
        turn.now,
        is_asked_for=True,
    )
    _rests_after(turn, today)
    after, said = bring(turn, replace(event, is_asked_for=True))
    greeting = Said(turn.speaker.nudging("greeting", "now", {}))
    return after, [greeting, *said]


def _rests_after(turn: Turn, today: date) -> None:
    """Let the next one wait for half the rhythm: this one was the person's own."""
    planned = schedules.find(turn.connection, turn.person.id)
    if planned and planned.due_at is not None:
        due = next_slot(planned.schedule, turn.now, today)
        schedules.keep(turn.connection, planned.with_(last_on=today, due_at=due, unanswered=0))


def bring(turn: Turn, event: NudgeDue) -> tuple[Turn, list[Said]]:
    """Put a nudge into the conversation."""
    done = step(turn.office.flow, turn.state, event)
    advanced = turn.conversation.after(done.state, turn.now)
    after = replace(turn, conversation=advanced)
    return after, after.spoken(done.messages)


# --- what it asks -------------------------------------------------------------------------------


def nudge_for(turn: Turn, today: date) -> tuple[NudgeDue, Brought]:
    """Return what today's nudge asks of a finished definition, and what is noted of it."""
    flow, answers = turn.office.flow, turn.state.answers
    zone = zone_of(turn.connection, turn.person)
    given = [
        letters.Given(one.key, one.value, local_date(zone, one.given_at))
        for one in conversations.history(turn.connection, turn.office.ring, turn.conversation)
    ]
    finished_on = local_date(zone, turn.conversation.finished_at or turn.now)
    dates = {one.key: one.on for one in given}
    lived = [one.value for one in given if one.key == LIVED and isinstance(one.value, int)]
    known = Known.of(flow, answers, finished_on, dates, turn.state.put, lived)
    past = nudges.past(turn.connection, turn.office.ring, turn.person, turn.conversation.id)
    choice = choose(known, past, today)
    told = {**_sentence(turn), **_told(turn, choice, given, finished_on, today)}
    nudge = Nudge(choice.kind, choice.key, choice.task, choice.harvest, choice.tension, told)
    brought = Brought(choice.kind, choice.key, choice.task, choice.because)
    return NudgeDue(nudge, agenda(known, choice)), brought


def _sentence(turn: Turn) -> Told:
    return {"sentence_before": turn.state.answers.text(SENTENCE.question)}


def _told(
    turn: Turn, choice: Choice, given: Sequence[letters.Given], finished_on: date, today: date
) -> Told:
    """Return what a letter or a review says of the past."""
    if choice.kind is Kind.LETTER:
        return _letter(turn, letters.letter(given, finished_on, today))
    if choice.kind is Kind.REVIEW:
        return _review(turn, given)
    return {}


def _letter(turn: Turn, letter: letters.Letter) -> Told:
    return {
        "since": long_date(letter.since, turn.state.language),
        "sentence_then": shortened(letter.sentence_then, QUOTED) or "…",
        "sentence_now": shortened(letter.sentence_now, QUOTED),
        "is_same": letter.is_same_sentence,
        "promised": len(letter.promises),
        "kept": len(letter.kept),
        "last_kept": shortened(letter.kept[-1].text, QUOTED) if letter.kept else "",
        "added": len(letter.added),
        "reworded": len(letter.reworded),
    }


def _review(turn: Turn, given: Sequence[letters.Given]) -> Told:
    """Return the two numbers of the last time, and how much it was lived lately."""
    then = [turn.state.answers.number(key.question) or 0 for key in YEARLY]
    lived = trend(
        (one.on, one.value) for one in given if one.key == LIVED and isinstance(one.value, int)
    )
    lately = decimal(lived.lately, turn.state.language) if lived else ""
    return {"self_then": then[0], "customers_then": then[1], "lived": lately}


# --- what becomes of it -------------------------------------------------------------------------


def hear(turn: Turn) -> Turn:
    """Note that the person has answered what came by itself; it need not be sent again."""
    if not turn.state.is_unheard:
        return turn
    schedules.heard(turn.connection, turn.person.id)
    nudges.heard(turn.connection, turn.person, turn.now)
    outbox.cancel(turn.connection, turn.person.id, turn.now, kind=outbox.NUDGE)
    state = replace(turn.state, is_unheard=False)
    return replace(turn, conversation=replace(turn.conversation, state=state))


def with_evidence(turn: Turn, done: Step) -> Step:
    """Add to a harvest that the answer it is about was heard, and is no longer assumed."""
    nudge = turn.state.nudge
    is_harvest = nudge is not None and nudge.kind == Kind.HARVEST
    if not (is_harvest and nudge and nudge.about and done.written.get(HARVEST)):
        return done
    evidence = heard(turn.office.flow, nudge.about)
    state = replace(done.state, answers=done.state.answers.with_(evidence))
    return replace(done, state=state, written={**done.written, **evidence})


def note(turn: Turn, done: Step) -> None:
    """Note what a step means for the nudge under way and for those to come."""
    if SCHEDULE in done.written:
        take(turn.connection, turn.person, done.state.answers, turn.now)
    if turn.state.nudge and LIVED in turn.state.agenda and LIVED not in done.state.agenda:
        _put(turn, done)


def _put(turn: Turn, done: Step) -> None:
    """Note that the one thing came, unless the nudge was left before it could."""
    ended = any(isinstance(message, Ended) for message in done.messages)
    if done.state.nudge or ended:
        nudges.put(turn.connection, turn.office.ring, turn.person, turn.conversation.id)


def given_in(turn: Turn, written: Mapping[Key, Value]) -> tuple[Key, ...]:
    """Return what counts as said once more, even in the same words: the answers of a nudge."""
    return tuple(written) if turn.state.nudge else ()


def ending(turn: Turn, message: Ended) -> Said:
    """Return the end of a nudge in words."""
    version = turn.conversation.version
    return words.ended(turn.speaker, turn.state, message.nudge, version, has_step=message.has_step)
