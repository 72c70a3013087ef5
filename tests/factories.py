"""Small things that many tests need, every argument with a default."""

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.engine import step
from coachbot.flow.events import Event
from coachbot.flow.messages import Ask, Message
from coachbot.flow.moving import Step
from coachbot.flow.path import keys
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.sources import items_of, options_of
from coachbot.flow.state import State

VALUES = ("Ehrlichkeit", "Handwerk", "Ruhe")
OPENING: dict[Key, Value] = {
    Key("business.name"): "Bäckerei Morgenrot",
    Key("business.what"): "Brot für das Dorf",
    Key("business.group"): "Leute aus dem Dorf",
    Key("business.kind"): "b2c",
    Key("relation.word"): "persönlich",
    Key("relation.today"): ("by_person",),
}


def answers(**by_question: Value) -> Answers:
    """Return answers by question id, "__" for the dot: `values__list=("Ruhe",)`."""
    return Answers({Key(id_.replace("__", ".")): value for id_, value in by_question.items()})


def started(told: Answers | None = None, language: str = "de") -> State:
    return State(language=language, started=True, answers=told or Answers())


def after_opening() -> State:
    return started(Answers(OPENING))


def steps(flow: Flow, state: State, *events: Event) -> Step:
    """Run several events and return the last step."""
    done = Step(state)
    for event in events:
        done = step(flow, done.state, event)
    return done


def asked(messages: tuple[Message, ...]) -> Key | None:
    """Return the key of the question that the messages put last."""
    return next((m.key for m in reversed(messages) if isinstance(m, Ask)), None)


def fitting(flow: Flow, question: Question, told: Answers, item: str) -> Value:
    """Return some answer that fits a question."""
    if question.kind is Kind.SCALE:
        return 3
    options = options_of(flow, question, told, item)
    if question.takes_several:
        own = tuple(f"Punkt {n}" for n in range(question.at_least))
        return (options or own)[: question.at_least] if len(options) >= question.at_least else own
    return options[0] if options else "Ein Satz, der genügt."


def complete(flow: Flow, **by_question: Value) -> Answers:
    """Return answers to every core question that applies; the given ones win."""
    told = answers(**by_question)
    while missing := [key for key in keys(flow, told, flow.core) if key not in told]:
        question = flow.by_id[missing[0].question]
        items = items_of(flow, question, told) if question.each else (missing[0].item,)
        told = told.with_({Key(question.id, i): fitting(flow, question, told, i) for i in items})
    return told
