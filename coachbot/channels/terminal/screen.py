"""The screen: Telegram's HTML as terminal colours, buttons as numbers and words."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from coachbot.texts.said import Attachment, Button, Manner, Said

_TAG: Final = re.compile(r"(</?[a-z]+>)")
_STYLES: Final = {"<b>": "bold", "<i>": "italic dim"}
_ANSWERS: Final = frozenset({"pick", "tick", "untick"})
WIDTH: Final = 88


class Screen:
    """Shows what is said; files go into `folder`, or nowhere when there is none."""

    def __init__(self, console: Console, folder: Path | None = None) -> None:
        self.console = console
        self.folder = folder

    def show(self, said: Said) -> None:
        if said.manner is Manner.SETTLES:
            return
        self.console.print(styled(said.html))
        if buttons := list(_lines(said)):
            self.console.print()
            for line in buttons:
                self.console.print(line, highlight=False)
        if said.attachment:
            self._save(said.attachment)
        self.console.print()

    def note(self, text: str) -> None:
        """Show a line about the machine, not about the conversation."""
        self.console.print(Text(text, style="dim"), highlight=False, soft_wrap=True)
        self.console.print()

    def echo(self, text: str) -> None:
        """Show what the person says, for a conversation that plays by itself."""
        for line in text.split("\n"):
            self.console.print(Text(f"  › {line}", style="cyan"), highlight=False)
        self.console.print()

    def _save(self, attachment: Attachment) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / attachment.name
        path.write_bytes(attachment.content)
        self.console.print(Text(f"→ {path}", style="green"), highlight=False, soft_wrap=True)


def console(*, file: object = None) -> Console:
    """Return a console of a width that reads well, colours only on a terminal."""
    made = Console(highlight=False, file=file)  # type: ignore[arg-type]
    made.width = min(made.width, WIDTH)
    return made


def styled(markup: str) -> Text:
    """Return Telegram's HTML as styled text."""
    text, styles = Text(), list[str]()
    for part in _TAG.split(markup):
        if part in _STYLES:
            styles.append(_STYLES[part])
        elif part.startswith("</") and styles:
            styles.pop()
        elif part:
            text.append(html.unescape(part), " ".join(styles))
    return text


def plain(markup: str) -> str:
    """Return Telegram's HTML without its tags."""
    return html.unescape(_TAG.sub("", markup))


def _lines(said: Said) -> Iterator[Text]:
    """Yield the answers numbered, a scale on one line, then the ways around the question."""
    buttons = [button for row in said.buttons for button in row]
    answers = [button for button in buttons if button.verb in _ANSWERS]
    if answers and all(button.label.isdecimal() for button in answers):
        yield Text("  " + "   ".join(button.label for button in answers))
    else:
        for number, button in enumerate(answers, 1):
            yield Text(f"  {number:>2}  {_tick(button)}{button.label}")
    if ways := [button.label for button in buttons if button.verb not in _ANSWERS]:
        yield Text(f"  [{'] ['.join(ways)}]", style="dim")


def _tick(button: Button) -> str:
    if button.is_on is None:
        return ""
    return "✓ " if button.is_on else "· "
