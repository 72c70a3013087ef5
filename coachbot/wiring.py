"""Wiring: the only module that knows all rooms. Settings in, a coach out."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from coachbot.coach import Coach
from coachbot.coach.limits import Limits
from coachbot.coach.turn import Office
from coachbot.definition.building import Builder
from coachbot.definition.faces import FACES
from coachbot.definition.model import Edition
from coachbot.definition.printing import Printer
from coachbot.errors import SettingsError
from coachbot.flow.path import next_open
from coachbot.settings import Settings
from coachbot.store import identity, keys, ledger, pulses, vitals
from coachbot.store.database import Database, open_database, place_of
from coachbot.store.ledger import Ledger
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing, new_key
from coachbot.texts.answers_file import read_answers
from coachbot.texts.judging import noticed_in
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.rules import coached_flow
from coachbot.texts.speaker import Facts

DAYS_A_MONTH: Final = 30.44


def library_of(settings: Settings) -> Library:
    return Library(prompts_folder(settings.prompts))


def place(settings: Settings) -> str:
    """Return where everything is kept, without a password."""
    return place_of(settings.database_url.get_secret_value())


def database_of(settings: Settings) -> Database:
    return open_database(settings.database_url.get_secret_value())


def key_ring(settings: Settings, database: Database) -> KeyRing:
    """Return the key ring of a database; tells on standard error when a master key was made.

    Raises SettingsError or SealError, before anything is written, when the keys at hand are not
    those that the database was sealed with.
    """
    ring = _keys_at_hand(settings, database)
    keys.refuse_strange(database, ring)
    return ring


def _keys_at_hand(settings: Settings, database: Database) -> KeyRing:
    path = settings.master_key_file
    if settings.master_key is not None:
        return KeyRing.from_text(settings.master_key.get_secret_value())
    if not path.exists() and keys.is_sealed(database):
        raise SettingsError(
            f"COACHBOT_MASTER_KEY_FILE: {path} is missing, and without it the database cannot be "
            "read; put it back from your copy"
        )
    ring, is_new = KeyRing.from_file(path)
    if is_new:
        note = f"A master key was made: {path}. Keep a copy elsewhere."
        print(note, file=sys.stderr)  # noqa: T201  the operator has to see it once
    return ring


def ledger_of(settings: Settings) -> Ledger:
    """Return the ledger of erasures, begun when there is none; raises SettingsError."""
    return Ledger.opened(ledger_file(settings))


def ledger_file(settings: Settings) -> Path:
    return settings.ledger_file or settings.master_key_file.with_name(ledger.NAME)


def coach_of(settings: Settings, *, telegram: bool = False) -> Coach:
    """Return a coach on a migrated database."""
    database, library = database_of(settings), library_of(settings)
    facts = Facts(
        settings.operator_name,
        settings.operator_contact,
        telegram=telegram,
        policy=settings.privacy_url,
        idle_months=round(settings.retention_days / DAYS_A_MONTH) if telegram else 0,
    )
    ring, flow = key_ring(settings, database), coached_flow(library)
    erasures = ledger_of(settings)
    migrate(database)
    with database.read() as connection:
        identity.go_on(connection)
    printer = Printer(library.folder)
    limits = _limits(settings) if telegram else Limits()
    office = Office(flow, library, ring, facts, settings.language, printer, erasures, limits)
    return Coach(office, database)


def _limits(settings: Settings) -> Limits:
    return Limits(settings.stored_megabytes * 1_000_000, settings.documents_an_hour)


@contextmanager
def coach_beside(settings: Settings) -> Iterator[Coach]:
    """Yield a coach on a database of its own, gone afterwards: nothing of it is kept."""
    library = library_of(settings)
    with tempfile.TemporaryDirectory(prefix="coachbot-") as folder:
        database = open_database(f"sqlite:///{folder}/coachbot.sqlite3")
        migrate(database)
        ring = KeyRing.from_text(new_key())
        yield Coach(Office(coached_flow(library), library, ring), database)
        database.close()


def write_document(
    settings: Settings, answers: Path, out: Path, language: str | None, on: date
) -> list[Path]:
    """Write every face of the document of an answers file into `out`; returns the files written."""
    library = library_of(settings)
    flow = coached_flow(library)
    file = read_answers(answers, flow)
    words = library.languages[language or file.language]
    edition = Edition(1, next_open(flow, file.answers) is not None, on)
    definition = Builder(flow, words, library.layout).build(file.answers, edition)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for face in FACES.values():
        path = out / face.file_name(definition, words)
        path.write_bytes(face.make(definition, words, settings.prompts))
        written.append(path)
    return written


def notice_lines(settings: Settings, lines: Iterable[str], out: TextIO, errors: TextIO) -> int:
    """Write what is noticed in each line, in the same order; returns how many lines were wrong."""
    flow, wrong = coached_flow(library_of(settings)), 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                print(noticed_in(flow, line), file=out)
            except ValueError as error:
                wrong += 1
                print(f"line {number}: {error}", file=errors)
    return wrong


def status_of(settings: Settings, now: datetime) -> dict[str, str]:
    """Return what an operator wants to know of a running bot, by name."""
    with database_of(settings).read() as connection:
        told = {name: str(count) for name, count in pulses.counts(connection).items()}
        signs = vitals.read(connection, now)
    told |= {
        "oldest inbox": f"{signs.inbox.age.total_seconds():.0f} s",
        "oldest outbox": f"{signs.outbox.age.total_seconds():.0f} s",
        "nudges due": str(signs.nudges_due),
        "last receive": _when(signs.received_at, now),
        "last send": _when(signs.sent_at, now),
    }
    return told


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    ago = timedelta(seconds=round((now - moment).total_seconds()))
    return f"{moment.isoformat(timespec='seconds')}, {ago} ago"
