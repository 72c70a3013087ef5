"""The line of the ratings in words and signs."""

from coachbot.reflection.trend import WIDTH, Trend
from coachbot.texts.library import Words
from coachbot.texts.said import Said
from coachbot.texts.voice import Voice
from coachbot.texts.wording import say_plain


def trend_said(voice: Voice, found: Trend | None) -> Said:
    """Return the line with its figures; without any, or with one, what is to come."""
    if found is None:
        return Said(voice.nudging("trend", "none", {}))
    return Said(trend_line(voice.words, found))


def trend_line(words: Words, found: Trend) -> str:
    """Return the ratings as bars with the first, the last and the mean of the latest."""
    signs = words.text("reflection", "trend", "signs")
    values = {
        "line": "".join(signs[bar] for bar in found.bars),
        "first": found.first,
        "last": found.last,
        "lately": decimal(found.lately, words.language),
    }
    name = "once" if len(found.ratings) == 1 else "line"
    return say_plain(words.text("reflection", "trend", name), values)


def trend_figures(words: Words, found: Trend) -> str:
    """Return the latest ratings as figures, for a document that goes on paper."""
    values = {
        "ratings": ", ".join(str(rating) for _, rating in found.ratings[-WIDTH:]),
        "first": found.first,
        "last": found.last,
        "lately": decimal(found.lately, words.language),
    }
    return say_plain(words.text("reflection", "trend", "figures"), values)


def decimal(number: float, language: str) -> str:
    """Return „3,7“ or "3.7"."""
    return f"{number:g}".replace(".", "," if language == "de" else ".")
