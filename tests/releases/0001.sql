-- drillbot 0.1, schema 0001, as SQLite wrote it, with one of everything: two schedules (one paused), settings, extra, replaced,
-- skipped, closed and open drills, verdicts told and not, a hidden learner, one who left. A fixture: never edited, only added to.

CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE learners (
  id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  workspace VARCHAR(40) NOT NULL,
  user VARCHAR(60) NOT NULL,
  name VARCHAR(200) NOT NULL,
  hidden BOOLEAN NOT NULL,
  left_at DATETIME,
  CONSTRAINT pk_learners PRIMARY KEY (id),
  CONSTRAINT uq_learners_platform_workspace_user UNIQUE (platform, workspace, user)
);
CREATE TABLE workspaces (
  id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  workspace VARCHAR(40) NOT NULL,
  CONSTRAINT pk_workspaces PRIMARY KEY (id),
  CONSTRAINT uq_workspaces_platform_workspace UNIQUE (platform, workspace)
);
CREATE TABLE channels (
  id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  workspace VARCHAR(40) NOT NULL,
  channel VARCHAR(60) NOT NULL,
  name VARCHAR(200) NOT NULL,
  attempts INTEGER NOT NULL,
  close_after INTEGER,
  feedback VARCHAR(20) NOT NULL,
  ping VARCHAR(60) NOT NULL,
  recap BOOLEAN NOT NULL,
  owner INTEGER,
  CONSTRAINT pk_channels PRIMARY KEY (id),
  CONSTRAINT fk_channels_owner_learners FOREIGN KEY(owner) REFERENCES learners (id),
  CONSTRAINT uq_channels_platform_workspace_channel UNIQUE (platform, workspace, channel)
);
CREATE TABLE totals (
  scope INTEGER NOT NULL,
  period INTEGER NOT NULL,
  learner_id INTEGER NOT NULL,
  points INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  CONSTRAINT pk_totals PRIMARY KEY (scope, period, learner_id),
  CONSTRAINT fk_totals_learner_id_learners FOREIGN KEY(learner_id) REFERENCES learners (id)
)
 WITHOUT ROWID
;
CREATE TABLE audit (
  id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  channel_id INTEGER NOT NULL,
  learner_id INTEGER NOT NULL,
  action VARCHAR(40) NOT NULL,
  detail TEXT NOT NULL,
  CONSTRAINT pk_audit PRIMARY KEY (id),
  CONSTRAINT fk_audit_channel_id_channels FOREIGN KEY(channel_id) REFERENCES channels (id),
  CONSTRAINT fk_audit_learner_id_learners FOREIGN KEY(learner_id) REFERENCES learners (id)
);
CREATE TABLE drills (
  id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  slot VARCHAR(120) NOT NULL,
  daily BOOLEAN NOT NULL,
  day DATE NOT NULL,
  question VARCHAR(170) NOT NULL,
  topic VARCHAR(80) NOT NULL,
  level VARCHAR(20) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  state VARCHAR(10) NOT NULL,
  opens_at DATETIME NOT NULL,
  closes_at DATETIME,
  opened_at DATETIME,
  closed_at DATETIME,
  message VARCHAR(120),
  reveal VARCHAR(120),
  answered INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  shown_at DATETIME,
  late BOOLEAN NOT NULL,
  recap VARCHAR(120),
  seen_at DATETIME,
  leased_until DATETIME,
  tries INTEGER NOT NULL,
  CONSTRAINT pk_drills PRIMARY KEY (id),
  CONSTRAINT fk_drills_channel_id_channels FOREIGN KEY(channel_id) REFERENCES channels (id),
  CONSTRAINT uq_drills_channel_id_slot UNIQUE (channel_id, slot)
);
CREATE TABLE schedules (
  channel_id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  at VARCHAR(5) NOT NULL,
  zone VARCHAR(60) NOT NULL,
  days VARCHAR(7) NOT NULL,
  skips JSON NOT NULL,
  packs JSON NOT NULL,
  topics JSON NOT NULL,
  level VARCHAR(20),
  paused TEXT,
  next_at DATETIME,
  next_day DATE,
  CONSTRAINT pk_schedules PRIMARY KEY (channel_id),
  CONSTRAINT fk_schedules_channel_id_channels FOREIGN KEY(channel_id) REFERENCES channels (id)
);
CREATE TABLE streaks (
  channel_id INTEGER NOT NULL,
  learner_id INTEGER NOT NULL,
  current INTEGER NOT NULL,
  best INTEGER NOT NULL,
  last_day DATE NOT NULL,
  CONSTRAINT pk_streaks PRIMARY KEY (channel_id, learner_id),
  CONSTRAINT fk_streaks_channel_id_channels FOREIGN KEY(channel_id) REFERENCES channels (id),
  CONSTRAINT fk_streaks_learner_id_learners FOREIGN KEY(learner_id) REFERENCES learners (id)
)
 WITHOUT ROWID
