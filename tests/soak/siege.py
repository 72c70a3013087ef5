"""A siege: people write, the bot is killed again and again, and afterwards everything is counted.

Everybody sends their answers without waiting for the questions, a few people's at a time between
two kills, so that every kill meets work on the road.
"""

import asyncio
import random
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field

from tests.fake_botapi import FakeBotApi, Person

ANSWERS = 10
PATIENCE = 60
REST = 1.5
"""Seconds, at most, that a bot is left in peace after some work, before it is killed."""

Start = Callable[[int], Awaitable[Process]]
"""Starts a bot before the n-th kill; it may have its end built in."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What a siege left.

    `at_points` are the kills at a named point of the road. `copies` counts messages of the bot
    that stand in a chat more than once, `most_copies` how often at most one does.
    """

    sent: int
    kills: int
    at_points: int
    lost: int
    doubled: int
    copies: int
    most_copies: int


@dataclass
class Siege:
    """`people` write ten answers each, spread evenly over `kills` kills.

    A bot that `ends_itself` is waited for; any other is killed at a random moment. `offers` are
    texts that are no copies of each other: each stands for another file or question.
    """

    api: FakeBotApi
    start: Start
    people: int
    kills: int
    rest: float = REST
    ends_itself: bool = False
    seed: int = 1
    offers: Collection[str] = ()
    struck: int = 0
    by_itself: int = 0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.crowd = [
            self.api.person(first_name=f"Person {n}", language_code="de")
            for n in range(self.people)
        ]

    def texts(self) -> Iterator[tuple[Person, str]]:
        """Yield what is written, in its order: everybody's greeting, then their answers."""
        for place, person in enumerate(self.crowd):
            yield person, "/start"
            for n in range(ANSWERS):
                yield person, answer(place, n)

    async def runs(self, settled: Callable[[], bool]) -> None:
        """Besiege; afterwards let a bot work in peace until `settled` says that all is done."""
        texts = list(self.texts())
        size = -(-len(texts) // self.kills)
        for kill in range(self.kills):
            for person, text in texts[kill * size : (kill + 1) * size]:
                await person.sends(text)
            bot = await self.start(kill)
            await self._strikes(bot)
        bot = await self.start(-1)
        try:
            await _until(settled)
        finally:
            bot.terminate()
            await bot.wait()

    async def _strikes(self, bot: Process) -> None:
        ended = asyncio.ensure_future(bot.wait())
        try:
            async with asyncio.timeout(PATIENCE):
                await (asyncio.wait({ended}) if self.ends_itself else self._lets_work(ended))
        finally:
            self.by_itself += ended.done()
            if not ended.done():
                bot.kill()
            await ended
        self.struck += 1

    async def _lets_work(self, ended: asyncio.Future[int]) -> None:
        calls = self.api.calls.count + self._chance.randint(3, 40)
        while not ended.done() and self.api.calls.count < calls and not self._is_idle():
            await asyncio.wait({ended}, timeout=0.05)
        await asyncio.wait({ended}, timeout=self._chance.uniform(0, self.rest))

    def _is_idle(self) -> bool:
        return self.api.is_polled and not len(self.api.updates)

    def losses(self, kept: Counter[str]) -> Losses:
        """Compare what was written with `kept`: every stored text, as often as it is stored."""
        expected = [answer(place, n) for place in range(self.people) for n in range(ANSWERS)]
        shown = [_shown(person, self.offers) for person in self.crowd]
        return Losses(
            sent=len(expected),
            kills=self.struck,
            at_points=self.by_itself,
            lost=sum(not kept[text] for text in expected),
            doubled=sum(kept[text] > 1 for text in expected),
            copies=sum(sum(seen.values()) - len(seen) for seen in shown),
            most_copies=max(max(seen.values(), default=0) for seen in shown),
        )


def answer(place: int, n: int) -> str:
    return f"Am Dienstag um {n + 7} Uhr holt Kundin {place} das bestellte Brot Nummer {n} ab."


def _shown(person: Person, offers: Collection[str]) -> Counter[str]:
    told = (message.text for message in person.messages if message.by_bot)
    return Counter(text for text in told if text not in offers)


async def _until(settled: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE * 5):
        while not settled():  # noqa: ASYNC110  another process has no event for us
            await asyncio.sleep(0.2)
