"""The form with python-telegram-bot's ConversationHandler.

`python ptb_form.py` keeps everything in memory; `… 60` writes BENCH_STORE every 60 seconds with
PicklePersistence; `… fill 5000` makes that file for 5,000 people, `… count` counts its answers.
"""

import asyncio
import sys

from form import API, NAMES, QUESTIONS, STORE, THANKS, TOKEN
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    PicklePersistence,
    filters,
)

FIRST_STORED = 1_000_000


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data.clear()
    await update.message.reply_text(QUESTIONS[0])
    return 0


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    at = len(context.user_data)
    context.user_data[NAMES[at]] = update.message.text
    if at + 1 < len(QUESTIONS):
        await update.message.reply_text(QUESTIONS[at + 1])
        return at + 1
    await update.message.reply_text(THANKS)
    return ConversationHandler.END


def conversation(persistent: bool) -> ConversationHandler:
    typed = MessageHandler(filters.TEXT & ~filters.COMMAND, answer)
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={at: [typed] for at in range(len(QUESTIONS))},
        fallbacks=[CommandHandler("start", start)],
        name="form",
        persistent=persistent,
    )


def run(seconds: float | None) -> None:
    builder = Application.builder().token(TOKEN).base_url(f"{API}/bot")
    if seconds is not None:
        builder = builder.persistence(PicklePersistence(STORE, update_interval=seconds))
    application = builder.build()
    application.add_handler(conversation(seconds is not None))
    application.run_polling()


def stored() -> PicklePersistence:
    persistence = PicklePersistence(STORE, on_flush=True)
    persistence.set_bot(ExtBot(TOKEN))
    return persistence


async def fill(people: int) -> None:
    persistence = stored()
    await persistence.get_bot_data()
    await persistence.get_chat_data()
    await persistence.get_callback_data()
    await persistence.get_conversations("form")
    told = "Eine Bäckerei in der dritten Generation, Brot und Semmeln ab fünf Uhr früh."
    for person in range(FIRST_STORED, FIRST_STORED + people):
        await persistence.update_user_data(person, dict.fromkeys(NAMES, told))
    await persistence.flush()


async def count() -> int:
    people = await stored().get_user_data()
    return sum(len(answers) for answers in people.values())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", people]:
            asyncio.run(fill(int(people)))
        case ["count"]:
            print(asyncio.run(count()))
        case [seconds]:
            run(float(seconds))
        case _:
            run(None)