;
CREATE TABLE attempts (
  id INTEGER NOT NULL,
  event_id VARCHAR(160) NOT NULL,
  drill_id INTEGER NOT NULL,
  learner_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  score FLOAT NOT NULL,
  findings JSON NOT NULL,
  misconceptions JSON NOT NULL,
  notes JSON NOT NULL,
  rubric VARCHAR(12) NOT NULL,
  grader VARCHAR(20) NOT NULL,
  answered_at DATETIME NOT NULL,
  origin TEXT NOT NULL,
  told_at DATETIME,
  leased_until DATETIME,
  tries INTEGER NOT NULL,
  CONSTRAINT pk_attempts PRIMARY KEY (id),
  CONSTRAINT fk_attempts_drill_id_drills FOREIGN KEY(drill_id) REFERENCES drills (id),
  CONSTRAINT fk_attempts_learner_id_learners FOREIGN KEY(learner_id) REFERENCES learners (id),
  CONSTRAINT uq_attempts_drill_id_learner_id_number UNIQUE (drill_id, learner_id, number),
  CONSTRAINT uq_attempts_event_id UNIQUE (event_id)
);
CREATE TABLE results (
  drill_id INTEGER NOT NULL,
  learner_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  day DATE NOT NULL,
  points INTEGER NOT NULL,
  attempt_id INTEGER NOT NULL,
  CONSTRAINT pk_results PRIMARY KEY (drill_id, learner_id),
  CONSTRAINT fk_results_attempt_id_attempts FOREIGN KEY(attempt_id) REFERENCES attempts (id),
  CONSTRAINT fk_results_channel_id_channels FOREIGN KEY(channel_id) REFERENCES channels (id),
  CONSTRAINT fk_results_drill_id_drills FOREIGN KEY(drill_id) REFERENCES drills (id),
  CONSTRAINT fk_results_learner_id_learners FOREIGN KEY(learner_id) REFERENCES learners (id)
)
 WITHOUT ROWID
;
CREATE INDEX ix_totals_scope_period_points ON totals (scope, period, points);
CREATE INDEX ix_drills_channel_id_day ON drills (channel_id, day);
CREATE INDEX ix_drills_message ON drills (message);
CREATE INDEX ix_drills_recap_due ON drills (opens_at) WHERE recap = '';
CREATE INDEX ix_drills_stale ON drills (shown_at) WHERE shown != answered;
CREATE INDEX ix_drills_state_closes_at ON drills (state, closes_at);
CREATE INDEX ix_schedules_next_at ON schedules (next_at);
CREATE INDEX ix_attempts_untold ON attempts (leased_until) WHERE told_at IS NULL;
CREATE INDEX ix_results_channel_id_day ON results (channel_id, day);
CREATE INDEX ix_results_learner_id_day ON results (learner_id, day);

INSERT INTO alembic_version (version_num) VALUES ('0001');

INSERT INTO workspaces (id, platform, workspace) VALUES
(1, 'console', 'local');

