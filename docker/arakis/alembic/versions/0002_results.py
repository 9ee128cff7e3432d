"""What a workflow found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workflows", sa.Column("status", sa.String, nullable=False, server_default="pending"))
    op.add_column("workflows", sa.Column("included", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("workflows", "included")
    op.drop_column("workflows", "status")
