"""Make the inbox, where updates wait until they are handled, and the outbox, for what is owed.

Stands alone: never import coachbot.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("update_id", IDENTITY, nullable=False),
        sa.Column("chat", IDENTITY),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("update_id", name="uq_inbox_update_id"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_inbox_waiting", "inbox", ["id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_inbox_settled_at", "inbox", ["settled_at"])
    op.create_table(
        "outbox",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("person_id", IDENTITY, nullable=False),
        sa.Column("chat", IDENTITY, nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("message_id", IDENTITY),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_outbox_person_id_people", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_outbox_person_id", "outbox", ["person_id"])
    owed = sa.text("state IN ('waiting', 'sending')")
    op.create_index("ix_outbox_waiting", "outbox", ["id"], sqlite_where=owed, postgresql_where=owed)
    op.create_index("ix_outbox_settled_at", "outbox", ["settled_at"])
    op.create_table(
        "pulses",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pulses"),
    )


def downgrade() -> None:
    op.drop_table("pulses")
    op.drop_table("outbox")
    op.drop_table("inbox")
