"""The printer: in threads of its own, few at once, none twice."""

from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import pytest

from coachbot.definition import faces
from coachbot.definition.faces import FACES, Face
from coachbot.definition.model import Definition, Edition
from coachbot.definition.printing import Printer
from coachbot.texts.library import Library, Words
from tests.definition.conftest import ON, Drawn

PATIENCE = 20


class Slow:
    """A face that waits until it may go on, and counts."""

    def __init__(self) -> None:
        self.may_go, self.lock = Event(), Lock()
        self.made = self.at_once = self.most = 0

    def __call__(self, _: Definition, __: Words, ___: Path | None) -> bytes:
        with self.lock:
            self.made += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        assert self.may_go.wait(PATIENCE)
        with self.lock:
            self.at_once -= 1
        return b"made"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setitem(FACES, "pdf", Face("pdf", ".pdf", made))
    return made


def version(drawn: Drawn, number: int) -> Definition:
    return replace(drawn("smallest"), edition=Edition(number, False, ON))


def test_the_same_content_is_printed_once(slow: Slow, drawn: Drawn, words: Words) -> None:
    printer = Printer()
    orders = [printer.order("pdf", version(drawn, 1), words) for _ in range(5)]
    slow.may_go.set()
    assert {order.result(PATIENCE).content for order in orders} == {b"made"}
    assert printer.print("pdf", version(drawn, 1), words).name == "beziehungsdefinition-v1.pdf"
    assert slow.made == 1
    printer.forget()
    printer.print("pdf", version(drawn, 1), words)
    assert slow.made == 2
    printer.close()


def test_only_a_few_are_printed_at_once(slow: Slow, drawn: Drawn, words: Words) -> None:
    printer = Printer(at_once=2)
    orders = [printer.order("pdf", version(drawn, n), words) for n in range(6)]
    slow.may_go.set()
    for order in orders:
        order.result(PATIENCE)
    assert slow.made == 6
    assert slow.most <= 2
    printer.close()


def test_what_was_not_asked_for_longest_goes_first(slow: Slow, drawn: Drawn, words: Words) -> None:
    slow.may_go.set()
    printer = Printer(kept=2)
    for number in (1, 2, 1, 3, 1):
        printer.print("pdf", version(drawn, number), words)
    assert slow.made == 3
    printer.print("pdf", version(drawn, 2), words)
    assert slow.made == 4
    printer.close()


def test_a_failure_is_told_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, drawn: Drawn, words: Words
) -> None:
    tries = []

    def fails_once(*_: object) -> bytes:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no paper")
        return b"made"

    monkeypatch.setitem(FACES, "pdf", Face("pdf", ".pdf", fails_once))
    printer = Printer()
    with pytest.raises(OSError, match="no paper"):
        printer.print("pdf", version(drawn, 1), words)
    assert printer.print("pdf", version(drawn, 1), words).content == b"made"
    with pytest.raises(KeyError):
        printer.print("fax", version(drawn, 1), words)
    printer.close()


def test_every_face_has_a_fixed_name_in_each_language(drawn: Drawn, library: Library) -> None:
    definition = replace(drawn("smallest"), business="../x\r\n/y", title="{{ 7 * 7 }}")
    names = {
        language: [face.file_name(definition, words) for face in FACES.values()]
        for language, words in library.languages.items()
    }
    assert names == {
        "de": [
            "beziehungsdefinition-v1.pdf",
            "beziehungsdefinition-v1.png",
            "seite-fuer-alle-v1.pdf",
            "beziehungsdefinition-v1.md",
            "beziehungsdefinition-v1.docx",
        ],
        "en": [
            "relationship-definition-v1.pdf",
            "relationship-definition-v1.png",
            "page-for-everybody-v1.pdf",
            "relationship-definition-v1.md",
            "relationship-definition-v1.docx",
        ],
    }


@pytest.mark.parametrize(
    ("name", "begins"),
    [("pdf", b"%PDF"), ("picture", b"\x89PNG"), ("handout", b"%PDF"), ("docx", b"PK")],
)
def test_every_face_is_made(name: str, begins: bytes, drawn: Drawn, words: Words) -> None:
    assert faces.FACES[name].make(drawn("smallest"), words, None).startswith(begins)
