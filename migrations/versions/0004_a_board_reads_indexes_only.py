"""a board reads indexes only"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_index("ix_totals_scope_period_points", table_name="totals")
    op.create_index("ix_totals_scope_period_points_learner_id", "totals", ["scope", "period", "points", "learner_id"])
    op.create_index(
        "ix_learners_gone",
        "learners",
        ["platform", "workspace"],
        sqlite_where=sa.text("left_at IS NOT NULL"),
        postgresql_where=sa.text("left_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_learners_gone", table_name="learners")
    op.drop_index("ix_totals_scope_period_points_learner_id", table_name="totals")
    op.create_index("ix_totals_scope_period_points", "totals", ["scope", "period", "points"])