INSERT INTO learners (id, platform, workspace, "user", name, hidden, left_at) VALUES
(1, 'console', 'local', 'ada', 'Ada', FALSE, NULL),
(2, 'console', 'local', 'grace', 'Grace', TRUE, NULL),
(3, 'console', 'local', 'alan', 'Alan', FALSE, '2026-11-23 09:04:00.000000');

INSERT INTO channels (id, platform, workspace, channel, name, attempts, close_after, feedback, ping, recap, owner) VALUES
(1, 'console', 'local', 'one', 'one', 3, NULL, 'score', '', TRUE, 1),
(2, 'console', 'far', 'three', '', 2, NULL, 'score', '', TRUE, 2),
(3, 'console', 'local', 'two', 'two', 2, NULL, 'score', '', TRUE, NULL);

INSERT INTO schedules (channel_id, platform, at, zone, days, skips, packs, topics, level, paused, next_at, next_day) VALUES
(1, 'console', '09:00', 'Europe/Berlin', '01234', '[["2026-12-24","2026-12-26"]]', '[]', '[]', NULL, NULL, '2026-11-23 08:00:00.000000', '2026-11-23'),
(2, 'console', '18:30', 'America/New_York', '01234', '[]', '[]', '[]', NULL, 'by an admin', '2026-11-20 23:30:00.000000', '2026-11-20');

INSERT INTO drills (id, channel_id, platform, slot, daily, day, question, topic, level, kind, state, opens_at, closes_at, opened_at, closed_at, message, reveal, answered, shown, shown_at, late, recap, seen_at, leased_until, tries) VALUES
(1, 1, 'console', '2026-11-20', TRUE, '2026-11-20', 'precision', 'evaluation', 'foundation', 'concept', 'closed', '2026-11-20 09:01:00.000000', '2026-11-23 08:00:00.000000', '2026-11-20 09:01:00.000000', '2026-11-21 09:00:00.000000', 'm1', NULL, 2, 0, NULL, FALSE, NULL, NULL, NULL, 0),
(2, 3, 'console', '2026-11-20', TRUE, '2026-11-20', 'dropout', 'deep-learning', 'intermediate', 'concept', 'closed', '2026-11-20 09:05:00.000000', '2026-11-23 09:00:00.000000', '2026-11-20 09:05:00.000000', '2026-11-21 09:00:00.000000', 'm2', NULL, 1, 0, NULL, FALSE, NULL, NULL, NULL, 0),
(3, 1, 'console', 'now:extra:2026-11-20T09:07:00+00:00', FALSE, '2026-11-20', 'dropout', 'deep-learning', 'intermediate', 'concept', 'closed', '2026-11-20 09:07:00.000000', '2026-11-23 08:00:00.000000', '2026-11-20 09:07:00.000000', '2026-11-21 09:00:00.000000', 'm3', NULL, 1, 0, NULL, FALSE, NULL, NULL, NULL, 0),
(4, 1, 'console', '2026-11-21', TRUE, '2026-11-21', 'precision', 'evaluation', 'foundation', 'concept', 'replaced', '2026-11-21 09:01:00.000000', '2026-11-23 08:00:00.000000', '2026-11-21 09:01:00.000000', '2026-11-21 09:03:00.000000', 'm4', NULL, 1, -1, NULL, FALSE, NULL, NULL, NULL, 0),
(5, 1, 'console', 'now:replace:2026-11-21T09:03:00+00:00', TRUE, '2026-11-21', 'dropout', 'deep-learning', 'intermediate', 'concept', 'closed', '2026-11-21 09:03:00.000000', '2026-11-23 08:00:00.000000', '2026-11-21 09:03:00.000000', '2026-11-22 09:00:00.000000', 'm5', NULL, 1, 0, NULL, FALSE, NULL, NULL, NULL, 0),
(6, 1, 'console', '2026-11-22', TRUE, '2026-11-22', 'precision', 'evaluation', 'foundation', 'concept', 'skipped', '2026-11-22 09:01:00.000000', '2026-11-23 08:00:00.000000', '2026-11-22 09:01:00.000000', '2026-11-22 09:03:00.000000', 'm6', NULL, 1, -1, NULL, FALSE, NULL, NULL, NULL, 0),
(7, 1, 'console', '2026-11-23', TRUE, '2026-11-23', 'dropout', 'deep-learning', 'intermediate', 'concept', 'open', '2026-11-23 09:01:00.000000', '2026-11-24 08:00:00.000000', '2026-11-23 09:01:00.000000', NULL, 'm7', NULL, 1, 0, NULL, FALSE, NULL, NULL, NULL, 0),
(8, 3, 'console', '2026-11-23', TRUE, '2026-11-23', 'precision', 'evaluation', 'foundation', 'concept', 'open', '2026-11-23 09:03:00.000000', '2026-11-24 09:00:00.000000', '2026-11-23 09:03:00.000000', NULL, 'm8', NULL, 1, 0, NULL, FALSE, NULL, NULL, NULL, 0);

