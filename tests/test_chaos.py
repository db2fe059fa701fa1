"""The bot is killed at random moments, and everything happens exactly once. `make chaos N=500` does more of it."""

from pathlib import Path

from tests.chaos import Chaos, Report
from tests.fakes.stands import SlackStand


def exactly_once(report: Report) -> None:
    assert report.remarks == []
    assert report.lost == report.duplicates == 0
    assert report.drills == report.posts == report.closed > 0
    assert report.answers == report.counted == report.told > 0


async def test_one_process_on_sqlite_survives_thirty_kills(tmp_path: Path) -> None:
    exactly_once(await Chaos(f"sqlite:///{tmp_path / 'chaos.db'}", replicas=1, seed=30).run(30))


async def test_three_replicas_on_postgres_survive_kills(empty_postgres: str) -> None:
    exactly_once(await Chaos(empty_postgres, replicas=3, seed=8).run(8))


async def test_slack_survives_kills_on_sqlite(tmp_path: Path) -> None:
    exactly_once(await Chaos(f"sqlite:///{tmp_path / 'chaos.db'}", replicas=1, seed=6, stand=SlackStand()).run(5))


async def test_slack_survives_kills_of_three_replicas_on_postgres(empty_postgres: str) -> None:
    exactly_once(await Chaos(empty_postgres, replicas=3, seed=6, stand=SlackStand()).run(3))
