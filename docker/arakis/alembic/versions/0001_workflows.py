"""Workflows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("research_question", sa.Text, nullable=False),
        sa.Column("inclusion_criteria", sa.Text, nullable=False),
        sa.Column("exclusion_criteria", sa.Text, nullable=False),
        sa.Column("databases", sa.JSON, nullable=False),
        sa.Column("max_results_per_query", sa.Integer, nullable=False),
        sa.Column("fast_mode", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("workflows")