INSERT INTO attempts (id, event_id, drill_id, learner_id, number, text, score, findings, misconceptions, notes, rubric, grader, answered_at, origin, told_at, leased_until, tries) VALUES
(1, 'test:5', 1, 1, 1, 'Precision is the share of flagged cases that are truly positive.', 70.6, '[["share","full",1.0,"share of flagged cases that are truly positive",""],["cost","missed",0.0,"",""]]', '[]', '[]', '1df014eb0216', '1', '2026-11-20 09:02:00.000000', '', '2026-11-23 09:04:00.000000', NULL, 0),
(2, 'test:6', 1, 1, 2, 'Precision is the share of flagged cases that are truly positive. It matters when a false alarm is expensive.', 93.26, '[["share","full",1.0,"share of flagged cases that are truly positive",""],["cost","full",1.0,"false alarm is expensive",""]]', '[]', '[]', '1df014eb0216', '1', '2026-11-20 09:03:00.000000', '', NULL, '2026-11-20 09:04:00.000000', 0),
(3, 'test:7', 1, 2, 1, 'I have no idea', 0.0, '[["share","missed",0.0,"",""],["cost","missed",0.0,"",""]]', '[]', '["very short"]', '1df014eb0216', '1', '2026-11-20 09:04:00.000000', '', NULL, '2026-11-20 09:05:00.000000', 0),
(4, 'test:8', 2, 1, 1, 'Precision is the share of flagged cases that are truly positive. It matters when a false alarm is expensive.', 1.0, '[["off","missed",0.0,"",""],["inference","missed",0.0,"",""]]', '[]', '[]', 'f62ee33acae2', '1', '2026-11-20 09:06:00.000000', '', NULL, '2026-11-20 09:07:00.000000', 0),
(5, 'test:9', 3, 2, 1, 'It switches random units off during training.', 60.69, '[["off","full",1.0,"switches random units off",""],["inference","missed",0.0,"",""]]', '[]', '[]', 'f62ee33acae2', '1', '2026-11-20 09:08:00.000000', '', NULL, '2026-11-20 09:09:00.000000', 0),
(6, 'test:10', 4, 1, 1, 'It switches random units off during training.', 0.59, '[["share","missed",0.0,"",""],["cost","missed",0.0,"",""]]', '[]', '[]', '1df014eb0216', '1', '2026-11-21 09:02:00.000000', '', NULL, '2026-11-21 09:03:00.000000', 0),
(7, 'test:11', 5, 3, 1, 'Precision is the share of flagged cases that are truly positive. It matters when a false alarm is expensive.', 1.0, '[["off","missed",0.0,"",""],["inference","missed",0.0,"",""]]', '[]', '[]', 'f62ee33acae2', '1', '2026-11-21 09:04:00.000000', '', NULL, '2026-11-21 09:05:00.000000', 0),
(8, 'test:12', 5, 3, 2, 'A false alarm is expensive.', 0.0, '[["off","missed",0.0,"",""],["inference","missed",0.0,"",""]]', '[]', '["very short"]', 'f62ee33acae2', '1', '2026-11-21 09:05:00.000000', '', NULL, '2026-11-21 09:06:00.000000', 0),
(9, 'test:13', 6, 1, 1, 'A false alarm is expensive.', 41.74, '[["share","missed",0.0,"",""],["cost","full",1.0,"false alarm is expensive",""]]', '[]', '["very short"]', '1df014eb0216', '1', '2026-11-22 09:02:00.000000', '', NULL, '2026-11-22 09:03:00.000000', 0),
(10, 'test:14', 7, 2, 1, 'Precision is the share of flagged cases that are truly positive. It matters when a false alarm is expensive.', 1.0, '[["off","missed",0.0,"",""],["inference","missed",0.0,"",""]]', '[]', '[]', 'f62ee33acae2', '1', '2026-11-23 09:02:00.000000', '', NULL, '2026-11-23 09:03:00.000000', 0),
(11, 'test:15', 8, 3, 1, 'It switches random units off during training.', 0.59, '[["share","missed",0.0,"",""],["cost","missed",0.0,"",""]]', '[]', '[]', '1df014eb0216', '1', '2026-11-23 09:04:00.000000', '', NULL, '2026-11-23 09:05:00.000000', 0);

