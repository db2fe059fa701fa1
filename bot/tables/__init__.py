"""The database's shape. Used by the store and the migrations only. All instants are stored in UTC."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.tables.base import Instant, metadata

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String(20), nullable=False),
    Column("workspace", String(40), nullable=False),
    UniqueConstraint("platform", "workspace"),
)

channels = Table(
    "channels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String(20), nullable=False),
    Column("workspace", String(40), nullable=False),
    Column("channel", String(60), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=2),
    Column("close_after", Integer, comment="hours; null closes at the next opening"),
    Column("feedback", String(20), nullable=False, default="score"),
    Column("ping", String(60), nullable=False, default=""),
    Column("recap", Boolean, nullable=False, default=True),
    Column("owner", Integer, ForeignKey("learners.id"), comment="who set it up: an admin of this channel"),
    Column("stock", String(10), nullable=False, default="", server_default="", comment="how scarce its questions were"),
    UniqueConstraint("platform", "workspace", "channel"),
)

schedules = Table(
    "schedules",
    metadata,
    Column("channel_id", Integer, ForeignKey("channels.id"), primary_key=True),
    Column("platform", String(20), nullable=False, comment="the channel's: claims must not join"),
    Column("at", String(5), nullable=False, comment="local time, HH:MM"),
    Column("zone", String(60), nullable=False),
    Column("days", String(7), nullable=False, comment="weekdays as digits, 0 = Monday"),
    Column("skips", JSON, nullable=False, comment="[[first, last], ...] local dates"),
    Column("packs", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("level", String(20)),
    Column("paused", Text, comment="why it is paused; null while it runs"),
    Column("next_at", Instant, comment="the next opening; null while there is none"),
    Column("next_day", Date),
    Index(None, "next_at"),
)

learners = Table(
    "learners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String(20), nullable=False),
    Column("workspace", String(40), nullable=False),
    Column("user", String(60), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("hidden", Boolean, nullable=False, default=False, comment="asked not to be named"),
    Column("left_at", Instant),
    UniqueConstraint("platform", "workspace", "user"),
)
GONE = learners.c.left_at.is_not(None)
Index("ix_learners_gone", learners.c.platform, learners.c.workspace, sqlite_where=GONE, postgresql_where=GONE)

drills = Table(
    "drills",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", Integer, ForeignKey("channels.id"), nullable=False),
    Column("platform", String(20), nullable=False, comment="the channel's: claims must not join"),
    Column("slot", String(120), nullable=False, comment="the local day, or 'now:' and the event's id"),
    Column("daily", Boolean, nullable=False, default=True, comment="false for extra drills: they break no streak"),
    Column("day", Date, nullable=False),
    Column("question", String(170), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("level", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, comment="null stays open until something closes it"),
    Column("opened_at", Instant),
    Column("closed_at", Instant),
    Column("message", String(120), comment="the platform's post"),
    Column("reveal", String(120), comment="the platform's closing message"),
    Column("answered", Integer, nullable=False, default=0),
    Column("shown", Integer, nullable=False, default=0, comment="how many answered, as the post says"),
    Column("shown_at", Instant),
    Column("late", Boolean, nullable=False, default=False),
    Column("recap", String(120), comment="the platform's weekly recap; '' while it is due, null when none is"),
    Column("recap_until", Instant, comment="somebody is telling the recap"),
    Column("recap_tries", Integer, nullable=False, default=0, server_default="0"),
    Column("seen_at", Instant, comment="answers up to here were taken in"),
    Column("leased_until", Instant),
    Column("tries", Integer, nullable=False, default=0),
    UniqueConstraint("channel_id", "slot"),
    Index(None, "channel_id", "day"),
    Index(None, "state", "closes_at"),
    Index(None, "message"),
)
STALE = drills.c.shown != drills.c.answered
Index("ix_drills_stale", drills.c.shown_at, sqlite_where=STALE, postgresql_where=STALE)
# A literal, not a parameter: only then SQLite sees that the index serves.
RECAP_DUE = drills.c.recap == literal_column("''")
Index("ix_drills_recap_due", drills.c.opens_at, sqlite_where=RECAP_DUE, postgresql_where=RECAP_DUE)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(160), nullable=False),
    Column("drill_id", Integer, ForeignKey("drills.id"), nullable=False),
    Column("learner_id", Integer, ForeignKey("learners.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("findings", JSON, nullable=False, comment="[[key point, hit, credit, matched, note], ...]"),
    Column("misconceptions", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("rubric", String(12), nullable=False, comment="version of the question's content"),
    Column("grader", String(20), nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("origin", Text, nullable=False, default="", comment="the adapter's address to tell the verdict to"),
    Column("told_at", Instant),
    Column("leased_until", Instant, comment="somebody is telling it"),
    Column("tries", Integer, nullable=False, default=0),
    UniqueConstraint("event_id"),
    UniqueConstraint("drill_id", "learner_id", "number"),
)
UNTOLD = attempts.c.told_at.is_(None)
Index("ix_attempts_untold", attempts.c.leased_until, sqlite_where=UNTOLD, postgresql_where=UNTOLD)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", Integer, ForeignKey("channels.id"), nullable=False),
    Column("platform", String(20), nullable=False, comment="the channel's: claims must not join"),
    Column("slot", String(60), nullable=False, comment="the same thing is told once"),
    Column("kind", String(10), nullable=False),
    Column("detail", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("leased_until", Instant, comment="somebody is telling it"),
    Column("tries", Integer, nullable=False, default=0),
    UniqueConstraint("channel_id", "slot"),
)
UNHEARD = notices.c.told_at.is_(None)
Index("ix_notices_unheard", notices.c.leased_until, sqlite_where=UNHEARD, postgresql_where=UNHEARD)

results = Table(
    "results",
    metadata,
    Column("drill_id", Integer, ForeignKey("drills.id"), primary_key=True),
    Column("learner_id", Integer, ForeignKey("learners.id"), primary_key=True),
    Column("channel_id", Integer, ForeignKey("channels.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("points", Integer, nullable=False, comment="the best attempt's; 0 when the drill was replaced"),
    Column("attempt_id", Integer, ForeignKey("attempts.id"), nullable=False),
    Index(None, "channel_id", "day"),
    Index(None, "learner_id", "day"),
    sqlite_with_rowid=False,
)

totals = Table(
    "totals",
    metadata,
    Column("scope", Integer, primary_key=True, autoincrement=False, comment="a channel's id, or minus a workspace's"),
    Column("period", Integer, primary_key=True, autoincrement=False, comment="see bot.store.totals.periods"),
    Column("learner_id", Integer, ForeignKey("learners.id"), primary_key=True),
    Column("points", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Index(None, "scope", "period", "points", "learner_id"),
    sqlite_with_rowid=False,
)

streaks = Table(
    "streaks",
    metadata,
    Column("channel_id", Integer, ForeignKey("channels.id"), primary_key=True),
    Column("learner_id", Integer, ForeignKey("learners.id"), primary_key=True),
    Column("current", Integer, nullable=False, comment="as of last_day"),
    Column("best", Integer, nullable=False),
    Column("last_day", Date, nullable=False, comment="the last local day answered with a score above 0"),
    sqlite_with_rowid=False,
)

spent = Table(
    "spent",
    metadata,
    Column("drill_id", Integer, ForeignKey("drills.id"), primary_key=True),
    Column("mark", String(100), primary_key=True, comment="of somebody who answered it and was erased since"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("channel_id", Integer, ForeignKey("channels.id"), nullable=False),
    Column("learner_id", Integer, ForeignKey("learners.id"), nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)

slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, primary_key=True),
    *(Column(name, String(60), nullable=False) for name in ("client_id", "workspace", "bot_id", "user")),
    Column("name", String(200), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("token", Text, nullable=False, comment="encrypted with SECRET_KEY"),
    Column("installed_at", Instant, nullable=False),
    UniqueConstraint("client_id", "workspace"),
)

slack_states = Table(
    "slack_states",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(60), nullable=False, unique=True, comment="of somebody on the way to install the app"),
    Column("expires_at", Instant, nullable=False),
)
