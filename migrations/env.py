"""Alembic's entry: the connection comes from coachbot; `alembic check` and revisions use it too."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeEngine

from coachbot.store.tables import metadata
from coachbot.store.types import SealedBytes, UtcDateTime


def render_item(kind: str, item: Any, _: object) -> str | Literal[False]:  # noqa: ANN401
    """Write plain SQLAlchemy types into migrations, so that they stand alone."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedBytes):
        return "sa.LargeBinary()"
    return False


def same_type(
    _context: object, _column: object, _metadata: object, found: TypeEngine[Any], wanted: object
) -> bool | None:
    del found
    return False if isinstance(wanted, SealedBytes | UtcDateTime) else None


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=render_item,
    compare_type=same_type,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
