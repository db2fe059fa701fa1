"""Slack in many workspaces: bot tokens, and states of installations on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "slack_bots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("workspace", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("bot_id", sa.String(length=60), nullable=False),
        sa.Column("user", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False, comment="encrypted with SECRET_KEY"),
        sa.Column("installed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_bots")),
        sa.UniqueConstraint("client_id", "workspace", name=op.f("uq_slack_bots_client_id_workspace")),
    )
    op.create_table(
        "slack_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False, comment="of somebody on the way to install the app"),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_states")),
        sa.UniqueConstraint("state", name=op.f("uq_slack_states_state")),
    )


def downgrade() -> None:
    op.drop_table("slack_states")
    op.drop_table("slack_bots")
