"""The questions of the dashboard.

Revision 0002. Never edited after release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("where", sa.JSON(), nullable=True),
        sa.Column("breakdown", sa.String(), nullable=True),
        sa.Column("filter", sa.JSON(), nullable=True),
        sa.Column("interval", sa.String(), nullable=True),
        sa.Column("window_days", sa.Float(), nullable=True),
        sa.Column("goal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )


def downgrade() -> None:
    op.drop_table("question")
