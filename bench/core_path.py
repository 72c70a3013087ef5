"""Count the core path: how many messages a person gets, and how many answers they type.

    .venv/bin/python bench/core_path.py

Plays the example answers through the real engine. A board that is edited in place is one message,
a follow-up or a tension is one more; typed are the answers that no tap could give.
"""

from collections import Counter
from pathlib import Path

from coachbot.channels.terminal.persona import Persona
from coachbot.flow.engine import step
from coachbot.flow.events import Started, Wrote
from coachbot.flow.messages import Ask, Message, Noticed, Put
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.state import State
from coachbot.texts.answers_file import read_answers
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.rules import coached_flow

EXAMPLES = Path(__file__).parent.parent / "examples"
TYPED = {Kind.TEXT, Kind.LIST}


def count(flow: Flow, path: Path) -> Counter[str]:
    """Return how many questions, observations and tensions were put, and how many were typed."""
    persona, counted = Persona(flow, read_answers(path, flow)), Counter[str]()
    done = step(flow, State(language=persona.file.language), Started())
    while typed := persona.reply(done.state):
        counted.update(kind for message in done.messages for kind in kinds(flow, message))
        done = step(flow, done.state, Wrote(typed))
    return counted


def kinds(flow: Flow, message: Message) -> list[str]:
    if isinstance(message, Noticed | Put):
        return ["observations" if isinstance(message, Noticed) else "tensions"]
    if not isinstance(message, Ask) or message.again or message.in_place:
        return []
    question = flow.by_id[message.key.question]
    is_typed = question.kind in TYPED and not question.has_options
    return ["questions", "typed"] if is_typed else ["questions"]


def main() -> None:
    flow = coached_flow(Library(prompts_folder()))
    print("| example | questions | of which typed | observations | tensions |")
    print("|---|---|---|---|---|")
    for path in sorted(EXAMPLES.glob("*.toml")):
        if path.stem != "smallest":
            counted = count(flow, path)
            row = (counted[k] for k in ("questions", "typed", "observations", "tensions"))
            print(f"| {path.stem} | {' | '.join(map(str, row))} |")


if __name__ == "__main__":
    main()
