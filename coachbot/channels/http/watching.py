"""`/healthz` and `/metrics`, for a port that only the operator's own machines reach."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coachbot.channels.http.health import Signs, is_ready, judged
from coachbot.channels.http.metrics import CONTENT_TYPE_LATEST, Metrics
from coachbot.errors import StoreError
from coachbot.store.vitals import Vitals

DATABASE_SECONDS: Final = 5.0
GUARD_SECONDS: Final = 30.0
OK, UNAVAILABLE = 200, 503

Ring = Callable[[str, str], Awaitable[None]]
Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True)
class Watch:
    """Looks at a bot that runs. `vitals` asks the database, `free_disk` the disk."""

    metrics: Metrics
    vitals: Callable[[], Awaitable[Vitals]]
    free_disk: Callable[[], float | None]
    started_at: datetime
    polls: bool = True
    patience: float = DATABASE_SECONDS

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/healthz", self.health), Route("/metrics", self.measures)])

    async def health(self, _: Request) -> Response:
        """Answer 200 when every check is ok, else 503; each check in JSON."""
        checks = judged(await self.signs())
        ready = is_ready(checks)
        told = {"ready": ready, "checks": {name: asdict(one) for name, one in checks.items()}}
        return JSONResponse(told, OK if ready else UNAVAILABLE)

    async def measures(self, _: Request) -> Response:
        signs = await self.signs()
        text = self.metrics.text(signs.vitals, judged(signs))
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def guard(self, ring: Ring, sleep: Sleep = asyncio.sleep) -> None:
        """Tell the operator what has been red twice in a row, once until it is well again."""
        red, told = set[str](), set[str]()
        while True:
            await sleep(GUARD_SECONDS)
            checks = judged(await self.signs())
            red_before, red = red, {name for name, check in checks.items() if not check.ok}
            for name in sorted(red & red_before - told):
                await ring("health", f"{name}: {checks[name].says}")
            told = red & (told | red_before)

    async def signs(self) -> Signs:
        vitals, why = await self._asked()
        return Signs(
            now=self.metrics.now(),
            started_at=self.started_at,
            polls=self.polls,
            vitals=vitals,
            database=why,
            unanswered_since=self.metrics.unanswered_since,
            ahead=self.metrics.ahead,
            is_token_refused=self.metrics.is_token_refused,
            free_disk=self.free_disk(),
        )

    async def _asked(self) -> tuple[Vitals | None, str]:
        """Ask the database, but not for long: a stuck one must not hide that it is stuck."""
        try:
            async with asyncio.timeout(self.patience):
                return await self.vitals(), ""
        except TimeoutError:
            return None, f"no answer in {self.patience:.0f} s"
        except StoreError as error:
            return None, str(error)
