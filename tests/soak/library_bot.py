"""The same ten questions as python-telegram-bot offers them: its polling, its PicklePersistence.

For comparison only. `python -m tests.soak.library_bot TOKEN BASE_URL FILE`
"""

import sys
from typing import Any, Final

from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    PicklePersistence,
    filters,
)

QUESTIONS: Final = 10
Context = ContextTypes.DEFAULT_TYPE


def main() -> None:
    token, base_url, file = sys.argv[1:]
    kept = PicklePersistence(file, PersistenceInput(bot_data=False), update_interval=1)
    application = Application.builder().token(token).base_url(base_url).persistence(kept).build()
    application.add_handler(_conversation())
    application.run_polling()


def _conversation() -> ConversationHandler[Context]:
    asked: dict[object, list[Any]] = {
        n: [MessageHandler(filters.TEXT & ~filters.COMMAND, _answered)] for n in range(QUESTIONS)
    }
    return ConversationHandler(
        entry_points=[CommandHandler("start", _started)],
        states=asked,
        fallbacks=[],
        name="ten questions",
        persistent=True,
    )


async def _started(update: Update, context: Context) -> int:
    assert context.user_data is not None
    context.user_data["answers"] = []
    return await _ask(update, 0)


async def _answered(update: Update, context: Context) -> int:
    assert context.user_data is not None
    assert update.message
    answers: list[str] = context.user_data["answers"]
    answers.append(update.message.text or "")
    return await _ask(update, len(answers))


async def _ask(update: Update, number: int) -> int:
    assert update.message
    await update.message.reply_text(f"Frage {number + 1}?" if number < QUESTIONS else "Danke!")
    return number if number < QUESTIONS else ConversationHandler.END


if __name__ == "__main__":
    main()
