"""Make the tables of people, their definitions, and their answers.

Stands alone: never import coachbot.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("definition_id", IDENTITY),
        sa.Column("profile", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("unreachable_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("channel", "address", name="uq_people_channel_address"),
    )
    op.create_table(
        "definitions",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("person_id", IDENTITY, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Boolean(), nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_definitions"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_definitions_person_id_people", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_definitions_person_id", "definitions", ["person_id"])
    op.create_table(
        "answers",
        sa.Column("id", IDENTITY, nullable=False, autoincrement=False),
        sa.Column("person_id", IDENTITY, nullable=False),
        sa.Column("definition_id", IDENTITY, nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("message_id", IDENTITY),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_answers_person_id_people", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definitions.id"],
            name="fk_answers_definition_id_definitions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_answers_person_id", "answers", ["person_id"])
    op.create_index("ix_answers_definition_id", "answers", ["definition_id"])
    op.create_index(
        "ix_answers_current",
        "answers",
        ["definition_id"],
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current = true"),
    )


def downgrade() -> None:
    op.drop_table("answers")
    op.drop_table("definitions")
    op.drop_table("people")
