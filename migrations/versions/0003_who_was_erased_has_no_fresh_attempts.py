"""who was erased has no fresh attempts"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "spent",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column(
            "mark",
            sa.String(length=100),
            nullable=False,
            comment="of somebody who answered it and was erased since",
        ),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_spent_drill_id_drills")),
        sa.PrimaryKeyConstraint("drill_id", "mark", name=op.f("pk_spent")),
    )


def downgrade() -> None:
    op.drop_table("spent")
