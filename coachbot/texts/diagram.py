"""The flow as a picture, made from the data so that it cannot be out of date."""

from collections.abc import Iterator

from coachbot.flow.questions import Depth, Flow, Question
from coachbot.texts.library import Words


def mermaid(flow: Flow, words: Words) -> str:
    """Return a Mermaid flowchart: stages as boxes, core questions in order, branches dashed."""
    return "\n".join(["flowchart TD", *_stages(flow, words), *_arrows(flow)])


def _stages(flow: Flow, words: Words) -> Iterator[str]:
    for stage in flow.stages:
        yield f'  subgraph {stage}["{words.text("words", "stages", stage)}"]'
        for question in flow.questions:
            if question.stage == stage and question.depth is Depth.CORE:
                yield f"    {_node(question, words)}"
        deep = sum(q.stage == stage and q.depth is Depth.DEEP for q in flow.questions)
        if deep:
            yield f'    {stage}_deep["/deepen: {deep}"]:::deep'
        yield "  end"
    yield "  classDef deep stroke-dasharray: 4 4"


def _node(question: Question, words: Words) -> str:
    name = words.questions[question.id]["short"].replace('"', "'")
    repeated = " ×n" if question.each else ""
    return f'{_id(question)}["{name}{repeated}"]'


def _arrows(flow: Flow) -> Iterator[str]:
    """Yield the path: straight on, and dashed into what applies only after some answers."""
    before: Question | None = None
    for question in flow.core:
        if before and question.when:
            yield f"  {_id(before)} -. {question.when} .-> {_id(question)}"
        elif before:
            yield f"  {_id(before)} --> {_id(question)}"
        before = question if not question.when or before is None else before


def _id(question: Question) -> str:
    return question.id.replace(".", "_")
