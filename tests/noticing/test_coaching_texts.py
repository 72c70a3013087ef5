"""What the coach says to observations and tensions: complete, short, in both languages."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined

from coachbot.noticing.observations import RULES
from coachbot.noticing.tensions import IDS
from tests.noticing.report import LANGUAGES, ROOT

LONGEST = 420
FLOW = tomllib.loads((ROOT / "prompts" / "flow.toml").read_text(encoding="utf-8"))
QUESTIONS = {q["id"]: q for stage in FLOW["stage"] for q in stage["question"]}
HTML = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
SAMPLE = {
    "quote": "Wir bieten <persönliche> Beratung & Qualität für alle",
    "question_short": "Der Satz",
    "item": "Nachbarschaft",
    "business": "Tischlerei Egger",
    "values": ["Ruhe", "Sorgfalt"],
    "clash": ["Ruhe"],
    "value": "Ruhe, Sorgfalt",
    "phase": "Leistung bekommen",
    "word": "persönlich",
    "limit": "20",
    "reply": "Niemand",
    "rhythm": "Jede Woche",
    "boundary": "Bisher noch nie",
    "mismatch": "Telefonband",
    "missing": "Persönliche Unterstützung, Communitys",
}
CUSTOMERS = {
    "customer": "ein Mitglied",
    "customer_acc": "ein Mitglied",
    "customer_dat": "einem Mitglied",
    "customers": "Mitglieder",
    "customers_dat": "Mitgliedern",
}


def texts(file: str, language: str) -> dict[str, Any]:
    path = ROOT / "prompts" / language / f"{file}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def every(language: str) -> Iterator[tuple[str, str]]:
    for id_, table in texts("observations", language).items():
        yield id_, table["ask"]
        for question, text in table.get("questions", {}).items():
            yield f"{id_} {question}", text
    for id_, table in texts("tensions", language).items():
        yield id_, table["ask"]
        yield f"{id_} document", table["document"]


def rendered(source: str, *, kind: str = "members", only_me: bool = False) -> str:
    values = {**SAMPLE, **CUSTOMERS, "kind": kind, "only_me": only_me}
    return HTML.from_string(source).render(values).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_observation_and_tension_has_its_text(language: str) -> None:
    assert set(texts("observations", language)) == set(RULES)
    assert list(texts("tensions", language)) == list(IDS)
    assert all(set(table) == {"ask", "document"} for table in texts("tensions", language).values())


def test_both_languages_have_the_same_texts() -> None:
    german, english = (dict(every(language)) for language in LANGUAGES)
    assert german.keys() == english.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_text_belongs_to_a_question_that_can_raise_it(language: str) -> None:
    for id_, table in texts("observations", language).items():
        for question in table.get("questions", {}):
            assert id_ in QUESTIONS[question]["notices"], (id_, question)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("only_me", [True, False])
@pytest.mark.parametrize("kind", ["b2c", "members"])
def test_every_text_renders_and_fits_a_phone(language: str, kind: str, *, only_me: bool) -> None:
    for name, source in every(language):
        text = rendered(source, kind=kind, only_me=only_me)
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert len(plain) <= LONGEST, (name, len(plain))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_quotes_and_uses_typographic_marks(language: str) -> None:
    opening = "„" if language == "de" else "“"
    for name, source in every(language):
        if name != "no_idea":
            assert "?" in source, name
        assert '"' not in source.replace('kind == "members"', "").replace('join(", ")', ""), name
        assert "!" not in source, name
    for id_, table in texts("observations", language).items():
        asked = [table["ask"], *table.get("questions", {}).values()]
        for source in asked:
            assert id_ == "no_idea" or source.startswith(f"\n{opening}{{{{ quote }}}}".lstrip("\n"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_always_a_way_to_leave_it(language: str) -> None:
    leave = ("lass", "stehen bleiben") if language == "de" else ("leave", "stand on its own")
    for id_, table in texts("observations", language).items():
        for source in (table["ask"], *table.get("questions", {}).values()):
            assert id_ == "no_idea" or any(word in source for word in (*leave, "lässt")), source
