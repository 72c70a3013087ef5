"""Sending: the outbox in order, at Telegram's pace, each ending settled by one table of rules."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from telegram.error import TelegramError

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.errors import Outcome, Verdict, outcome_of
from coachbot.channels.telegram.outgoing import DOCUMENT, EDIT, QUESTION, unformatted
from coachbot.channels.telegram.pacing import Pacer
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.meter import Meter, Timed
from coachbot.coach.posting import Ended
from coachbot.coach.tracing import about
from coachbot.errors import SealError
from coachbot.store.outbox import CANCELLED, DEAD, NUDGE, SENT, UNKNOWN, WAITING, Owed, Parcel
from coachbot.texts.said import Attachment

log = logging.getLogger(__name__)

MOST_EDITS: Final = 8
"""How often an edit is made when nobody knows whether it arrived: twice changes no more."""
LONGEST_WAIT: Final = timedelta(minutes=5)
A_NUDGE_WAITS: Final = timedelta(seconds=60)
A_MOMENT: Final = 0.1
"""Seconds; whoever waited longer for a turn is looked up again before the call is made."""
NO_LONGER: Final = "no longer owed"
MOST_TRIES: Final = 8
"""How often a call is made that Telegram says it could not do: for about four minutes."""
MOST_COPIES: Final = 2
"""How often a question may be sent when nobody knows whether it arrived: one copy more."""


@dataclass
class Sender:
    """Makes calls; `stopped` is set when the token is refused, and nothing is sent any more.

    `file_of` makes the file of a parcel for a person, in a thread of its own; `apology` is the
    parcel that is sent when that fails. `is_owed` tells whether a row that was taken still is: a
    person may be erased while it waits for its turn.
    """

    api: Api
    pacer: Pacer
    alarms: Alarms
    now: Callable[[], datetime]
    file_of: Callable[[int, Mapping[str, Any]], Attachment]
    apology: Callable[[int, int], Parcel]
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    meter: Meter = field(default_factory=Meter)
    is_owed: Callable[[int], bool] = lambda _: True

    async def send(self, owed: Owed) -> Ended:
        """Make one call at its turn and return how it ended; never raises."""
        return await self.make(owed, has_waited=await self.turn(owed))

    async def turn(self, owed: Owed) -> bool:
        """Wait for a call's turn; returns whether that took longer than a moment."""
        asked = self.pacer.now()
        await self.pacer.turn(owed.chat)
        await self.pacer.share()
        return self.pacer.now() - asked > A_MOMENT

    async def make(self, owed: Owed, *, has_waited: bool = False) -> Ended:
        """Make one call whose turn it is and return how it ended; never raises."""
        with about(outbox=owed.id):
            ended = await self._tried(owed, has_waited=has_waited)
            log.info("call %s: %s %s", owed.parcel.method, ended.state, ended.reason)
            return ended

    async def _tried(self, owed: Owed, *, has_waited: bool) -> Ended:
        try:
            if has_waited and await self._is_gone(owed):
                return Ended(owed, CANCELLED, reason=NO_LONGER)
            return await self._made(owed)
        except Exception as error:
            log.exception("a call could not be made")
            why = type(error).__name__
            await self.alarms.ring("dead letter", f"outbox row {owed.id}: {why}")
            return Ended(owed, DEAD, reason=why)

    async def be_courteous(self, courtesy: Courtesy) -> None:
        """Make a call that does not matter much: once, and its failure is only noted."""
        await self.pacer.share()
        try:
            await self.api.call(courtesy.method, courtesy.parameters)
        except TelegramError as error:
            log.info("a courtesy failed: %s: %s", courtesy.method, outcome_of(error).description)

    async def _made(self, owed: Owed) -> Ended:
        self.meter.calling()
        try:
            result = await self._call(owed)
        except TelegramError as error:
            return await self._ended(owed, outcome_of(error))
        except Exception:
            if owed.parcel.kind != DOCUMENT:
                raise
            log.exception("a file could not be made")
            return await self._unprinted(owed)
        self.meter.called(owed.parcel.kind, SENT, _date_of(result))
        message_id = result.get("message_id") if isinstance(result, dict) else None
        return Ended(owed, SENT, message_id=message_id)

    async def _call(self, owed: Owed) -> Any:  # noqa: ANN401  whatever the method returns
        parcel = owed.parcel
        if not parcel.method:
            raise SealError("a row does not open with the keys at hand")
        if parcel.kind != DOCUMENT:
            return await self.api.call(parcel.method, parcel.parameters)
        action = {"chat_id": owed.chat, "action": "upload_document"}
        await self.be_courteous(Courtesy("sendChatAction", action))
        with self.meter.timed(Timed.DOCUMENT):
            file = await asyncio.to_thread(self.file_of, owed.person_id, parcel.parameters)
        caption = parcel.parameters["caption"]
        return await self.api.send_file(parcel.method, owed.chat, file, caption)

    async def _is_gone(self, owed: Owed) -> bool:
        return not await asyncio.to_thread(self.is_owed, owed.id)

    async def _unprinted(self, owed: Owed) -> Ended:
        """Tell the person that a file could not be made; their answers are as they were."""
        if await self._is_gone(owed):
            return Ended(owed, CANCELLED, reason=NO_LONGER)
        await self.alarms.ring("printing", f"outbox row {owed.id}: see the log")
        apology = self.apology(owed.person_id, owed.chat)
        return await self._made(replace(owed, parcel=apology))

    async def _ended(self, owed: Owed, verdict: Verdict) -> Ended:
        self.meter.called(owed.parcel.kind, verdict.outcome)
        if verdict.outcome is Outcome.BAD_MARKUP and "parse_mode" in owed.parcel.parameters:
            await self.alarms.ring("markup", f"outbox row {owed.id}: {verdict.description}")
            return await self._made(_plain(owed))
        if verdict.outcome is Outcome.STALE and owed.parcel.kind == EDIT:
            return await self._made(_anew(owed))
        if verdict.outcome is Outcome.WAIT:
            self.pacer.hold(owed.chat, verdict.retry_after or 1)
        if verdict.outcome is Outcome.STOPPED:
            self.stopped.set()
            await self.alarms.ring("token", "Telegram refuses the token; nothing is sent")
        ended = settled(owed, verdict, self.now())
        if ended.state in (DEAD, UNKNOWN) and not ended.is_unreachable:
            await self.alarms.ring("dead letter", f"outbox row {owed.id}: {verdict.description}")
        return ended


