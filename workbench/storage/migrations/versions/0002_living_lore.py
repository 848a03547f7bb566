"""Living lore: activation rules and review of entries, folded tasks with their log, paused queues, the archive"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("lore_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secondary_logic", sa.String(), nullable=False, server_default="and_any"))
        batch_op.add_column(sa.Column("probability", sa.Integer(), nullable=False, server_default="100"))
        batch_op.add_column(sa.Column("scan_depth", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("case_sensitive", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("whole_words", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("exclude_recursion", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("prevent_recursion", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("delay_until_recursion", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("review", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("merged_into", sa.String(), nullable=True))
    # What a story had made by itself before there was a review waits for one.
    op.execute("UPDATE lore_entry SET review = 'proposed' WHERE is_dynamically_generated = 1")

    with op.batch_alter_table("note_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("model", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("memory_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folded_into", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("started_at", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("log", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index("ix_memory_task_folded_into", ["folded_into"], unique=False)

    op.create_table(
        "queue_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "archive_item",
        sa.Column("content_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("content_id"),
    )
