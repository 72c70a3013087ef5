"""The web server that lives in the bot's loop."""

import asyncio
import signal

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from coachbot.channels.http.serving import listening, serving
from coachbot.errors import SettingsError


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def test_it_answers_while_the_block_lasts_and_not_after() -> None:
    at = listening("HEALTH_LISTEN", "127.0.0.1:0")
    url = f"http://127.0.0.1:{at.getsockname()[1]}/"
    async with aiohttp.ClientSession() as client:
        async with serving(Starlette(routes=[Route("/", hello)]), at):
            answer = await client.get(url)
            assert await answer.text() == "hello"
            assert "server" not in answer.headers
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(url)


async def test_signals_stay_those_of_the_bot() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with serving(Starlette(), listening("HEALTH_LISTEN", "127.0.0.1:0")):
        await asyncio.sleep(0)
        assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    "place", ["127.0.0.1:x", "127.0.0.1", "127.0.0.1:70000", "nowhere.invalid:1"]
)
def test_a_place_that_cannot_be_is_one_line_that_names_the_setting(place: str) -> None:
    with pytest.raises(SettingsError, match=f"COACHBOT_HEALTH_LISTEN: {place}"):
        listening("HEALTH_LISTEN", place)


def test_a_place_that_is_taken_is_told() -> None:
    with listening("HEALTH_LISTEN", "127.0.0.1:0") as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match="in use"):
            listening("HEALTH_LISTEN", place)
