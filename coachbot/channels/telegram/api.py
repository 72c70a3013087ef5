"""Calls of the Bot API: JSON through the request object, files through the library's `Bot`."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from telegram import Bot

from coachbot.channels.telegram.request import AiohttpRequest

SEND_SECONDS: Final = 25.0
"""Long, because an answer that is lost cannot be told from one that never came."""


@dataclass(frozen=True)
class Api:
    """One bot's methods; raises `telegram.error.TelegramError`."""

    bot: Bot
    request: AiohttpRequest

    async def call(
        self, method: str, parameters: Mapping[str, Any], seconds: float = SEND_SECONDS
    ) -> Any:  # noqa: ANN401  whatever the method returns
        return await self.request.call(
            f"{self.bot.base_url}/{method}", parameters, read_timeout=seconds, pool_timeout=seconds
        )

    async def send_document(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Upload a file; `parameters["file"]` has its name, and its content in base64."""
        message = await self.bot.send_document(
            parameters["chat_id"],
            document=base64.b64decode(parameters["file"]["content"]),
            filename=parameters["file"]["name"],
            caption=parameters["caption"],
            parse_mode="HTML",
            read_timeout=SEND_SECONDS,
        )
        return {"message_id": message.message_id}
