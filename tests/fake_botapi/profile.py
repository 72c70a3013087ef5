"""The methods about the bot itself: commands, descriptions, menu button."""

import json
import re
from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.refusals import bad_request

Command = dict[str, str]

_LANGUAGE = re.compile(r"(?:[a-z]{2})?\Z")
_COMMAND = re.compile(r"[a-z0-9_]+\Z")


class Profile:
    """What people read about the bot, by language; "" is for everybody else."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, str], list[Command]] = {}
        self.description: dict[str, str] = {}
        self.short_description: dict[str, str] = {}
        self.menu_button: dict[int, Any] = {}

    def set_my_commands(self, parameters: Parameters) -> bool:
        commands = [_command(value) for value in parameters.objects("commands")]
        if len(commands) > limits.COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[_scope(parameters), _language(parameters)] = commands
        return True

    def get_my_commands(self, parameters: Parameters) -> list[Command]:
        return self.commands.get((_scope(parameters), _language(parameters)), [])

    def delete_my_commands(self, parameters: Parameters) -> bool:
        self.commands.pop((_scope(parameters), _language(parameters)), None)
        return True

    def set_my_description(self, parameters: Parameters) -> bool:
        text = _short(parameters.text("description"), limits.DESCRIPTION)
        self.description[_language(parameters)] = text
        return True

    def get_my_description(self, parameters: Parameters) -> dict[str, str]:
        return {"description": self.description.get(_language(parameters), "")}

    def set_my_short_description(self, parameters: Parameters) -> bool:
        text = _short(parameters.text("short_description"), limits.SHORT_DESCRIPTION)
        self.short_description[_language(parameters)] = text
        return True

    def get_my_short_description(self, parameters: Parameters) -> dict[str, str]:
        return {"short_description": self.short_description.get(_language(parameters), "")}

    def set_chat_menu_button(self, parameters: Parameters) -> bool:
        button = parameters.object("menu_button") or {"type": "default"}
        if button.get("type") not in ("default", "commands", "web_app"):
            raise bad_request("can't parse menu button: MenuButton has unsupported type")
        self.menu_button[parameters.integer("chat_id")] = button
        return True

    def get_chat_menu_button(self, parameters: Parameters) -> Any:
        return self.menu_button.get(parameters.integer("chat_id"), {"type": "default"})


def _command(value: dict[str, Any]) -> Command:
    for name in ("command", "description"):
        if name not in value:
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command = str(value["command"]).strip().removeprefix("/")
    description = str(value["description"]).strip()
    _check_command(command, description)
    return {"command": command, "description": description}


def _check_command(command: str, description: str) -> None:
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > limits.COMMAND:
        raise bad_request(f"command length must not exceed {limits.COMMAND}")
    if not _COMMAND.match(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > limits.COMMAND_DESCRIPTION:
        most = limits.COMMAND_DESCRIPTION
        raise bad_request(f"command description length must not exceed {most}")


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if not _LANGUAGE.match(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(parameters: Parameters) -> str:
    return json.dumps(parameters.object("scope") or {"type": "default"}, sort_keys=True)


def _short(text: str, most: int) -> str:
    """Refuse a text that is too long; the length is documented, the code is our guess."""
    if len(text) > most:
        raise bad_request("DESCRIPTION_TOO_LONG")
    return text
