"""The Bot API without a network: calls go straight to the fake cloud, or fail as told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from coachbot.channels.telegram.errors import PoolTimeoutError
from coachbot.channels.telegram.outgoing import parcel_of
from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.sending import Sender
from coachbot.texts.said import Attachment
from tests.fake_botapi.methods import Method
from tests.fake_botapi.parameters import Parameters, Upload
from tests.fake_botapi.refusals import Refusal
from tests.telegram.calling import Bell
from tests.telegram.wire import Wire

if TYPE_CHECKING:
    from coachbot.channels.telegram.api import Api


class Killed(BaseException):
    """The process ends here."""


SECONDS: Final = 7


def not_sent() -> TelegramError:
    error = TimedOut()
    error.__cause__ = PoolTimeoutError()
    return error


BEFORE: Final[Mapping[str, Callable[[], BaseException]]] = {
    "too_many": lambda: RetryAfter(SECONDS),
    "bad_gateway": lambda: NetworkError("Bad Gateway"),
    "not_sent": not_sent,
    "killed_before": Killed,
}
AFTER: Final[Mapping[str, Callable[[], BaseException]]] = {
    "answer_lost": TimedOut,
    "killed_after": Killed,
}
FAULTS: Final = (*BEFORE, *AFTER)


@dataclass
class Direct:
    """Stands in for `Api`; `fault` strikes the next message or edit, `made` counts those made."""

    methods: Mapping[str, Method]
    fault: str = ""
    made: int = 0
    refused: list[str] = field(default_factory=list)

    async def call(self, method: str, parameters: Mapping[str, Any], seconds: float = 0) -> Any:
        if method in ("sendChatAction", "answerCallbackQuery"):
            return self._made(method, Parameters(parameters))
        return self._struck(method, Parameters(parameters))

    async def send_file(
        self, method: str, chat: int, file: Attachment, caption: str
    ) -> dict[str, Any]:
        part = method.removeprefix("send").lower()
        parameters = {"chat_id": chat, "caption": caption, "parse_mode": "HTML"}
        files = {part: Upload(file.name, file.content, "")}
        message = self._struck(method, Parameters(parameters, files))
        return {"message_id": message["message_id"]}

    def _struck(self, method: str, parameters: Parameters) -> Any:
        fault, self.fault = self.fault, ""
        _raise(BEFORE.get(fault))
        result = self._made(method, parameters)
        self.made += 1
        _raise(AFTER.get(fault))
        return result

    def _made(self, method: str, parameters: Parameters) -> Any:
        try:
            return self.methods[method](parameters)
        except Refusal as refusal:
            self.refused.append(f"{method}: {refusal.description}")
            raise (Forbidden if refusal.status == 403 else BadRequest)(
                refusal.description.partition(": ")[2]
            ) from None


def _raise(error_of: Callable[[], BaseException] | None) -> None:
    if error_of:
        raise error_of()


def sender_on(api: Direct, wire: Wire, bell: Bell) -> Sender:
    """Return a sender that waits for nothing and makes its calls directly."""
    seconds = iter(range(0, 10**9, 3600))
    return Sender(
        cast("Api", api),
        Pacer(lambda: next(seconds), overall=1e9),
        bell.alarms,
        lambda: wire.now,
        lambda _person, _parameters: Attachment("datei.pdf", b"%PDF"),
        lambda person, chat: parcel_of(chat, wire.coach.apology(person)),
        is_owed=wire.post.is_owed,
    )
