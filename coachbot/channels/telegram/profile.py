"""What people see of the bot before they write: commands, description, per language."""

import logging
from collections.abc import Iterator

from telegram import BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.errors import outcome_of
from coachbot.texts.library import Library, Words

log = logging.getLogger(__name__)

LONGEST_DESCRIPTION = 512
LONGEST_SHORT = 120
MOST_COMMANDS = 10


async def introduce(api: Api, library: Library) -> None:
    """Set menu and descriptions; the first language also serves where none fits.

    Nothing waits for it, and a failure is only logged: the bot works without.
    """
    first = next(iter(library.languages.values()))
    for language, words in (("", first), *library.languages.items()):
        about = {"language_code": language} if language else {}
        for method, parameters in _calls(words):
            try:
                await api.call(method, parameters | about)
            except TelegramError as error:
                log.warning("%s failed: %s", method, outcome_of(error).description)


def _calls(words: Words) -> Iterator[tuple[str, dict[str, object]]]:
    commands = [
        {"command": command, "description": text}
        for command, text in words.table("commands", "menu").items()
    ]
    scope = BotCommandScopeAllPrivateChats().to_dict()
    yield "setMyCommands", {"commands": commands[:MOST_COMMANDS], "scope": scope}
    description = words.text("commands", "profile", "description")
    yield "setMyDescription", {"description": description[:LONGEST_DESCRIPTION]}
    short = words.text("commands", "profile", "short")
    yield "setMyShortDescription", {"short_description": short[:LONGEST_SHORT]}
