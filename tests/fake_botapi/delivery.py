"""How updates reach the bot: it polls, or the server calls its webhook, never both."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.fake_botapi.clock import Clock
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.polling import WEBHOOK_ACTIVE, Polling
from tests.fake_botapi.refusals import Refusal
from tests.fake_botapi.texts import encode
from tests.fake_botapi.updates import UpdateQueue
from tests.fake_botapi.webhook import Webhook

# Takes the parameters and returns the whole answer as JSON; raises Refusal.
Method = Callable[[Parameters], Awaitable[bytes]]


class Delivery:
    def __init__(self, updates: UpdateQueue, clock: Clock) -> None:
        self.polling = Polling(updates, clock)
        self.webhook: Webhook | None = None
        self._updates = updates
        self._clock = clock
        methods: dict[str, Method] = {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
        }
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}

    def spelling(self, name: str) -> str:
        """Return the documented name of a method about delivery, "" for any other."""
        return self._methods.get(name.lower(), ("", None))[0]

    def method(self, name: str) -> Method | None:
        return self._methods.get(name.lower(), ("", None))[1]

    async def stop(self) -> None:
        """Deliver nothing more."""
        if self.webhook:
            await self.webhook.stop()

    async def _get_updates(self, parameters: Parameters) -> bytes:
        if self.webhook:
            raise Refusal(409, WEBHOOK_ACTIVE)
        return b'{"ok":true,"result":' + await self.polling.get_updates(parameters) + b"}"

    async def _set_webhook(self, parameters: Parameters) -> bytes:
        if not parameters.text("url"):
            return await self._delete_webhook(parameters)
        self._updates.allow(parameters.json("allowed_updates"))
        if self.webhook and self.webhook.same(parameters):
            return _done("Webhook is already set")
        webhook = Webhook(parameters, self._updates, self._clock)
        await self._remove(parameters)
        self.polling.interrupt()
        self.webhook = webhook
        webhook.start()
        return _done("Webhook was set")

    async def _delete_webhook(self, parameters: Parameters) -> bytes:
        was_set = await self._remove(parameters)
        return _done("Webhook was deleted" if was_set else "Webhook is already deleted")

    async def _remove(self, parameters: Parameters) -> bool:
        webhook, self.webhook = self.webhook, None
        if webhook:
            await webhook.stop()
        if parameters.flag("drop_pending_updates"):
            self._updates.clear()
        return webhook is not None

    async def _get_webhook_info(self, _parameters: Parameters) -> bytes:
        info: dict[str, Any] = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
            **(self.webhook.info() if self.webhook else {}),
        }
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return encode({"ok": True, "result": info})


def _done(description: str) -> bytes:
    return encode({"ok": True, "result": True, "description": description})
