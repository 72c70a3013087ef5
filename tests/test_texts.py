"""How things are said: small rules that a whole conversation would hide."""

from dataclasses import replace

import pytest

from coachbot.flow.answers import Answers, Key
from coachbot.flow.messages import Ask, Message, Put, Smaller
from coachbot.flow.observations import Tension
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.texts.context import Context, shortened
from coachbot.texts.display import in_a_row
from coachbot.texts.library import LANGUAGES, Library
from coachbot.texts.said import Said
from coachbot.texts.speaker import Facts, Speaker
from coachbot.texts.wording import say_plain
from tests.factories import complete, started

POSITION = {"personal": 1, "close": 4, "courteous": 5, "individual": 3}


@pytest.fixture(params=LANGUAGES)
def speaker(request: pytest.FixtureRequest, flow: Flow, library: Library) -> Speaker:
    return Speaker(flow, library.languages[request.param], Facts())


def said(speaker: Speaker, message: Message, state: State) -> Said:
    spoken = speaker.said(message, state)
    assert spoken
    return spoken


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (["Ruhe", "Tempo"], "Ruhe, Tempo"),
        (["Ruhe", "Wer kommt, bleibt"], "Ruhe · Wer kommt, bleibt"),
        (["Das Licht brennt.", "Ruhe"], "Das Licht brennt. · Ruhe"),
        (["Das Licht brennt."], "Das Licht brennt."),
        ([], ""),
    ],
)
def test_sentences_are_not_strung_together_with_commas(parts: list[str], line: str) -> None:
    assert in_a_row(parts) == line


def test_a_row_is_not_cut_after_its_dot() -> None:
    assert shortened("Das Licht brennt · Ruhe", 20) == "Das Licht brennt…"


def test_a_smaller_question_brings_another_example(speaker: Speaker, flow: Flow) -> None:
    state, key = started(Answers()), Key("relation.word")
    asked, smaller = (said(speaker, put, state).html for put in (Ask(key), Smaller(key)))
    example = asked.split("\n\n")[-1]
    assert "„" in example or "“" in example
    assert example not in smaller
    assert smaller.split("\n\n")[-1].split(":")[0] == example.split(":")[0]


@pytest.mark.parametrize(
    ("tension", "missing"),
    [
        (Tension("value_clash", (Key("tribe.clash"), Key("tribe.clash_why"))), "tribe.clash_why"),
        (Tension("by_accident", (Key("relation.today"), Key("team.learn"))), "team.learn"),
    ],
)
def test_what_is_still_open_in_a_tension_can_be_told(
    speaker: Speaker, flow: Flow, tension: Tension, missing: str
) -> None:
    told = {k: v for k, v in complete(flow).items() if k.question != missing}
    state = replace(started(Answers(told)), tension=tension)
    buttons = [row[0] for row in said(speaker, Put(tension), state).buttons]
    labels = {button.argument: button.label for button in buttons}
    change, tell, _leave = (label.split(":")[0] for label in labels.values())
    assert f"{missing}|" in labels
    assert change != tell


def test_two_differences_are_joined_by_a_word(speaker: Speaker, flow: Flow) -> None:
    dimensions = flow.each("relation.position")
    told = {Key("relation.position", name): POSITION.get(name, 2) for name in dimensions}
    asked = speaker.text_of(Key("relation.neighbour"), "ask", started(Answers(told)))
    assert any(f" {word} " in asked.split(".")[0].split(",")[-1] for word in ("und", "and"))


def test_a_variable_is_worked_out_for_the_text_that_uses_it(speaker: Speaker, flow: Flow) -> None:
    bare = replace(flow, archetypes={})  # the nearest two cannot be told of none
    about = Context(bare, speaker.words, complete(flow))
    assert say_plain("{{ customers }} · {{ low }}", about | {"low": "nah"}).endswith(" · nah")
    with pytest.raises(ValueError, match="unpack"):
        say_plain("{{ nearest_name }}", about)


def test_a_text_may_use_every_variable_before_the_first_answer(
    speaker: Speaker, flow: Flow
) -> None:
    about = Context(flow, speaker.words, Answers())
    assert len(dict(about)) == len(about)
    assert {"customers", "item", "nearest_name", "task"} <= about.keys()
    assert "first_name" not in about