INSERT INTO results (drill_id, learner_id, channel_id, day, points, attempt_id) VALUES
(1, 1, 1, '2026-11-20', 93, 2),
(1, 2, 1, '2026-11-20', 0, 3),
(2, 1, 3, '2026-11-20', 1, 4),
(3, 2, 1, '2026-11-20', 61, 5),
(4, 1, 1, '2026-11-21', 0, 6),
(5, 3, 1, '2026-11-21', 1, 7),
(6, 1, 1, '2026-11-22', 0, 9),
(7, 2, 1, '2026-11-23', 1, 10),
(8, 3, 3, '2026-11-23', 1, 11);

INSERT INTO totals (scope, period, learner_id, points, answered) VALUES
(-1, 0, 1, 94, 4),
(-1, 0, 2, 62, 3),
(-1, 0, 3, 2, 2),
(-1, 739936, 1, 94, 4),
(-1, 739936, 2, 61, 2),
(-1, 739936, 3, 1, 1),
(-1, 739943, 2, 1, 1),
(-1, 739943, 3, 1, 1),
(-1, 10202611, 1, 94, 4),
(-1, 10202611, 2, 62, 3),
(-1, 10202611, 3, 2, 2),
(1, 0, 1, 93, 3),
(1, 0, 2, 62, 3),
(1, 0, 3, 1, 1),
(1, 739936, 1, 93, 3),
(1, 739936, 2, 61, 2),
(1, 739936, 3, 1, 1),
(1, 739943, 2, 1, 1),
(1, 10202611, 1, 93, 3),
(1, 10202611, 2, 62, 3),
(1, 10202611, 3, 1, 1),
(3, 0, 1, 1, 1),
(3, 0, 3, 1, 1),
(3, 739936, 1, 1, 1),
(3, 739943, 3, 1, 1),
(3, 10202611, 1, 1, 1),
(3, 10202611, 3, 1, 1);

INSERT INTO streaks (channel_id, learner_id, current, best, last_day) VALUES
(1, 1, 1, 1, '2026-11-20'),
(1, 2, 1, 1, '2026-11-23'),
(1, 3, 1, 1, '2026-11-21'),
(3, 1, 1, 1, '2026-11-20'),
(3, 3, 1, 1, '2026-11-23');

INSERT INTO audit (id, at, channel_id, learner_id, action, detail) VALUES
(1, '2026-11-20 09:00:00.000000', 1, 1, 'schedule', 'time:9:00 zone:Europe/Berlin days:mon-fri skip:2026-12-24..2026-12-26'),
(2, '2026-11-20 09:00:00.000000', 1, 1, 'settings', 'name:attempts value:3'),
(3, '2026-11-20 09:00:00.000000', 2, 2, 'schedule', 'time:18:30 zone:America/New_York'),
(4, '2026-11-20 09:00:00.000000', 2, 2, 'pause', '');
