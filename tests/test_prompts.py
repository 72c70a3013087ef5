"""The texts: every id of the method, both languages, every variable, every length."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from coachbot.errors import PromptsError
from coachbot.flow.questions import Depth, Flow
from coachbot.texts.checking import checked
from coachbot.texts.library import Library, prompts_folder

METHOD = [
    "business.name",
    "business.what",
    "business.group",
    "business.kind",
    "relation.word",
    "relation.today",
    "values.list",
    "values.meaning",
    "values.why",
    "values.price",
    "tribe.person",
    "tribe.mores",
    "tribe.clash",
    "tribe.clash_why",
    "tribe.evidence",
    "tribe.identity",
    "tribe.aims",
    "tribe.signal",
    "tribe.onlyness",
    "relation.position",
    "relation.neighbour",
    "relation.plain",
    "relation.sentence",
    "relation.never",
    "relation.boundary",
    "relation.exit",
    "relation.favourite",
    "relation.mutual",
    "relation.budget",
    "relation.category_expected",
    "relation.category_offered",
    "purpose.goals",
    "purpose.wants",
    "purpose.evidence",
    "purpose.promise",
    "purpose.disarm",
    "purpose.image",
    "purpose.priorities",
    "purpose.measure",
    "purpose.thanks",
    "purpose.press",
    "channels.journey",
    "channels.mismatch",
    "channels.mismatch_action",
    "channels.reply",
    "channels.rhythm",
    "channels.complaint",
    "channels.experience",
    "channels.advert",
    "channels.memory",
    "team.who",
    "team.decide",
    "team.limit",
    "team.whom",
    "team.escalate",
    "team.away",
    "team.limit_role",
    "team.case",
    "team.room",
    "team.learn",
    "team.advocate",
    "team.feedback",
    "check.self",
    "check.customers",
    "nudge.schedule",
    "next.step",
    "check.satisfaction",
    "check.dialogue",
    "check.pride",
    "next.outcome",
    "check.lived",
    "check.moment",
    "check.harvest",
    "check.proof",
    "matrix.identity_why",
    "matrix.aims_onlyness",
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the prompts that a test may spoil."""
    return Path(shutil.copytree(prompts_folder(), tmp_path / "prompts"))


def test_every_question_of_the_method_is_asked(flow: Flow) -> None:
    assert set(METHOD) - set(flow.by_id) == set()


def test_the_core_path_is_what_the_method_calls_core(flow: Flow) -> None:
    core = {question.id for question in flow.core}
    assert len(core) == 37
    assert {q.stage for q in flow.core} == set(flow.stages)
    nudges = {q.id for q in flow.questions if q.depth is Depth.NUDGE}
    passing = {"next.outcome", "check.lived", "check.moment", "check.harvest"}
    assert nudges == passing | {"check.three_years"}


def test_the_prompts_are_in_order(library: Library) -> None:
    assert checked(library).problems == ()


def spoil(file: str, pattern: str, by: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        spoilt, count = re.subn(pattern, by, text, count=1, flags=re.DOTALL)
        assert count == 1
        path.write_text(spoilt, encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (spoil("en/questions/values.toml", r"\nwhy = [^\n]*", ""), "why is missing"),
        (spoil("de/say.toml", r"\nleft = [^\n]*", ""), "left is missing"),
        (spoil("de/questions/opening.toml", r'ask = """', 'ask = """{{ nobody }} '), "nobody"),
        (spoil("de/questions/opening.toml", r'ask = """', f'ask = """{"lang " * 99}'), "more than"),
        (spoil("de/questions/opening.toml", r'b2b = "Unternehmen"', 'b3b = "x"'), "b2b"),
        (spoil("de/say.toml", r'left = "', 'left = "{% if %}'), "say.say.left"),
        (spoil("document.toml", r'"values.why", ', ""), "values.why has no home"),
        (spoil("flow.toml", r'kind = "text"', 'kind = "song"'), "song"),
        (spoil("flow.toml", r'when = "clash"', 'when = "full_moon"'), "full_moon"),
        (spoil("flow.toml", r"\[\[stage\]\]", "[[stage]"), "flow.toml"),
        (spoil("de/words.toml", r"\[stages\]", "[stages"), "words.toml"),
        (spoil("en/reflection.toml", r'now = "', 'now = "{% if %}'), "reflection.greeting.now"),
        (spoil("places.toml", r"Europe/Zurich", "Europe/Zuerich"), "there is no zone"),
    ],
)
def test_a_spoilt_text_is_found(copy: Path, edit: Callable[[Path], None], problem: str) -> None:
    edit(copy)
    assert any(problem in found for found in checked(Library(copy)).problems)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "de" / "archetypes.toml").unlink()
    assert any("archetypes" in found for found in checked(Library(copy)).problems)


def test_a_folder_without_a_flow_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(PromptsError, match="COACHBOT_PROMPTS"):
        prompts_folder(tmp_path)


def test_german_is_written_in_german_quotation_marks(library: Library) -> None:
    for path in (library.folder / "de").rglob("*.toml"):
        if path.stem != "lexicon":
            said = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
            assert "“" not in re.sub(r"„[^“]*“", "", said, flags=re.DOTALL), path


def test_nobody_is_shouted_at(library: Library) -> None:
    for path in library.folder.rglob("*.toml"):
        assert "!!" not in path.read_text(encoding="utf-8"), path
