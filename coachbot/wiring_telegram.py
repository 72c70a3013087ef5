"""Wiring the bot: settings in, a running Telegram bot out."""

import asyncio
import gc
import hmac
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from coachbot.channels.telegram.alarms import Alarms, InPassing
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.bot import TelegramBot
from coachbot.channels.telegram.clock import Clock
from coachbot.channels.telegram.errors import outcome_of
from coachbot.channels.telegram.incoming import CHANNEL, Reader
from coachbot.channels.telegram.outgoing import attachment_of, carry, parcel_of, present
from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.profile import introduce
from coachbot.channels.telegram.receiving import Poller
from coachbot.channels.telegram.request import AiohttpRequest
from coachbot.channels.telegram.sending import Sender
from coachbot.coach import Coach
from coachbot.coach.bubbles import Bubbles
from coachbot.coach.gate import Gate
from coachbot.coach.meter import Meter
from coachbot.coach.posting import Post
from coachbot.coach.presence import Presence
from coachbot.coach.road import Road
from coachbot.coach.tidying import Tidying
from coachbot.coach.timekeeping import Timekeeper
from coachbot.errors import SettingsError
from coachbot.flow.replies import command_in
from coachbot.logs import set_up_logs
from coachbot.settings import Settings
from coachbot.store.leases import own_name
from coachbot.store.outbox import Parcel
from coachbot.texts.said import Attachment, Order
from coachbot.wiring import coach_of, place
from coachbot.wiring_http import watched


def run_bot(settings: Settings) -> None:
    """Run until stopped; raises SettingsError for a missing or refused token."""
    if settings.telegram_token is None:
        raise SettingsError("COACHBOT_TELEGRAM_TOKEN: missing; BotFather gives you one")
    token = settings.telegram_token.get_secret_value()
    set_up_logs(settings.log_level, settings.log_format, token)
    coach = coach_of(settings, telegram=True)
    print(place(settings), file=sys.stderr)  # noqa: T201  the operator wants to know where
    asyncio.run(_run(settings, token, coach))


async def _run(settings: Settings, token: str, coach: Coach) -> None:
    request, polling = AiohttpRequest(read_timeout=25), AiohttpRequest(connection_pool_size=1)
    base = f"{settings.telegram_api_url.rstrip('/')}/bot"
    try:
        bot = Bot(token, base_url=base, request=request, get_updates_request=polling)
        await bot.initialize()
    except InvalidToken:
        raise SettingsError("COACHBOT_TELEGRAM_TOKEN: Telegram refuses this token") from None
    except TelegramError as error:
        why = outcome_of(error).description
        raise SettingsError(f"COACHBOT_TELEGRAM_API_URL: no answer: {why}") from None
    api = Api(bot, request)
    introduction = asyncio.create_task(introduce(api, coach.office.library))
    gc.freeze()  # what is loaded by now stays: no need to look through it for garbage ever again
    try:
        async with watched(settings, coach.database, utc_now) as (meter, guard):
            made = assembled(settings, coach, api, Api(bot, polling), meter)
            guarding = asyncio.create_task(guard(made.alarms.ring), name="guard")
            try:
                await made.run()
            finally:
                guarding.cancel()
    finally:
        introduction.cancel()
        await bot.shutdown()
        coach.database.close()


def assembled(
    settings: Settings, coach: Coach, api: Api, polling: Api, meter: Meter
) -> TelegramBot:
    """Return the bot with everything it needs; nothing runs yet."""
    alarms = _alarms(settings, api, meter)
    holder, chat_rests = own_name(), timedelta(seconds=settings.chat_seconds)
    post = Post(coach, parcel_of, holder, chat_rests)
    sender = _sender(settings, coach, api, alarms, meter, post)
    timekeeper = Timekeeper(coach, CHANNEL, carry, max(1, round(settings.sends_a_second)))
    return TelegramBot(
        _road(settings, coach, meter),
        post,
        sender,
        Presence(coach.database, holder, polls=not settings.webhook_url),
        receiving(settings, api, polling),
        alarms,
        utc_now,
        Tidying(post, timedelta(days=settings.retention_days)),
        lambda bot: Clock(
            timekeeper, utc_now, alarms, bot.store, bot.dispatch.owed, sender.stopped
        ),
    )


def _alarms(settings: Settings, api: Api, meter: Meter) -> Alarms:
    async def tell(text: str) -> None:
        try:
            await api.call("sendMessage", {"chat_id": settings.operator_chat, "text": text})
        except TelegramError:
            return

    return Alarms(time.monotonic, InPassing(tell) if settings.operator_chat else None, meter)


def _road(settings: Settings, coach: Coach, meter: Meter) -> Road:
    flow, reader = coach.office.flow, Reader(coach.office.library)
    bubbles = Bubbles(
        timedelta(seconds=settings.bubble_seconds),
        lambda text: command_in(flow, text.strip()) is not None,
    )
    gate = Gate(reader.turned_away, settings.allowed_users, settings.messages_a_minute)
    return Road(coach, reader.read, present, bubbles, meter, gate)


def _sender(
    settings: Settings, coach: Coach, api: Api, alarms: Alarms, meter: Meter, post: Post
) -> Sender:
    pacer = Pacer(
        time.monotonic, overall=settings.sends_a_second, chat_seconds=settings.chat_seconds
    )

    def file_of(person_id: int, parameters: Mapping[str, Any]) -> Attachment:
        carried = attachment_of(parameters)
        if isinstance(carried, Order):
            return coach.printed(person_id, carried, utc_now())
        return carried

    def apology(person_id: int, chat: int) -> Parcel:
        return parcel_of(chat, coach.apology(person_id))

    return Sender(api, pacer, alarms, utc_now, file_of, apology, meter=meter, is_owed=post.is_owed)


def receiving(
    settings: Settings, api: Api, polling: Api
) -> Callable[[TelegramBot], Coroutine[Any, Any, None]]:
    """Return what receives for a bot: a webhook if there is one, else a long poll."""
    if not settings.webhook_url:
        return lambda bot: Poller(polling, bot.keep, bot.arrived, bot.alarms).run()
    from coachbot.channels.http.serving import listening
    from coachbot.channels.telegram.webhook import Door, Together, Webhook

    url, at = settings.webhook_url, listening("WEBHOOK_LISTEN", settings.webhook_listen)
    secret = webhook_secret(settings)

    def door(bot: TelegramBot) -> Coroutine[Any, Any, None]:
        keep = Together(bot.keep).keep
        webhook = Webhook(secret, keep, bot.put_aside, bot.arrived, bot.alarms)
        return Door(webhook, api, url, urlsplit(url).path, at).run()

    return door


def webhook_secret(settings: Settings) -> str:
    """Return what Telegram has to say to the webhook; every replica makes the same of the token."""
    if settings.webhook_secret:
        return settings.webhook_secret.get_secret_value()
    assert settings.telegram_token
    token = settings.telegram_token.get_secret_value().encode()
    return hmac.new(token, b"webhook", "sha256").hexdigest()


def utc_now() -> datetime:
    return datetime.now(UTC)
