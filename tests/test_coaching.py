"""The conversations show all of the coaching: each thing that is put, and each way on from it.

What happened is read from the states before and after every event, not from what was said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.definition.model import Edition
from coachbot.flow.answers import Key
from coachbot.flow.moving import MOST_TENSIONS
from coachbot.flow.observations import TENSION_REASON, Tension
from coachbot.flow.questions import Flow
from coachbot.flow.state import FollowUp, State
from coachbot.flow.taking import MOST_OBSERVATIONS
from coachbot.noticing.observations import RULES
from coachbot.noticing.tensions import IDS
from coachbot.store.database import open_database
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing
from coachbot.texts.library import LANGUAGES, Library
from tests.conftest import NOW
from tests.transcripts import Chat

FOLDER: Final = Path(__file__).parent / "conversations"
KINDS: Final = ("notices", "rubs", "coaches")
WAYS: Final = ("reasoned", "changed", "left")

Scene: TypeAlias = list[tuple[State, State]]


@dataclass(frozen=True)
class Put:
    """Something was put to a person: an observation's or a tension's id, and how they went on."""

    id: str
    way: str
    language: str
    on: FollowUp | Tension
    after: State


@pytest.fixture(scope="module")
def office(flow: Flow, library: Library, ring: KeyRing) -> Office:
    return Office(flow, library, ring)


@pytest.fixture(scope="module")
def scenes(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Scene]]:
    """Return the scenes of every conversation that is here for the coaching, by its name."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('scenes')}/coachbot.sqlite3")
    migrate(database)
    played = {}
    for path in sorted(path for kind in KINDS for path in FOLDER.glob(f"{kind}_*.txt")):
        chat = Chat(Coach(office, database), NOW)
        chat.runs(path.read_text(encoding="utf-8"))
        played[path.stem] = [scene for scene in chat.scenes if scene]
    database.close()
    return played


def observations(scene: Scene) -> Iterator[Put]:
    for before, after in scene:
        was = before.follow_up
        if was and after.follow_up != was:
            yield Put(was.observation, _answered(was, before, after), after.language, was, after)


def _answered(was: FollowUp, before: State, after: State) -> str:
    """Return whether something was said, to the question or beside its answer."""
    keys = (was.key, Key(was.key.question, "means"))
    is_new = any(after.answers.get(k) != before.answers.get(k) for k in keys)
    return "answered" if is_new and after.answers.has(*was.key) else "left"


def tensions(scene: Scene) -> Iterator[Put]:
    for before, after in scene:
        was = before.tension
        if was and after.tension != was:
            yield Put(was.id, _resolved(was, before, after), after.language, was, after)


def _resolved(was: Tension, before: State, after: State) -> str:
    if after.revisiting in was.rests_on:
        return "changed"
    is_reasoned = len(after.answers) > len(before.answers)
    return "reasoned" if is_reasoned and after.answers.has(TENSION_REASON, was.id) else "left"


def every(scenes: dict[str, list[Scene]], kind: str = "") -> Iterable[Scene]:
    return (scene for name, told in scenes.items() if name.startswith(kind) for scene in told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["answered", "left"])
def test_every_observation_is_answered_and_left(
    scenes: dict[str, list[Scene]], way: str, language: str
) -> None:
    found = (put for scene in every(scenes) for put in observations(scene))
    assert {put.id for put in found if (put.way, put.language) == (way, language)} == set(RULES)


@pytest.mark.parametrize("way", WAYS)
def test_every_tension_goes_every_way(scenes: dict[str, list[Scene]], way: str) -> None:
    found = (put for scene in every(scenes, "rubs") for put in tensions(scene))
    assert {put.id for put in found if put.way == way} == set(IDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tension_is_put_in_both_languages(
    scenes: dict[str, list[Scene]], language: str
) -> None:
    found = (put for scene in every(scenes, "rubs") for put in tensions(scene))
    assert {put.id for put in found if put.language == language} == set(IDS)


def test_nothing_is_put_twice(scenes: dict[str, list[Scene]]) -> None:
    for scene in every(scenes):
        asked_back = [now.follow_up for now in _new(scene, "follow_up")]
        keys = [follow_up.key for follow_up in asked_back if follow_up]
        ids = [now.tension.id for now in _new(scene, "tension") if now.tension]
        assert len(keys) == len(set(keys))
        assert len(ids) == len(set(ids))


def _new(scene: Scene, name: str) -> Iterator[State]:
    """Yield the states in which an observation or a tension was just put."""
    for before, after in scene:
        if getattr(after, name) not in (None, getattr(before, name)):
            yield after


def test_an_observation_is_not_repeated_when_the_answer_is_as_vague_again(
    scenes: dict[str, list[Scene]], flow: Flow
) -> None:
    """In each language somebody left it, came back, and said as little: it stays at that."""
    again = set()
    for scene in every(scenes, "notices"):
        left = [put for put in observations(scene) if put.way == "left"]
        last = scene[-1][1]
        for put in left:
            assert isinstance(put.on, FollowUp)
            value = last.answers.get(put.on.key)
            if value is None or value == put.after.answers.get(put.on.key):
                continue
            seen = flow.rules.notice(flow.by_id[put.on.key.question], value, last.language)
            again |= {(seen.id, last.language)} if seen else set()
    assert again == {(id_, lang) for id_ in set(RULES) - {"no_idea"} for lang in LANGUAGES}


def test_what_was_changed_no_longer_rubs(scenes: dict[str, list[Scene]], flow: Flow) -> None:
    for scene in every(scenes, "rubs"):
        last = scene[-1][1]
        rubs = {tension.id for tension in flow.rules.tensions(last.answers, last.finished)}
        for put in tensions(scene):
            assert (put.id in rubs) == (put.way != "changed"), put.id


def test_a_reason_stands_beside_the_question_in_the_document(
    scenes: dict[str, list[Scene]], office: Office
) -> None:
    for scene in every(scenes, "rubs"):
        last = scene[-1][1]
        edition = Edition(1, not last.finished, NOW.date())
        definition = office.builder(last.language).build(last.answers, edition)
        reasons = {rub.id: rub.reason for rub in definition.rubs}
        for put in tensions(scene):
            if put.way == "reasoned":
                assert reasons[put.id] == last.answers.text(TENSION_REASON, put.id)
            elif put.way == "left":
                assert reasons[put.id] == ""


def test_the_first_run_stays_within_measure(scenes: dict[str, list[Scene]], flow: Flow) -> None:
    (scene,) = scenes["coaches_with_measure"]
    last = scene[-1][1]
    assert len(list(observations(scene))) == MOST_OBSERVATIONS
    assert len(list(tensions(scene))) == MOST_TENSIONS
    assert len(flow.rules.tensions(last.answers, last.finished)) > MOST_TENSIONS
