"""Calls of the Bot API: JSON through the request object, files through the library's `Bot`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from telegram import Bot

from coachbot.channels.telegram.request import AiohttpRequest
from coachbot.texts.said import Attachment

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

    async def send_file(
        self, method: str, chat: int, file: Attachment, caption: str
    ) -> dict[str, Any]:
        """Upload a file by sendDocument or sendPhoto."""
        send = self.bot.send_photo if method == "sendPhoto" else self.bot.send_document
        message = await send(
            chat,
            file.content,
            filename=file.name,
            caption=caption,
            parse_mode="HTML",
            read_timeout=SEND_SECONDS,
        )
        return {"message_id": message.message_id}
