"""The database: SQLite by default, PostgreSQL where one machine is not enough. Synchronous.

On SQLite every writing transaction begins with BEGIN IMMEDIATE: one that reads first and writes
later would fail at once with SQLITE_BUSY_SNAPSHOT, whatever the timeout. Reading has an engine of
its own, so that it never waits for a writer.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)

from coachbot.errors import RowError, SettingsError, StoreError

__all__ = [
    "BAD_URL",
    "Connection",
    "Database",
    "afterwards",
    "file_of",
    "open_database",
    "place_of",
    "wipe_afterwards",
    "write_together",
]

BUSY_SECONDS: Final = 10
CONNECT_SECONDS: Final = 5
MOST_CONNECTIONS: Final = 4
"""The bot's one thread needs one; documents are printed in threads of their own."""
RECYCLED_SECONDS: Final = 3600
WIPING_MILLISECONDS: Final = 200
_AFTERWARDS: Final = "coachbot.afterwards"
_TOGETHER: Final = "coachbot.together"
BAD_URL: Final = "COACHBOT_DATABASE_URL: expected sqlite:///… or postgresql://…"
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "secure_delete=ON",
)
_OPTIONS: Final = (
    f"-c lock_timeout={BUSY_SECONDS * 1000} -c idle_in_transaction_session_timeout=30000"
    " -c default_transaction_isolation=read\\ committed"
    # A queue's statistics are never true: what waits is to be read in the order of its index.
    " -c enable_bitmapscan=off"
)


@dataclass(frozen=True)
class Database:
    """Two ways into one database: `write()` is a unit of work, `read()` changes nothing."""

    writer: Engine
    reader: Engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction; leaving commits, an exception rolls back."""
        with _own_errors():
            with self.writer.begin() as connection:
                todo = connection.info[_AFTERWARDS] = list[Callable[[], object]]()
                connection.info[_TOGETHER] = {}
                yield connection
                _write_down(connection)
            for act in todo:
                act()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with _own_errors(), self.reader.begin() as connection:
            yield connection

    def wipe(self) -> bool:
        """Clear SQLite's log of what was deleted; returns whether it could be done just now.

        Nobody is kept waiting for it for long: while somebody reads, it is left for the next time.
        """
        with _own_errors():
            return _cleared(self.writer)

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def afterwards(connection: Connection, act: Callable[[], object]) -> None:
    """Let something be done once the transaction of `Database.write` is committed, else not."""
    connection.info[_AFTERWARDS].append(act)


def write_together(
    connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Let rows be written together with those of other people: one statement for all of them.

    They are written before anything else is asked of the connection, and before the transaction
    of `Database.write` is committed: so nobody ever reads without them.
    """
    if rows:
        connection.info[_TOGETHER].setdefault(statement, []).extend(rows)


def _write_down(connection: Connection, *_: object) -> None:
    """Write what waits, the rows of a statement at once."""
    if waiting := connection.info.get(_TOGETHER):
        connection.info[_TOGETHER] = {}
        for statement, rows in waiting.items():
            connection.execute(statement, rows)


def wipe_afterwards(connection: Connection) -> None:
    """Clear the log as soon as what this transaction deletes is deleted."""
    afterwards(connection, partial(_cleared, connection.engine))


def _cleared(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={WIPING_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(is_busy, *_)] = cursor.fetchall()
    except sqlite3.Error:
        return False  # what was committed stays committed
    else:
        return not is_busy
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        raw.close()


def place_of(url: str) -> str:
    """Return a database's URL without its password; raises SettingsError for a bad one."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        raise SettingsError(BAD_URL) from None


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database, None for another kind; raises SettingsError."""
    try:
        made = make_url(url)
    except ArgumentError:
        raise SettingsError(BAD_URL) from None
    is_file = made.get_backend_name() == "sqlite" and made.database
    return Path(made.database) if is_file and made.database else None


def open_database(url: str) -> Database:
    """Return the database of a SQLAlchemy URL; raises SettingsError for a bad one."""
    try:
        name = make_url(url).get_backend_name()
    except ArgumentError:
        raise SettingsError(BAD_URL) from None
    if name == "sqlite":
        return _open_sqlite(url)
    if name == "postgresql":
        return _open_postgresql(url)
    raise SettingsError(f"COACHBOT_DATABASE_URL: {name} is not supported; use sqlite or postgresql")


def _open_postgresql(url: str) -> Database:
    """Every connection is tried before it is used: the server may have been away meanwhile.

    What a dead or stuck process holds is let go by the server, and nobody waits for it for long.
    """
    engine = _created(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=MOST_CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        pool_recycle=RECYCLED_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": BUSY_SECONDS * 1000,
            "options": _OPTIONS,
        },
    )
    return Database(engine, engine)


def _open_sqlite(url: str) -> Database:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise SettingsError("COACHBOT_DATABASE_URL: SQLite needs a file, sqlite:///path")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"COACHBOT_DATABASE_URL: {error}") from None
    return Database(_sqlite_engine(url, "BEGIN IMMEDIATE"), _sqlite_engine(url, "BEGIN"))


def _sqlite_engine(url: str, begin: str) -> Engine:
    connecting = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = _created(make_url(url), connect_args=connecting)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  sqlite3's own connection
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_immediately(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _created(url: URL, **how: Any) -> Engine:  # noqa: ANN401  whatever SQLAlchemy takes
    engine = create_engine(url, hide_parameters=True, **how)
    event.listen(engine, "before_execute", _write_down)
    return engine


@contextmanager
def _own_errors() -> Iterator[None]:
    """Let no SQLAlchemy error out of the store; the message names no parameter."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise RowError(f"the database refused a row: {type(error.orig).__name__}") from error
    except DBAPIError as error:
        raise StoreError(f"the database did not answer: {error.orig}") from error
    except StatementError as error:
        raise RowError(f"a row has not its form: {type(error.orig).__name__}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"the database refused: {type(error).__name__}") from error
