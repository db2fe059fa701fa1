"""A learner's picture: the last 12 weeks as a calendar, a week a column, and the share of key points hit by topic."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.present.drills import day, days, topic
from bot.present.pictures.canvas import FAINT, INK, RULE, Canvas, fitted
from bot.protocol import Image
from bot.service.pages import CALENDAR_WEEKS, Page, Topic

WIDTH = 800
MARGIN = 40
# The calendar: a cell and the step from one to the next.
LEFT, TOP, CELL, STEP = 108, 146, 50, 54
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Yellow to blue, from ColorBrewer: told apart with any kind of colour blindness, and in grey. The number stands in the cell too.
SHADES = (
    (80, "#081d58", "80–100"),
    (60, "#225ea8", "60–79"),
    (40, "#41b6c4", "40–59"),
    (1, "#a1dab4", "1–39"),
    (0, "#ffffcc", "0"),
)
DARK = 60
# The bars.
FIRST_BAR, BAR_STEP, BAR, BAR_LEFT, BAR_WIDTH = 640, 32, 20, 316, 240
BAR_COLOR = "#225ea8"
ENDS = 4


def picture(seen: Page) -> Image:
    return Image(_png(seen), _alt(seen), _chart(seen))


def _png(seen: Page) -> bytes:
    bars = _ends(seen.topics)
    canvas = Canvas(WIDTH, FIRST_BAR + max(len(bars), 1) * BAR_STEP + 22)
    canvas.text(MARGIN, 44, f"The last {CALENDAR_WEEKS} weeks", size=32, bold=True)
    canvas.text(MARGIN, 86, _headline(seen), size=21, color=FAINT)
    _calendar(canvas, seen)
    _legend(canvas)
    canvas.text(MARGIN, 600, "Key points hit, by topic", size=26, bold=True)
    _bars(canvas, bars, len(seen.topics))
    return canvas.png()


def _alt(seen: Page) -> str:
    """Everything that the picture shows: every day's points, week by week, and the topics."""
    told = dict(seen.calendar)
    weeks = []
    for monday in _mondays(seen.today):
        marks = [told[at] for at in _week(monday) if at in told]
        if marks:
            weeks.append(f"{_short(monday)}: {' '.join('–' if points is None else str(points) for points in marks)}")
    calendar = f"Points by drill day, week by week: {'; '.join(weeks)}." if weeks else "No drill days yet."
    shown = [f"{topic(one.name)} {one.share:.0%}" for one in _ends(seen.topics) if one]
    topics = f" Key points hit by topic: {', '.join(shown)}." if shown else ""
    return f"Calendar of the last {CALENDAR_WEEKS} weeks: {_headline(seen)}. {calendar}{topics}"


def _chart(seen: Page) -> str:
    """The calendar in columns of characters; the topics have their bars in the text already."""
    told, mondays = dict(seen.calendar), _mondays(seen.today)
    months = (f"{monday:%b}" if monday is mondays[0] or monday.day <= 7 else "" for monday in mondays)
    rows = [_headline(seen), "    " + "".join(f"{month:>4}" for month in months)]
    for weekday, name in enumerate(WEEKDAYS):
        days = [monday + timedelta(days=weekday) for monday in mondays]
        if any(at in told for at in days):
            marks = ("–" if points is None else str(points) for points in (told.get(at) if at in told else "·" for at in days))
            rows.append(f"{name} " + "".join(f"{mark:>4}" for mark in marks))
    return "\n".join(rows)


def _headline(seen: Page) -> str:
    answered = sum(points is not None for _, points in seen.calendar)
    count = len(seen.calendar)
    run = f"streak {days(seen.streak.current)}, best {seen.streak.best}"
    return f"{answered} of {count} drill {'day' if count == 1 else 'days'} answered · {run}"


def _calendar(canvas: Canvas, seen: Page) -> None:
    told = dict(seen.calendar)
    for row, name in enumerate(WEEKDAYS):
        canvas.text(LEFT - 14, TOP + row * STEP + CELL / 2, name, size=20, color=FAINT, align="right")
    for column, monday in enumerate(_mondays(seen.today)):
        x = LEFT + column * STEP
        if column == 0 or monday.day <= 7:
            canvas.text(x, TOP - 22, f"{monday:%b}", size=20, color=FAINT)
        for row, at in enumerate(_week(monday)):
            if at <= seen.today:
                _cell(canvas, x, TOP + row * STEP, at in told, told.get(at))


def _cell(canvas: Canvas, x: float, y: float, drill: bool, points: int | None) -> None:
    middle = x + CELL / 2, y + CELL / 2
    if points is not None:
        color = next(color for least, color, _ in SHADES if points >= least)
        canvas.box(x, y, CELL, CELL, color, RULE)
        canvas.text(*middle, str(points), size=20, bold=True, color="white" if points >= DARK else INK, align="center")
    elif drill:
        canvas.box(x, y, CELL, CELL, "white", FAINT)
        canvas.text(*middle, "–", size=20, color=FAINT, align="center")
    else:
        canvas.box(x + CELL / 2 - 2, y + CELL / 2 - 2, 4, 4, RULE)


def _legend(canvas: Canvas) -> None:
    y = TOP + 7 * STEP + 10
    x = float(LEFT)
    for _, color, words in reversed(SHADES):
        canvas.box(x, y, 24, 24, color, RULE)
        canvas.text(x + 32, y + 12, words, size=18, color=FAINT)
        x += 48 + 11.5 * len(words)
    canvas.box(x, y, 24, 24, "white", FAINT)
    canvas.text(x + 12, y + 12, "–", size=19, color=FAINT, align="center")
    canvas.text(x + 32, y + 12, "no answer", size=19, color=FAINT)


def _bars(canvas: Canvas, bars: Sequence[Topic | None], count: int) -> None:
    if not bars:
        canvas.text(MARGIN, FIRST_BAR + BAR / 2, "Nothing answered yet that has key points.", size=21, color=FAINT)
    for row, one in enumerate(bars):
        y = FIRST_BAR + row * BAR_STEP
        if one is None:
            between = f"… {count - 2 * ENDS} topics between …"
            canvas.text(BAR_LEFT, y + BAR / 2, between, size=19, color=FAINT)
            continue
        canvas.text(BAR_LEFT - 14, y + BAR / 2, fitted(topic(one.name), 20, BAR_LEFT - MARGIN), size=20, align="right")
        canvas.box(BAR_LEFT, y, BAR_WIDTH, BAR, "#eef1f5")
        canvas.box(BAR_LEFT, y, max(2.0, BAR_WIDTH * min(one.share, 1)), BAR, BAR_COLOR)
        x = BAR_LEFT + BAR_WIDTH + 14
        canvas.text(x, y + BAR / 2, fitted(f"{one.share:.0%} · {one.answered} answered", 19, WIDTH - x - 10), size=19)


def _ends(topics: Sequence[Topic]) -> list[Topic | None]:
    """All topics, best first; of many only both ends, None between them."""
    if len(topics) <= 2 * ENDS:
        return list(topics)
    return [*topics[:ENDS], None, *topics[-ENDS:]]


def _mondays(today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(CALENDAR_WEEKS))]


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=number) for number in range(7)]


def _short(at: date) -> str:
    return day(at).partition(" ")[2]
