"""Updates broken on purpose: parts of valid ones, of every kind, are dropped, exchanged, added.

Made from a seed and not by Hypothesis, so that a hundred thousand of them take a minute or two.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.fake_botapi import Person
from tests.telegram.updates import ANNA, DATE, PRIVATE, WHOLE, edited, tap, text

Json = dict[str, Any]

DEEPEST: Final = 12
"""How far down a mutation goes; what is nested deeper is left as it is."""
_ANNAS: Final = f'"id": {ANNA["id"]}'
_TEMPLATES: Final = tuple(json.dumps(update) for update in WHOLE)


def _nested(depth: int) -> str:
    return '{"a": [' * depth + "1" + "]}" * depth


WORDS: Final = (
    *("", " \n ", "x", "weiß nicht", "Ehrlichkeit, Handwerk, Ruhe", "4 3 5 2 2 3 4 1", "Ja"),
    *("Jeder Gast wird beim zweiten Besuch mit Namen begrüßt, auch am Samstag um acht.",),
    *("/start", "/back", "/skip", "/done", "/summary", "/answers", "/a1", "/a99", "/change 3"),
    *("/deepen", "/new", "/switch 2", "/pause", "/delete", "/language en", "/a" + "9" * 30),
    *(
        "<b>fett</i> & </code>",
        "&amp;" * 900,
        "<" * 4096,
        "{{ 7*7 }} {% raw %}",
        "'; DROP TABLE --",
    ),
    *("a\0b\0", "\ud800", "b\udfffa\ud83d", "\u202ebeiL", "مرحبا", "\u200b\u200d\ufeff"),
    *("e" + "\u0301" * 900, "👩‍👩‍👧" * 500, "x" * 20_000, "Wort " * 3000, "a\r\nb\x1b[31m"),
    *("c.delete.yes", "999999999.9999", "0.0", "../../etc/passwd", "=cmd()|' /C calc'!A0"),
)
COMMANDED: Final = ("c.deepen.", "c.switch.2", "c.document.pdf", "c.delete.yes", "c.help.", "c.x.y")
STRANGE: Final = (
    *map(json.dumps, WORDS),
    *("null", "true", "false", "0", "-1", "0.5", "1e308", "NaN", "Infinity", "1", "71"),
    *(str(number) for number in (2**31, 2**53, 2**62, 2**63, -(2**63), 2**80, 10**40)),
    *("[]", "{}", "[null]", "[[]]", "[{}]", '{"id": 1}', '{"id": "x", "type": "private"}'),
    *('"private"', '"supergroup"', '"kicked"', str(DATE), f"[{'1,' * 2000}1]"),
    *map(_nested, (5, 60, 200)),
)
"""Values in JSON, as they would arrive."""
ADDED: Final = (
    *("text", "caption", "entities", "message", "callback_query", "edited_message", "data"),
    *("from", "chat", "id", "type", "date", "forward_origin", "photo", "is_bot", "message_id"),
    *("reply_to_message", "via_bot", "sender_chat", "my_chat_member", "language_code", "poll"),
)


@dataclass
class Breaker:
    """Makes broken updates of `people`; the same `chance` makes the same ones."""

    chance: random.Random
    people: Sequence[Person]

    def update(self, update_id: int) -> Json:
        """Return one update; now and then it is whole."""
        whole = self._whole(self.chance.choice(self.people))
        raw: Json = json.loads(json.dumps(whole))  # what it is made of is shared
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 3))):
            self._break(raw)
        return raw | {"update_id": update_id}

    def _whole(self, person: Person) -> Json:
        chat, sender = PRIVATE | {"id": person.id}, ANNA | {"id": person.id}
        message_id = len(person.messages) + 1
        match self.chance.randrange(5):
            case 0 | 1:
                return _message_of(text(self._words(), chat=chat, sender=sender), message_id)
            case 2:
                made = edited(text=self._words(), chat=chat, sender=sender)
                return _message_of(made, self.chance.randint(1, message_id), "edited_message")
            case 3:
                return tap(self._data(person), sender)
            case _:
                template = self.chance.choice(_TEMPLATES)
                made = json.loads(template.replace(_ANNAS, f'"id": {person.id}'))
                assert isinstance(made, dict)
                return made

    def _words(self) -> str:
        return self.chance.choice(WORDS) or "x"

    def _data(self, person: Person) -> str:
        """Return the data of a button on screen, or of one that might be there."""
        shown = [
            button for message in person.messages[-3:] for row in message.rows for button in row
        ]
        if shown and self.chance.random() < 0.7:
            return str(self.chance.choice(shown)["callback_data"])
        if self.chance.random() < 0.5:
            return self.chance.choice(COMMANDED)
        return f"{self.chance.randrange(60)}.{self.chance.randrange(9)}"

    def _break(self, raw: Json) -> None:
        spots = list(places(raw))
        if not spots:
            return
        container, key = self.chance.choice(spots)
        match self.chance.randrange(5):
            case 0:
                del container[key]
            case 1 | 2:
                container[key] = self._strange()
            case 3:
                other, place = self.chance.choice(spots)
                container[key] = json.loads(json.dumps(other[place]))
            case _ if isinstance(container, dict):
                container[self.chance.choice(ADDED)] = self._strange()

    def _strange(self) -> Any:
        return json.loads(self.chance.choice(STRANGE))


def _message_of(update: Json, message_id: int, kind: str = "message") -> Json:
    return update | {kind: update[kind] | {"message_id": message_id}}


def places(tree: object, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of everything inside, but for what identifies the update."""
    if depth == DEEPEST:
        return
    inside = tree.items() if isinstance(tree, dict) else enumerate(_list(tree))
    for key, value in inside:
        if key != "update_id":
            yield tree, key
        yield from places(value, depth + 1)


def _list(tree: object) -> list[object]:
    return tree[:20] if isinstance(tree, list) else []
