"""From the tables of `prompts/` to a `Flow`. What does not fit together is a PromptsError."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from coachbot.errors import PromptsError
from coachbot.flow.conditions import CONDITIONS
from coachbot.flow.questions import Depth, Flow, Kind, Labels, Question
from coachbot.flow.replies import normal
from coachbot.flow.sources import EACH, OPTIONS
from coachbot.texts.library import Library, Table, Words

_FIELDS = {f.name for f in fields(Question)}


def load_flow(library: Library) -> Flow:
    """Return the flow of `prompts/flow.toml` with the labels of every language."""
    stages = library.flow.get("stage", [])
    questions = tuple(
        _question(data, stage["id"]) for stage in stages for data in stage.get("question", [])
    )
    return Flow(
        stages=tuple(stage["id"] for stage in stages),
        questions=questions,
        touchpoints=library.flow["touchpoints"],
        archetypes={id_: tuple(at) for id_, at in library.flow["archetypes"].items()},
        labels={name: _labels(words) for name, words in library.languages.items()},
        commands=dict(_commands(library)),
        joiners=_words(library, "joiners"),
        assents=_words(library, "assents"),
    )


def _question(data: Table, stage: str) -> Question:
    where = f"flow.toml: {data.get('id', 'a question without an id')}"
    if unknown := set(data) - _FIELDS:
        raise PromptsError(f"{where}: unknown {', '.join(sorted(unknown))}")
    frozen: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in data.items()
    }
    try:
        frozen["kind"] = Kind(frozen["kind"])
        frozen["depth"] = Depth(frozen.get("depth", "core"))
        question = Question(stage=stage, **frozen)
    except (KeyError, TypeError, ValueError) as error:
        raise PromptsError(f"{where}: {error}") from None
    _check_names(question, where)
    return question


def _check_names(question: Question, where: str) -> None:
    """Hold every name in the data to a function that exists."""
    for name, known in (
        (question.when, CONDITIONS),
        (question.options_when, CONDITIONS),
        (question.each if isinstance(question.each, str) else "", {"": None, **EACH}),
        (question.options if isinstance(question.options, str) else "", {"": None, **OPTIONS}),
    ):
        if name not in known:
            raise PromptsError(f"{where}: {name!r} is none of {', '.join(filter(None, known))}")


def _labels(words: Words) -> Labels:
    labels: dict[str, Mapping[str, str]] = {}
    for id_, table in words.questions.items():
        labels[id_] = {**table.get("items", {}), **table.get("options", {})}
        for pole in ("low", "high"):
            if pole in table:
                poles = table[pole]
                labels[f"{id_}.{pole}"] = poles if isinstance(poles, Mapping) else {"": poles}
    touchpoints = words.table("touchpoints", "touchpoints")
    for id_ in ("channels.journey", "channels.mismatch"):
        labels[id_] = {**touchpoints, **labels.get(id_, {})}
    labels["channels.nature"] = words.table("touchpoints", "nature")
    archetypes = {id_: table["name"] for id_, table in words.files["archetypes"].items()}
    labels["relation.neighbour"] = {**archetypes, **labels.get("relation.neighbour", {})}
    labels["team.limit_role"] = {
        **labels.get("team.who", {}),
        **labels.get("team.limit_role", {}),
    }
    return labels


def _words(library: Library, name: str) -> frozenset[str]:
    """Return a list of `words.toml` over all languages, in normal form."""
    lists = (words.files["words"][name] for words in library.languages.values())
    return frozenset(normal(word) for told in lists for word in told)


def _commands(library: Library) -> Iterator[tuple[str, Any]]:
    """Yield (word, command) over all languages: the few words work in either, everywhere."""
    for words in library.languages.values():
        for command, spoken in words.table("words", "commands").items():
            yield normal(command), command
            for word in spoken:
                yield normal(word) or word, command
