"""The daily backup, and what people wrote long ago."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.housekeeping import backups, daily_backup, purge_answers, tidy
from bot.service.core import Core
from bot.store import Store, connect, copying, privacy
from bot.store.migrate import prepare
from bot.store.move import compare
from bot.store.verify import differences
from bot.tables import attempts
from tests.builders import MORNING, Clock, bank
from tests.ops_histories import PLAYED, History

DAY = timedelta(days=1)


@pytest.fixture
def embedded(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    store = connect(f"sqlite:///{tmp_path / 'data' / 'drillbot.db'}")
    prepare(store)
    core = Core(store, bank(), clock)
    History(core, clock).play(PLAYED)
    yield core
    store.close()


def folder(core: Core) -> Path:
    return Path(str(core.store.engine.url.database)).parent / "backups"


def test_one_backup_a_day_is_made_and_kept_for_as_many_days(embedded: Core) -> None:
    for number in range(20):
        daily_backup(embedded.store, MORNING + number * DAY, 7)
    assert [path.name for path in backups(folder(embedded))] == [f"drillbot-2026-12-{day:02}.db" for day in range(3, 10)]
    assert daily_backup(embedded.store, MORNING + 19 * DAY, 7) is None


def test_a_backup_holds_what_the_database_holds(embedded: Core) -> None:
    made = daily_backup(embedded.store, MORNING, 7)
    assert made
    copy = connect(f"sqlite:///{made}")
    assert compare(embedded.store, copy) > 0
    copy.close()


def test_what_somebody_put_aside_is_left_alone(embedded: Core) -> None:
    folder(embedded).mkdir()
    mine = folder(embedded) / "before-the-move.db"
    mine.write_bytes(b"")
    daily_backup(embedded.store, MORNING, 1)
    assert mine.exists()
    assert len(backups(folder(embedded), before=date.max)) == 1


def test_no_days_no_backup(embedded: Core) -> None:
    assert daily_backup(embedded.store, MORNING, 0) is None
    assert not folder(embedded).exists()


def test_a_server_is_backed_up_by_whoever_runs_it(store: Store) -> None:
    if store.engine.dialect.name == "postgresql":
        assert daily_backup(store, MORNING, 7) is None


def test_old_answers_lose_their_words_and_keep_their_worth(core: Core, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "BATCH", 2)
    History(core, clock).play(PLAYED)
    before = rows(core.store)
    assert purge_answers(core.store, clock.now, 90) == 0
    History(core, clock)._next_day()  # what is open keeps its words: they tell two answers apart
    assert purge_answers(core.store, clock.now + 90 * DAY, 90) == len(before) > 2
    after = rows(core.store)
    assert {row["text"] for row in after} == {""}
    assert {matched for row in after for _, _, _, matched, _ in row["findings"]} == {""}
    assert [(row["score"], row["misconceptions"]) for row in after] == [(row["score"], row["misconceptions"]) for row in before]
    assert differences(core.store) == []
    assert purge_answers(core.store, clock.now + 90 * DAY, 90) == 0


def test_nothing_is_erased_when_it_is_off_or_young_or_open(core: Core, clock: Clock) -> None:
    History(core, clock).play(PLAYED[:2])
    assert purge_answers(core.store, clock.now + 1000 * DAY, 0) == 0
    assert purge_answers(core.store, clock.now + 1000 * DAY, 1) == 0  # its drill is still open
    History(core, clock)._next_day()
    assert purge_answers(core.store, clock.now, 90) == 0


def test_todays_backup_does_not_hold_what_is_erased_today(embedded: Core, clock: Clock) -> None:
    History(embedded, clock)._next_day()
    clock.pass_(days=91)
    tidy(embedded, backup_days=7, answer_days=90)
    [made] = backups(folder(embedded))
    copy = connect(f"sqlite:///{made}")
    assert {row["text"] for row in rows(copy)} == {""}
    copy.close()


def rows(store: Store) -> list[copying.Row]:
    with store.read() as tx:
        return [row for batch in copying.batches(tx, attempts) for row in batch]