def _date_of(result: object) -> datetime | None:
    """Return when Telegram says that it took a message."""
    date = (result.get("edit_date") or result.get("date")) if isinstance(result, dict) else None
    return datetime.fromtimestamp(date, UTC) if isinstance(date, int) else None


def _plain(owed: Owed) -> Owed:
    """Return a text without its formatting: better plain than not at all."""
    parameters = unformatted(dict(owed.parcel.parameters))
    return replace(owed, parcel=replace(owed.parcel, parameters=parameters))


def _anew(owed: Owed) -> Owed:
    """Return a message in place of an edit whose message cannot be edited any more."""
    parameters = {k: v for k, v in owed.parcel.parameters.items() if k != "message_id"}
    parcel = replace(owed.parcel, method="sendMessage", parameters=parameters, kind=QUESTION)
    return replace(owed, parcel=parcel)


def settled(owed: Owed, verdict: Verdict, now: datetime) -> Ended:
    """Return what becomes of a call that raised: the one table of rules, without side effects."""
    why = verdict.description
    match verdict.outcome:
        case Outcome.SENT_ALREADY:
            return Ended(owed, SENT, reason=why)
        case Outcome.WAIT:
            due = now + timedelta(seconds=verdict.retry_after or 1)
            return Ended(owed, WAITING, due, reason=why, is_unsent=True)
        case Outcome.STOPPED | Outcome.CONFLICT:
            return Ended(owed, WAITING, now + LONGEST_WAIT, reason=why, is_unsent=True)
        case Outcome.NOT_SENT:
            return replace(_later(owed, now, why), is_unsent=True)
        case Outcome.FAILED:
            return _failed(owed, now, why)
        case Outcome.AMBIGUOUS:
            return _uncertain(owed, now, why)
        case Outcome.UNREACHABLE:
            return Ended(owed, DEAD, reason=why, is_unreachable=True)
        case Outcome.STALE:
            return Ended(owed, SENT, reason=why)
        case _:
            return Ended(owed, DEAD, reason=why)


def _later(owed: Owed, now: datetime, why: str) -> Ended:
    """Try again what surely did not arrive; an outage is no reason to give a message up."""
    wait = min(timedelta(seconds=2 ** min(owed.attempts - 1, 10)), LONGEST_WAIT)
    return Ended(owed, WAITING, now + wait, reason=why)


def _failed(owed: Owed, now: datetime, why: str) -> Ended:
    """Try again, ever later, what Telegram says it could not do; in the end give it up.

    Strictly speaking such a call may have had its effect. But then an outage of a minute would
    cost everybody their question, while a second copy of a message costs a smile.
    """
    if owed.parcel.kind == DOCUMENT:
        return _uncertain(owed, now, why)
    if owed.attempts >= MOST_TRIES:
        return Ended(owed, DEAD, reason=why)
    wait = min(timedelta(seconds=2**owed.attempts), LONGEST_WAIT)
    return Ended(owed, WAITING, now + wait, reason=why, is_unsent=True)


def interrupted(owed: Owed, now: datetime) -> Ended:
    """Return what becomes of a call whose process ended in the middle of it."""
    ended = _uncertain(owed, now, "the process ended during the call")
    at_once = ended.state == WAITING and owed.parcel.kind != NUDGE
    return replace(ended, due=now) if at_once else ended


def _uncertain(owed: Owed, now: datetime, why: str) -> Ended:
    """Send a question once more, an edit as often as it takes, a document never by itself."""
    if owed.parcel.kind == EDIT and owed.attempts < MOST_EDITS:
        return _later(owed, now, why)
    if owed.parcel.kind == DOCUMENT or owed.copies >= MOST_COPIES:
        return Ended(owed, UNKNOWN, reason=why)
    return Ended(owed, WAITING, again_at(owed, now), reason=why)


def again_at(owed: Owed, now: datetime) -> datetime:
    """Return when a call is made again of which nobody knows whether it was heard.

    A nudge waits longer: whoever says a word in that minute has seen it, and is not sent it again.
    """
    wait = A_NUDGE_WAITS if owed.parcel.kind == NUDGE else timedelta(seconds=owed.copies * 2)
    return now + wait
