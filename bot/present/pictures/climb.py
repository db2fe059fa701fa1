"""A channel's board as a chart: points gathered over the weeks, a line for each of the first ten, named at its end."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.present.drills import day
from bot.present.pictures.canvas import FAINT, RULE, Canvas, fitted, measured
from bot.protocol import Image
from bot.service.recap import Climb, Climber

WIDTH, HEIGHT = 800, 900
MARGIN = 40
# Where the lines are, in pixels: names stand to the right of them.
LEFT, RIGHT, TOP, BOTTOM = 92, 452, 140, 810
NAMES, NAME_STEP, NAME = RIGHT + 44, 36, 21
SOMEBODY = "somebody"
MOST_WEEKS_NAMED = 4
MOST_MARKS = 13
LEVELS = "▁▂▃▄▅▆▇█"
# Chosen by search: at least 3 to 1 against white, and far apart with every kind of colour blindness (a test simulates them).
# Every line has a marker of its own as well.
STYLES = (
    ("#2020e0", "o"), ("#a00000", "s"), ("#80a000", "^"), ("#e060a0", "D"), ("#000040", "v"),
    ("#c08060", "P"), ("#8080e0", "X"), ("#6020a0", "<"), ("#804040", ">"), ("#200000", "*"),
)  # fmt: skip


def picture(seen: Climb) -> Image:
    return Image(_png(seen), _alt(seen), _chart(seen))


def _png(seen: Climb) -> bytes:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.text(MARGIN, 44, "Points gathered", size=32, bold=True)
    canvas.text(MARGIN, 86, fitted(_dates(seen), 21, WIDTH - 2 * MARGIN), size=21, color=FAINT)
    lines = seen.lines[: len(STYLES)]
    if not lines:
        canvas.text(MARGIN, TOP, "Nobody has points yet.")
        return canvas.png()
    top = max([1, *(line.points[-1] for line in lines)])
    _grid(canvas, top)
    _weeks(canvas, seen.weeks)
    ends = [_height(line.points[-1], top) for line in lines]
    # The leader's line is drawn last, on top.
    for line, style, end, beside in reversed(list(zip(lines, STYLES, ends, apart(ends), strict=False))):
        _line(canvas, line, style, top)
        _name(canvas, line, style, end, beside)
    return canvas.png()


def _alt(seen: Climb) -> str:
    """The same in words: every line's end, and what its last week added."""
    if not seen.lines:
        return f"Chart of points gathered, {_dates(seen)}: nobody has points yet."
    told = [f"{line.rank}. {_called(line)} {line.points[-1]:,} (+{_gain(line):,} in the last week)" for line in seen.lines]
    return f"Chart of points gathered, {_dates(seen)}: {'; '.join(told[: len(STYLES)])}."


def _chart(seen: Climb) -> str:
    """A row of bars for each line, a bar a week."""
    lines = seen.lines[: len(STYLES)]
    top = max([1, *(line.points[-1] for line in lines)])
    room = max([0, *(len(_called(line)) for line in lines)])
    rows = [f"{line.rank:>2}. {_called(line):<{room}}  {_bars(line, top)}  {line.points[-1]:,}" for line in lines]
    return "\n".join([f"Points gathered, {_dates(seen)}", *rows])


def _bars(line: Climber, top: int) -> str:
    return "".join(LEVELS[min(points * len(LEVELS) // (top + 1), len(LEVELS) - 1)] for points in line.points[-MOST_MARKS:])


def _dates(seen: Climb) -> str:
    if not seen.weeks:
        return "no weeks yet"
    last = seen.weeks[-1] + timedelta(days=6)
    return f"{day(seen.weeks[0])} – {day(last)}"


def _gain(line: Climber) -> int:
    return line.points[-1] - (line.points[-2] if len(line.points) > 1 else 0)


def _called(line: Climber) -> str:
    name = " ".join(line.name.split()) or SOMEBODY
    return name if len(name) <= 24 else f"{name[:23]}…"


def _grid(canvas: Canvas, highest: int) -> None:
    """Lines across at round numbers."""
    for value in range(0, highest + 1, _round_step(highest)):
        y = _height(value, highest)
        canvas.line([(LEFT, y), (RIGHT, y)], RULE)
        canvas.text(LEFT - 12, y, _short(value), size=20, color=FAINT, align="right")


def _round_step(highest: int) -> int:
    """1, 2 or 5 times a power of ten, so that four to ten steps reach *highest*."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if highest <= 8 * digit * power:
                return digit * power
        power *= 10


def _short(value: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if value >= size:
            return f"{value / (size if letter != 'k' else 1000):.3g}{letter}"
    return str(value)


def _weeks(canvas: Canvas, weeks: Sequence[date]) -> None:
    """Some of the weeks by their Monday, the last one always."""
    step = -(-len(weeks) // MOST_WEEKS_NAMED) or 1
    for number in range(len(weeks) - 1, -1, -step):
        x = _across(number + 1, len(weeks))
        canvas.line([(x, BOTTOM), (x, BOTTOM + 8)], FAINT)
        canvas.text(x, BOTTOM + 28, f"{weeks[number].day} {weeks[number]:%b}", size=19, color=FAINT, align="center")
    canvas.text((LEFT + RIGHT) / 2, BOTTOM + 62, "week that began on", size=19, color=FAINT, align="center")


def _line(canvas: Canvas, line: Climber, style: tuple[str, str], top: int) -> None:
    """From nothing, before the first week, upwards."""
    color, marker = style
    points = [(_across(week, len(line.points)), _height(sum_, top)) for week, sum_ in enumerate((0, *line.points))]
    canvas.line(points, color, marker=marker, width=2.6, every=-(-len(points) // MOST_MARKS))


def _name(canvas: Canvas, line: Climber, style: tuple[str, str], end: float, beside: float) -> None:
    color, marker = style
    canvas.line([(RIGHT, end), (NAMES - 26, beside)], color)
    canvas.line([(NAMES - 14, beside)], color, marker=marker)
    points = f"{line.points[-1]:,}"
    room = WIDTH - MARGIN / 2 - NAMES - measured(points, NAME) - NAME
    canvas.text(NAMES, beside, fitted(f"{line.rank}. {line.name or SOMEBODY}", NAME, room), size=NAME)
    canvas.text(WIDTH - MARGIN / 2, beside, points, size=NAME, align="right")


def apart(wanted: Sequence[float]) -> list[float]:
    """Where names stand, from the top down as near to *wanted* (ascending) as NAME_STEP between them allows."""
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + NAME_STEP if placed else TOP))
    floor = float(BOTTOM)
    for number in range(len(placed) - 1, -1, -1):
        placed[number] = min(placed[number], floor)
        floor = placed[number] - NAME_STEP
    return placed


def _across(week: int, weeks: int) -> float:
    return LEFT + (RIGHT - LEFT) * week / max(weeks, 1)


def _height(points: int, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * points / top
