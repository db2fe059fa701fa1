"""The weekly recap, in one message."""

from collections.abc import Sequence

from bot.present.drills import day, days, people
from bot.protocol import Block, Image, Reply, Table, Text, Tone
from bot.service.recap import Recap

SOMEBODY = "somebody"
MOST_NAMES = 3


def recap(seen: Recap, pictures: Sequence[Image] = ()) -> Reply:
    place = f"#{seen.channel.name}" if seen.channel.name else "this channel"
    title = f"Last week · {place} · {day(seen.days.first)} – {day(seen.days.last)}"
    blocks: list[Block] = []
    if seen.top:
        rows = tuple((str(rank), total.name or SOMEBODY, str(total.points)) for rank, total in seen.top)
        blocks.append(Table(("", "name", "points"), rows))
    blocks += [Text(line) for line in _lines(seen)]
    blocks.append(Text(f"{people(seen.answered)} answered.", Tone.NOTE))
    return Reply(title, (*blocks, *pictures))


def _lines(seen: Recap) -> list[str]:
    lines = []
    if seen.improved:
        name, gain = seen.improved
        lines.append(f"Most improved: {name or SOMEBODY}, {gain} more {_points(gain)} than the week before")
    if seen.streak:
        names, length = seen.streak
        lines.append(f"Best streak: {_listed(names)}, {days(length)}")
    if seen.hardest:
        question, mean = seen.hardest
        lines.append(f"Hardest question: {question}, mean score {mean:.0f}")
    if seen.missed:
        missed = seen.missed
        lines.append(f"Missed most: {missed.label} ({missed.question}), hit by {missed.hits} of {missed.answered}")
    return lines


def _points(count: int) -> str:
    return "point" if count == 1 else "points"


def _listed(names: Sequence[str]) -> str:
    """'Ada', 'Ada and Grace', 'Ada, Grace, Alan and 4 more'."""
    called = [name or SOMEBODY for name in names[:MOST_NAMES]]
    rest = len(names) - len(called)
    if rest:
        called.append(f"{rest} more")
    return " and ".join([", ".join(called[:-1]), called[-1]]) if len(called) > 1 else called[0]
