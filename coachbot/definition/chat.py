"""The definition as chat text: the wall page first, then what is for the owner."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from coachbot.definition.model import Definition, Entry, Section
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain


def chat_pages(definition: Definition, words: Words) -> tuple[str, ...]:
    """Return the wall page and the owner's part as Telegram HTML; a channel splits what is long."""
    return (_wall(definition, words), _owner(definition, words))


def _wall(definition: Definition, words: Words) -> Markup:
    fixed, wall = words.table("document", "fixed"), definition.wall
    sticky = say_plain(fixed["sticky"], {"word": wall.word}) if wall.word else fixed["means"]
    paragraphs = [
        Markup("<b>{}</b>\n{}").format(definition.business, definition.title),
        Markup("<b>{}</b>").format(wall.sentence)
        if wall.sentence
        else escape(fixed["no_sentence"]),
        _list(sticky, ((wall.means,) if wall.means else ()) + wall.observables),
        _list(fixed["nevers"], wall.nevers),
        Markup("<i>{}</i>").format(definition.edition_line),
    ]
    return _joined(paragraphs)


def _list(head: str, lines: tuple[str, ...]) -> Markup:
    if not lines:
        return Markup("")
    return Markup("\n").join([escape(head), *(Markup("• {}").format(line) for line in lines)])


def _owner(definition: Definition, words: Words) -> Markup:
    fixed, headings = words.table("document", "fixed"), words.table("document", "sections")
    paragraphs = [
        Markup("<b>{}</b>\n<i>{}</i>").format(fixed["for_you"], fixed["for_you_why"]),
        *(_section(section) for section in definition.sections if section.entries),
        _neighbour(definition),
        _list(headings["tensions"], _rubs(definition, words)),
        _list(headings["open"], definition.open_points),
        escape(definition.next_nudge),
        _list(headings["changes"], tuple(_changes(definition, words))),
    ]
    return _joined(paragraphs)


def _section(section: Section) -> Markup:
    head = Markup("<b>{}</b>").format(section.heading)
    return Markup("\n").join([head, *(_entry(entry) for entry in section.entries)])


def _entry(entry: Entry) -> Markup:
    mark = Markup(" <i>({})</i>").format(entry.mark) if entry.mark else ""
    lines = [f"{item}: {line}" if item else line for item, line in entry.lines]
    if len(lines) == 1:
        return Markup("{}{}: {}").format(entry.name, mark, lines[0])
    return Markup("\n").join(
        [Markup("{}{}:").format(entry.name, mark), *(Markup("• {}").format(x) for x in lines)]
    )


def _neighbour(definition: Definition) -> Markup:
    if definition.neighbour is None:
        return Markup("")
    return Markup("<i>{}: {}</i>").format(definition.neighbour.name, definition.neighbour.works)


def _rubs(definition: Definition, words: Words) -> tuple[str, ...]:
    source = words.table("document", "fixed")["meant_so"]
    return tuple(
        f"{rub.question} {say_plain(source, {'reason': rub.reason})}"
        if rub.reason
        else rub.question
        for rub in definition.rubs
    )


def _changes(definition: Definition, words: Words) -> Iterator[str]:
    """Yield what changed, old beside new; what came or went has one side only."""
    fixed = words.table("document", "fixed")
    for change in definition.changes:
        sides = ((fixed["before"], change.before), (fixed["after"], change.after))
        told = "; ".join(
            f"{side}: {', '.join(text.split(chr(10)))}" for side, text in sides if text
        )
        yield f"{change.name} ({told})"


def _joined(paragraphs: Iterable[Markup]) -> Markup:
    return Markup("\n\n").join(paragraph for paragraph in paragraphs if paragraph)
