"""the first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False, comment="asked not to be named"),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
        sa.UniqueConstraint("platform", "workspace", "user", name=op.f("uq_learners_platform_workspace_user")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("platform", "workspace", name=op.f("uq_workspaces_platform_workspace")),
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("close_after", sa.Integer(), nullable=True, comment="hours; null closes at the next opening"),
        sa.Column("feedback", sa.String(length=20), nullable=False),
        sa.Column("ping", sa.String(length=60), nullable=False),
        sa.Column("recap", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True, comment="who set it up: an admin of this channel"),
        sa.ForeignKeyConstraint(["owner"], ["learners.id"], name=op.f("fk_channels_owner_learners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("platform", "workspace", "channel", name=op.f("uq_channels_platform_workspace_channel")),
    )
    op.create_table(
        "totals",
        sa.Column("scope", sa.Integer(), autoincrement=False, nullable=False, comment="a channel's id, or minus a workspace's"),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False, comment="see bot.store.totals.periods"),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_totals_learner_id_learners")),
        sa.PrimaryKeyConstraint("scope", "period", "learner_id", name=op.f("pk_totals")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_totals_scope_period_points"), "totals", ["scope", "period", "points"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_audit_channel_id_channels")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_audit_learner_id_learners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "drills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False, comment="the channel's: claims must not join"),
        sa.Column("slot", sa.String(length=120), nullable=False, comment="the local day, or 'now:' and the event's id"),
        sa.Column("daily", sa.Boolean(), nullable=False, comment="false for extra drills: they break no streak"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question", sa.String(length=170), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=True, comment="null stays open until something closes it"),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("message", sa.String(length=120), nullable=True, comment="the platform's post"),
        sa.Column("reveal", sa.String(length=120), nullable=True, comment="the platform's closing message"),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False, comment="how many answered, as the post says"),
        sa.Column("shown_at", sa.DateTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column(
            "recap",
            sa.String(length=120),
            nullable=True,
            comment="the platform's weekly recap; '' while it is due, null when none is",
        ),
        sa.Column("seen_at", sa.DateTime(), nullable=True, comment="answers up to here were taken in"),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_drills_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.UniqueConstraint("channel_id", "slot", name=op.f("uq_drills_channel_id_slot")),
    )
    op.create_index(op.f("ix_drills_channel_id_day"), "drills", ["channel_id", "day"], unique=False)
    op.create_index(op.f("ix_drills_message"), "drills", ["message"], unique=False)
    op.create_index(
        "ix_drills_recap_due",
        "drills",
        ["opens_at"],
        unique=False,
        sqlite_where=sa.text("recap = ''"),
        postgresql_where=sa.text("recap = ''"),
    )
    op.create_index(
        "ix_drills_stale",
        "drills",
        ["shown_at"],
        unique=False,
        sqlite_where=sa.text("shown != answered"),
        postgresql_where=sa.text("shown != answered"),
    )
    op.create_index(op.f("ix_drills_state_closes_at"), "drills", ["state", "closes_at"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False, comment="the channel's: claims must not join"),
        sa.Column("at", sa.String(length=5), nullable=False, comment="local time, HH:MM"),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False, comment="weekdays as digits, 0 = Monday"),
        sa.Column("skips", sa.JSON(), nullable=False, comment="[[first, last], ...] local dates"),
        sa.Column("packs", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("paused", sa.Text(), nullable=True, comment="why it is paused; null while it runs"),
        sa.Column("next_at", sa.DateTime(), nullable=True, comment="the next opening; null while there is none"),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_schedules_channel_id_channels")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_schedules")),
    )
    op.create_index(op.f("ix_schedules_next_at"), "schedules", ["next_at"], unique=False)
    op.create_table(
        "streaks",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False, comment="as of last_day"),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False, comment="the last local day answered with a score above 0"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_streaks_channel_id_channels")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_streaks_learner_id_learners")),
        sa.PrimaryKeyConstraint("channel_id", "learner_id", name=op.f("pk_streaks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=160), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False, comment="[[key point, hit, credit, matched, note], ...]"),
        sa.Column("misconceptions", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("rubric", sa.String(length=12), nullable=False, comment="version of the question's content"),
        sa.Column("grader", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="the adapter's address to tell the verdict to"),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True, comment="somebody is telling it"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_attempts_drill_id_drills")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_attempts_learner_id_learners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("drill_id", "learner_id", "number", name=op.f("uq_attempts_drill_id_learner_id_number")),
        sa.UniqueConstraint("event_id", name=op.f("uq_attempts_event_id")),
    )
    op.create_index(
        "ix_attempts_untold",
        "attempts",
        ["leased_until"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "results",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False, comment="the best attempt's; 0 when the drill was replaced"),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_results_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_results_channel_id_channels")),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_results_drill_id_drills")),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_results_learner_id_learners")),
        sa.PrimaryKeyConstraint("drill_id", "learner_id", name=op.f("pk_results")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_results_channel_id_day"), "results", ["channel_id", "day"], unique=False)
    op.create_index(op.f("ix_results_learner_id_day"), "results", ["learner_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_results_learner_id_day"), table_name="results")
    op.drop_index(op.f("ix_results_channel_id_day"), table_name="results")
    op.drop_table("results")
    op.drop_index(
        "ix_attempts_untold",
        table_name="attempts",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_table("attempts")
    op.drop_table("streaks")
    op.drop_index(op.f("ix_schedules_next_at"), table_name="schedules")
    op.drop_table("schedules")
    op.drop_index(op.f("ix_drills_state_closes_at"), table_name="drills")
    op.drop_index(
        "ix_drills_stale",
        table_name="drills",
        sqlite_where=sa.text("shown != answered"),
        postgresql_where=sa.text("shown != answered"),
    )
    op.drop_index(
        "ix_drills_recap_due",
        table_name="drills",
        sqlite_where=sa.text("recap = ''"),
        postgresql_where=sa.text("recap = ''"),
    )
    op.drop_index(op.f("ix_drills_message"), table_name="drills")
    op.drop_index(op.f("ix_drills_channel_id_day"), table_name="drills")
    op.drop_table("drills")
    op.drop_table("audit")
    op.drop_index(op.f("ix_totals_scope_period_points"), table_name="totals")
    op.drop_table("totals")
    op.drop_table("channels")
    op.drop_table("workspaces")
    op.drop_table("learners")
