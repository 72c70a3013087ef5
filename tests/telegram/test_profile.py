"""What people read of the bot before they write."""

import pytest

from coachbot.channels.telegram.profile import (
    LONGEST_DESCRIPTION,
    LONGEST_SHORT,
    MOST_COMMANDS,
    introduce,
)
from coachbot.flow.questions import Flow
from coachbot.flow.replies import command_in
from coachbot.texts.library import Library
from tests.fake_botapi import FakeBotApi, error
from tests.fake_botapi.limits import DESCRIPTION, SHORT_DESCRIPTION
from tests.telegram.calling import calling

SCOPE = '{"type": "all_private_chats"}'


@pytest.fixture
async def telegram(library: Library) -> FakeBotApi:
    async with FakeBotApi() as telegram, calling(telegram) as api:
        await introduce(api, library)
    return telegram


async def test_telegram_takes_all_of_it(telegram: FakeBotApi) -> None:
    assert {call.status for call in telegram.calls} == {200}


@pytest.mark.parametrize(("shown", "language"), [("", "de"), ("de", "de"), ("en", "en")])
async def test_menu_and_descriptions_in_every_language(
    telegram: FakeBotApi, library: Library, shown: str, language: str
) -> None:
    words = library.languages[language]
    menu, profile = words.table("commands", "menu"), words.table("commands", "profile")
    commands = telegram.profile.commands[SCOPE, shown]
    assert {one["command"]: one["description"] for one in commands} == dict(menu)
    assert telegram.profile.description[shown] == profile["description"]
    assert telegram.profile.short_description[shown] == profile["short"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_cut_off(library: Library, language: str) -> None:
    words = library.languages[language]
    menu, profile = words.table("commands", "menu"), words.table("commands", "profile")
    assert len(menu) <= MOST_COMMANDS
    assert len(profile["description"]) <= LONGEST_DESCRIPTION == DESCRIPTION
    assert len(profile["short"]) <= LONGEST_SHORT == SHORT_DESCRIPTION


def test_every_command_of_the_menu_exists(library: Library, flow: Flow) -> None:
    for words in library.languages.values():
        for command in words.table("commands", "menu"):
            found = command_in(flow, f"/{command}")
            assert found
            assert found.name == command


async def test_the_bot_works_though_telegram_takes_none_of_it(library: Library) -> None:
    async with FakeBotApi() as telegram, calling(telegram) as api:
        telegram.faults.on("setMy*", error(429, retry_after=300), times=4)
        await introduce(api, library)
        assert len(telegram.calls) == 9
        assert telegram.profile.description == {
            language: library.languages[language].text("commands", "profile", "description")
            for language in ("de", "en")
        }
