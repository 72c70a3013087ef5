"""A voice: finds and fills in the texts of one language."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from coachbot.flow.answers import Key
from coachbot.flow.path import keys
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.texts.context import Context, shortened
from coachbot.texts.display import in_a_row, lines_of
from coachbot.texts.library import Words
from coachbot.texts.nudge_words import nudge_context
from coachbot.texts.said import Said
from coachbot.texts.wording import say_html, say_plain


@dataclass(frozen=True, slots=True)
class Facts:
    """What texts may mention that no answer says.

    `policy` is where the operator's privacy notice is; `idle_months` is after how long a silence
    somebody is erased, 0 where nobody ever is.
    """

    operator: str = ""
    contact: str = ""
    telegram: bool = False
    next_nudge: str = ""
    policy: str = ""
    idle_months: int = 0
    first_name: str = ""


@dataclass(frozen=True)
class Voice:
    """One language's words, put together for one person's turn; changes nothing."""

    flow: Flow
    words: Words
    facts: Facts = Facts()

    def plainly(self, name: str, **values: object) -> str:
        """Return a text of `say.toml`'s [say] as HTML, without buttons."""
        return say_html(self.words.text("say", "say", name), {**asdict(self.facts), **values})

    def chat(self, name: str, **values: object) -> Markup:
        return say_html(self.words.text("say", "chat", name), values)

    def refusal(self, name: str) -> Said:
        """Return a text of `say.toml`'s [refusal]."""
        return Said(say_html(self.words.text("say", "refusal", name), {}))

    def face(self, face: str) -> str:
        """Return what is said with a file of the document."""
        return say_html(self.words.text("say", "face", face), {})

    def control(self, name: str, **values: object) -> str:
        return say_plain(self.words.text("say", "control", name), values)

    def text_of(self, key: Key, name: str, state: State) -> Markup:
        """Return one of a question's texts; "" when the question has none of that name."""
        source = self.words.questions[key.question].get(name, "")
        return say_html(source, self.values(state, key))

    def values(self, state: State, key: Key | None = None) -> Context:
        """Return what texts may mention."""
        known = {"next_nudge": self.facts.next_nudge, "first_name": self.facts.first_name}
        about = Context(self.flow, self.words, state.answers, key, known)
        return about | nudge_context(self.flow, self.words, state) if state.nudge else about

    def nudging(self, table: str, name: str, values: Mapping[str, Any]) -> Markup:
        """Return a text of `reflection.toml`."""
        return say_html(self.words.text("reflection", table, name), values)

    def stage(self, stage: str) -> str:
        return self.words.text("words", "stages", stage)

    def short(self, question: str) -> str:
        name: str = self.words.questions[question]["short"]
        return name

    def still_open(self, state: State) -> Said:
        """Return the core questions without an answer, or that there are none."""
        core = keys(self.flow, state.answers, self.flow.core)
        missing = [key for key in core if key not in state.answers]
        if not missing:
            return Said(self.chat("nothing_missing"))
        names = dict.fromkeys(self.short(key.question) for key in missing)
        lines = [Markup("• {}").format(name) for name in names]
        return Said(Markup("\n").join([self.chat("still_open", count=len(missing)), *lines]))

    def answer(self, state: State, key: Key, limit: int = 200) -> str:
        """Return the answer to `key` on one line, or the mark for none."""
        lines = lines_of(self.flow, self.words.language, state.answers, key)
        return shortened(in_a_row(lines), limit) or str(self.chat("nothing_yet"))


def italic(text: Markup) -> Markup:
    return Markup("<i>%s</i>") % text


def joined(paragraphs: Iterable[Markup | str]) -> Markup:
    """Return paragraphs with a blank line between them; empty ones are left out."""
    return Markup("\n\n").join(paragraph for paragraph in paragraphs if paragraph)
