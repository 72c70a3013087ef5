"""The form with aiogram: its finite state machine, everything in memory."""

import asyncio

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from form import API, NAMES, QUESTIONS, THANKS, TOKEN


class Form(StatesGroup):
    answering = State()


dispatcher = Dispatcher(storage=MemoryStorage())


@dispatcher.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Form.answering)
    await state.set_data({"at": 0})
    await message.answer(QUESTIONS[0])


@dispatcher.message(Form.answering, F.text)
async def answer(message: Message, state: FSMContext) -> None:
    at = (await state.get_data())["at"]
    await state.update_data({NAMES[at]: message.text, "at": at + 1})
    if at + 1 < len(QUESTIONS):
        await message.answer(QUESTIONS[at + 1])
        return
    await state.set_state(None)
    await message.answer(THANKS)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(API))
    await dispatcher.start_polling(Bot(TOKEN, session=session))


if __name__ == "__main__":
    asyncio.run(main())
