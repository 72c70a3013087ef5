"""Make room for nudges, for leases between processes, and for warning people who stay away.

Stands alone: never import coachbot.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("people", sa.Column("warned_at", INSTANT))
    op.create_index("ix_people_seen_at", "people", ["seen_at"])
    op.create_index("ix_inbox_chat_received_at", "inbox", ["chat", "received_at"])
    _inbox_and_outbox()
    _schedules()
    _nudges()
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _inbox_and_outbox() -> None:
    is_waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_inbox_chat_waiting",
        "inbox",
        ["chat", "update_id"],
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )
    copies = sa.Column("copies", sa.Integer(), nullable=False, server_default="0")
    op.add_column("outbox", copies)
    op.add_column("outbox", sa.Column("taken_by", sa.String(64)))
    op.drop_index("ix_outbox_waiting", "outbox")
    for name, columns, condition in (
        ("ix_outbox_owed", ["state", "chat", "id"], "state = 'waiting' OR state = 'sending'"),
        ("ix_outbox_live", ["state", "due_at", "id"], "state = 'waiting' AND kind != 'nudge'"),
        ("ix_outbox_nudges", ["state", "due_at", "id"], "state = 'waiting' AND kind = 'nudge'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("person_id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date()),
        sa.Column("due_at", INSTANT),
        sa.PrimaryKeyConstraint("person_id", name="pk_schedules"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_schedules_person_id_people", ondelete="CASCADE"
        ),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_schedules_due_at", "schedules", ["due_at"], sqlite_where=is_due, postgresql_where=is_due
    )


def _nudges() -> None:
    op.create_table(
        "nudges",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("person_id", IDENTITY, nullable=False),
        sa.Column("definition_id", IDENTITY, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_nudges"),
        sa.UniqueConstraint(
            "person_id", "local_date", "number", name="uq_nudges_person_id_local_date_number"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_nudges_person_id_people", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definitions.id"],
            name="fk_nudges_definition_id_definitions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_nudges_definition_id", "nudges", ["definition_id"])


def downgrade() -> None:
    op.drop_table("leases")
    op.drop_table("nudges")
    op.drop_table("schedules")
    for name in ("ix_outbox_owed", "ix_outbox_live", "ix_outbox_nudges"):
        op.drop_index(name, "outbox")
    owed = sa.text("state IN ('waiting', 'sending')")
    op.create_index("ix_outbox_waiting", "outbox", ["id"], sqlite_where=owed, postgresql_where=owed)
    op.drop_column("outbox", "taken_by")
    op.drop_column("outbox", "copies")
    op.drop_index("ix_inbox_chat_waiting", "inbox")
    op.drop_index("ix_inbox_chat_received_at", "inbox")
    op.drop_index("ix_people_seen_at", "people")
    op.drop_column("people", "warned_at")
