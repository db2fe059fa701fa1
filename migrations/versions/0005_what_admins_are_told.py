"""what admins are told is kept until they know; a recap has a lease of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False, comment="the channel's: claims must not join"),
        sa.Column("slot", sa.String(length=60), nullable=False, comment="the same thing is told once"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True, comment="somebody is telling it"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_notices_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("channel_id", "slot", name=op.f("uq_notices_channel_id_slot")),
    )
    op.create_index(
        "ix_notices_unheard",
        "notices",
        ["leased_until"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    # Columns are added in place: a table that others refer to cannot be copied and dropped while rows refer to it.
    comment = "how scarce its questions were"
    op.add_column("channels", sa.Column("stock", sa.String(length=10), nullable=False, server_default="", comment=comment))
    op.add_column("drills", sa.Column("recap_until", sa.DateTime(), nullable=True, comment="somebody is telling the recap"))
    op.add_column("drills", sa.Column("recap_tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("drills", "recap_tries")
    op.drop_column("drills", "recap_until")
    op.drop_column("channels", "stock")
    op.drop_index(
        "ix_notices_unheard",
        table_name="notices",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_table("notices")
