"""What is told to whoever watches the road."""

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from coachbot.coach.meter import UNTIMED, Meter, Timed
from tests.telegram.wire import Wire


@dataclass
class Counting(Meter):
    updates: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)

    def arrived(self, kind: str) -> None:
        self.updates[kind] += 1

    def timed(self, what: Timed) -> AbstractContextManager[object]:
        self.times[what] += 1
        return UNTIMED


async def test_updates_are_counted_by_kind_and_every_event_is_timed(light: Wire) -> None:
    meter = Counting()
    light.road = replace(light.road, meter=meter)
    anna = light.person()
    for text in ("/start", "Bäckerei", "Brot für Leute, die im Dorf wohnen", "alle"):
        await anna.sends(text)
    light.runs()
    await light.taps(anna, "Privatleute")
    light.receive({"update_id": 5_000_000, "thought": {}})
    assert meter.updates == {"message": 4, "callback_query": 1, "thought": 1}
    assert meter.times[Timed.ANSWER] == 5
    assert 2 <= meter.times[Timed.COMMIT] <= 4, "a round that finds nothing is one, too"
