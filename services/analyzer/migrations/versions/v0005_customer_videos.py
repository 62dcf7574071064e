"""Where a video comes from, and whether the operator has released it.

Revision 0005. Never edited after release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What an operator wrote, or pages played, before there was a release, is in use: it counts as released.
    op.add_column("video", sa.Column("origin", sa.String(), nullable=False, server_default="shop"))
    op.add_column("video", sa.Column("approved", sa.Boolean(), nullable=True))
    op.execute(sa.table("video", sa.column("approved", sa.Boolean())).update().values(approved=sa.true()))


def downgrade() -> None:
    op.drop_column("video", "approved")
    op.drop_column("video", "origin")
