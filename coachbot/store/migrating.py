"""Bringing a database to the schema of this code: Alembic, driven from here."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from coachbot.errors import StoreError
from coachbot.store.database import Database

LOCK: Final = int.from_bytes(b"coachbot")
"""The advisory lock under which the schema is changed: any number that nobody else takes."""
_PACKAGE: Final = Path(__file__).resolve().parent.parent


def migrations_folder() -> Path:
    """Return the package's own migrations (a wheel brings them), else the checkout's."""
    for folder in (_PACKAGE / "migrations", _PACKAGE.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise StoreError("the folder of migrations is missing; install coachbot anew")


def configuration(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_folder()))
    return config


def migrate(database: Database, target: str = "head") -> None:
    """Bring the schema up to `target`; raises StoreError when the database is ahead of the code.

    One process at a time: all others wait, and then find nothing to do. All of it is one
    transaction, so that what was killed halfway has not begun.
    """
    with database.write() as connection:
        _wait_for_others(connection)
        refuse_newer(connection)
        command.upgrade(configuration(connection), target)


def _wait_for_others(connection: Connection) -> None:
    """On SQLite a writing transaction has the database to itself anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def refuse_newer(connection: Connection) -> None:
    """Raise StoreError when the schema has a revision that this code does not know."""
    known = {
        script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()
    }
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StoreError(
            f"the database has the newer schema {current}; run the version of coachbot that made it"
        )


def differences(database: Database) -> None:
    """Raise StoreError when the tables of the code and the migrations do not say the same."""
    from alembic.util import CommandError

    with database.write() as connection:
        try:
            command.check(configuration(connection))
        except CommandError as error:
            raise StoreError(f"migrations: {error}") from None
