"""What people see of the bot before they write: commands, description, per language."""

from collections.abc import Iterator

from telegram import BotCommandScopeAllPrivateChats

from coachbot.channels.telegram.api import Api
from coachbot.texts.library import Library, Words

LONGEST_DESCRIPTION = 512
LONGEST_SHORT = 120
MOST_COMMANDS = 10


async def introduce(api: Api, library: Library) -> None:
    """Set menu and descriptions; the first language also serves where none fits."""
    first = next(iter(library.languages.values()))
    for language, words in (("", first), *library.languages.items()):
        for method, parameters in _calls(words):
            about = {"language_code": language} if language else {}
            await api.call(method, parameters | about)


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
