"""The tables. Whatever a person wrote is in a sealed column; ids, times and flags are not."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    and_,
    or_,
    true,
)

from coachbot.store.types import Identity, SealedBytes, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _person_id() -> Column[int]:
    return Column(
        "person_id", Identity, ForeignKey("people.id", ondelete="CASCADE"), nullable=False
    )


people = Table(
    "people",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("definition_id", Identity),
    Column("profile", SealedBytes),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("unreachable_at", UtcDateTime),
    Column("warned_at", UtcDateTime),
    UniqueConstraint("channel", "address"),
    Index(None, "seen_at"),
)

definitions = Table(
    "definitions",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    _person_id(),
    Column("state", SealedBytes, nullable=False),
    Column("version", Integer, nullable=False),
    Column("issued", Boolean, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    _person_id(),
    Column(
        "definition_id",
        Identity,
        ForeignKey("definitions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("question", String(64), nullable=False),
    Column("content", SealedBytes, nullable=False),
    Column("version", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("message_id", Identity),
    Column("given_at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)
Index(
    "ix_answers_current",
    answers.c.definition_id,
    sqlite_where=answers.c.current == true(),
    postgresql_where=answers.c.current == true(),
)
Index(None, answers.c.definition_id)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    Column("update_id", Identity, nullable=False, unique=True),
    Column("chat", Identity),
    Column("payload", SealedBytes),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", String(200)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
)
Index(
    "ix_inbox_waiting",
    inbox.c.id,
    sqlite_where=inbox.c.state == "waiting",
    postgresql_where=inbox.c.state == "waiting",
)
Index(
    "ix_inbox_chat_waiting",
    inbox.c.chat,
    inbox.c.update_id,
    sqlite_where=inbox.c.state == "waiting",
    postgresql_where=inbox.c.state == "waiting",
)
Index("ix_inbox_settled_at", inbox.c.settled_at)
Index("ix_inbox_chat_received_at", inbox.c.chat, inbox.c.received_at)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    _person_id(),
    Column("chat", Identity, nullable=False),
    Column("method", String(32), nullable=False),
    Column("payload", SealedBytes),
    Column("kind", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("copies", Integer, nullable=False, server_default="0"),
    Column("reason", String(200)),
    Column("message_id", Identity),
    Column("taken_by", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "person_id"),
)
# Not IN: SQLite would not see that a condition on one of the states is covered.
_is_owed = or_(outbox.c.state == "waiting", outbox.c.state == "sending")
_is_nudge = and_(outbox.c.state == "waiting", outbox.c.kind == "nudge")
_is_live = and_(outbox.c.state == "waiting", outbox.c.kind != "nudge")
Index(
    "ix_outbox_owed",
    outbox.c.state,
    outbox.c.chat,
    outbox.c.id,
    sqlite_where=_is_owed,
    postgresql_where=_is_owed,
)
_oldest_first = outbox.c.state, outbox.c.due_at, outbox.c.id
Index("ix_outbox_live", *_oldest_first, sqlite_where=_is_live, postgresql_where=_is_live)
Index("ix_outbox_nudges", *_oldest_first, sqlite_where=_is_nudge, postgresql_where=_is_nudge)
Index("ix_outbox_settled_at", outbox.c.settled_at)

schedules = Table(
    "schedules",
    metadata,
    Column(
        "person_id",
        Identity,
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("zone", String(64), nullable=False),
    Column("at", String(5), nullable=False),
    Column("every", Integer, nullable=False),
    Column("anchor", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("last_on", Date),
    Column("due_at", UtcDateTime),
)
Index(
    "ix_schedules_due_at",
    schedules.c.due_at,
    sqlite_where=schedules.c.due_at.is_not(None),
    postgresql_where=schedules.c.due_at.is_not(None),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    _person_id(),
    Column(
        "definition_id",
        Identity,
        ForeignKey("definitions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("local_date", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", SealedBytes, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    UniqueConstraint("person_id", "local_date", "number"),
    Index(None, "definition_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

pulses = Table(
    "pulses",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
