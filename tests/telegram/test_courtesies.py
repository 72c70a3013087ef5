"""Courtesies go beside everything else, and give way to it."""

import asyncio

from coachbot.channels.telegram.courtesies import MOST_AT_ONCE, Courtesies
from coachbot.coach.arrivals import Courtesy

TIDY = Courtesy("editMessageText", {})
ACKNOWLEDGE = Courtesy("answerCallbackQuery", {})


class Door:
    """Lets courtesies begin, and end once it is opened."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.opened = asyncio.Event()

    async def make(self, courtesy: Courtesy) -> None:
        self.begun.append(courtesy.method)
        await self.opened.wait()


async def test_while_there_is_much_to_do_nothing_is_tidied_but_taps_are_acknowledged() -> None:
    door = Door()
    courtesies = Courtesies(door.make)
    courtesies.begin([TIDY] * (MOST_AT_ONCE + 5))
    courtesies.begin([ACKNOWLEDGE, TIDY])
    await asyncio.sleep(0)
    assert door.begun == [TIDY.method] * MOST_AT_ONCE + [ACKNOWLEDGE.method]
    door.opened.set()
    await courtesies.end()
    courtesies.begin([TIDY])
    await courtesies.end()
    assert door.begun[-1] == TIDY.method


async def test_what_does_not_end_is_let_go() -> None:
    door = Door()
    courtesies = Courtesies(door.make, last_seconds=0)
    courtesies.begin([ACKNOWLEDGE])
    [task] = courtesies._under_way
    await courtesies.end()
    await asyncio.wait({task})
    assert task.cancelled()
