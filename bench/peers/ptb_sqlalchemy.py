"""The form with python-telegram-bot, every answer stored by SQLAlchemy's asyncio over aiosqlite.

`python ptb_sqlalchemy.py` runs it; `… count` counts the answers in BENCH_STORE.
"""

import asyncio
import sys
from typing import Any

from form import API, NAMES, QUESTIONS, STORE, THANKS, TOKEN
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)


class Base(DeclarativeBase):
    pass


class Answer(Base):
    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(index=True)
    question: Mapped[str]
    text: Mapped[str]


engine = create_async_engine(f"sqlite+aiosqlite:///{STORE}")
session_of = async_sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "connect")
def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  sqlite3's own connection
    connection.execute("PRAGMA journal_mode=WAL")


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data["at"] = 0
    await update.message.reply_text(QUESTIONS[0])
    return 0


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    at = context.user_data["at"]
    async with session_of() as session:
        person = update.effective_user.id
        session.add(Answer(person=person, question=NAMES[at], text=update.message.text))
        await session.commit()
    context.user_data["at"] = at + 1
    if at + 1 < len(QUESTIONS):
        await update.message.reply_text(QUESTIONS[at + 1])
        return at + 1
    await update.message.reply_text(THANKS)
    return ConversationHandler.END


async def prepare_tables(_: Application) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


def run() -> None:
    builder = Application.builder().token(TOKEN).base_url(f"{API}/bot")
    application = builder.post_init(prepare_tables).build()
    typed = MessageHandler(filters.TEXT & ~filters.COMMAND, answer)
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={at: [typed] for at in range(len(QUESTIONS))},
            fallbacks=[CommandHandler("start", start)],
        )
    )
    application.run_polling()


async def count() -> int:
    async with session_of() as session:
        stored = await session.scalar(select(func.count()).select_from(Answer))
    return stored or 0


if __name__ == "__main__":
    if sys.argv[1:] == ["count"]:
        print(asyncio.run(count()))
    else:
        run()
