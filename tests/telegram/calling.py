"""The bot's calls against the fake Bot API in the same loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from telegram import Bot

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.request import AiohttpRequest
from tests.fake_botapi import TOKEN, FakeBotApi


@asynccontextmanager
async def calling(telegram: FakeBotApi, token: str = TOKEN) -> AsyncIterator[Api]:
    async with AiohttpRequest() as request:
        base = f"{telegram.base_url}/bot"
        bot = Bot(token, base_url=base, request=request, get_updates_request=request)
        yield Api(bot, request)


@dataclass
class Bell:
    """Hears every alarm; none is too soon after the last."""

    rung: list[str] = field(default_factory=list)
    alarms: Alarms = field(init=False)

    def __post_init__(self) -> None:
        times = iter(range(0, 10**9, 3600))
        self.alarms = Alarms(lambda: next(times), self._tell)

    @property
    def kinds(self) -> list[str]:
        return [text.removeprefix("⚠ ").split(":")[0] for text in self.rung]

    async def _tell(self, text: str) -> None:
        self.rung.append(text)
