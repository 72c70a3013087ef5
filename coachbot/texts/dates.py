"""Dates for people, by Babel's rules for the language."""

from datetime import date, time

from babel.dates import format_date, format_time


def long_date(on: date, language: str) -> str:
    """Return „21. November 2026“ or "21 November 2026"."""
    return format_date(on, "d. MMMM y" if language == "de" else "d MMMM y", locale=language)


def weekday_date(on: date, language: str) -> str:
    """Return „Sonntag, 6. Dezember“ or "Sunday, 6 December"."""
    pattern = "EEEE, d. MMMM" if language == "de" else "EEEE, d MMMM"
    return format_date(on, pattern, locale=language)


def clock(at: time, language: str) -> str:
    return format_time(at, "HH:mm", locale=language)
