"""The day rules of a site's stages of customers.

Revision 0006. Never edited after release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("lifecycle", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("site", "lifecycle")
