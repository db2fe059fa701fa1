"""Pictures that tell the truth in colours anybody can tell apart, and `/drill me`, whose text is complete without them."""

import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console as Terminal

from adapters.console.render import page as printed
from bot.commands import dispatch
from bot.domain.drill import State
from bot.domain.standings import Streak
from bot.present import pictures
from bot.present.pictures import canvas, climb, page
from bot.protocol import Checklist, Image, Reply, Table, Text
from bot.service.core import Core
from bot.service.pages import Page, Topic
from bot.service.recap import Climb, Climber
from tests.builders import Clock, Events, moved, opened
from tests.fakes.memory import plain_bank

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
HOSTILE = (
    "$x^2$", "$\\frac{1}{", "\\", "李小龙", "🦄🏳️‍🌈", "محمد", "Z̴̧͠a̷l̶g̸o̵" * 40,
    "\u202eevil", "\u200b", "\x00\x07\x1b[31m", "a\nb\tc", "\ud800",
    "%s {0} {name}", "W" * 5000, "", " ", "<@&1> @everyone",
)  # fmt: skip
WHITE = "#ffffff"


def calendar(points: int | None) -> Page:
    return Page(
        answered=1, today=FRIDAY, calendar=((FRIDAY, points),), topics=(Topic("evaluation", 0.5, 2),), streak=Streak(1, 3)
    )


def climbers(*names: str) -> Climb:
    lines = tuple(Climber(place, name, (200 - place, 400 - 7 * place)) for place, name in enumerate(names, start=1))
    return Climb((MONDAY - timedelta(weeks=1), MONDAY), lines)


def size(image: Image) -> tuple[int, int]:
    assert image.png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image.png[16:24])
    return width, height


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_can_be_drawn_and_warns_of_nothing(name: str) -> None:
    assert size(pictures.of_climb(climbers(name, name))) == (800, 900)
    assert size(pictures.of_page(replace(calendar(50), topics=(Topic(name, 1.0, 1),)))) == (800, 950)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Ada", "Ada"),
        ("Łukasz Żółć", "Łukasz Żółć"),
        ("e\u0301", "é"),
        ("$5 or $x^2$", "$5 or $x^2$"),
        ("李小龙 Lee", "□ Lee"),
        ("\u202eAda\u200b\x00", "Ada"),
        ("a\n b", "a b"),
        ("\u200b", "□"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_replaced(name: str, drawn: str) -> None:
    assert canvas.drawable(name) == drawn


@given(st.text(max_size=300), st.floats(60, 400))
def test_names_are_cut_to_their_room(name: str, room: float) -> None:
    assert canvas.measured(canvas.fitted(name, 20, room), 20) <= room


@given(st.lists(st.floats(climb.TOP, climb.BOTTOM), max_size=10))
def test_names_at_line_ends_do_not_overlap(ends: list[float]) -> None:
    placed = climb.apart(sorted(ends))
    assert all(below - above >= climb.NAME_STEP - 1e-6 for above, below in pairwise(placed))
    assert all(climb.TOP - 1e-6 <= place <= climb.BOTTOM + 1e-6 for place in placed)
    assert climb.NAME_STEP > 1.4 * climb.NAME


@pytest.mark.parametrize(
    "seen", [Climb(), Climb((MONDAY,), (Climber(1, "Ada", (1,)),)), Climb((MONDAY,), (Climber(1, "", (0,)),))]
)
def test_little_data(seen: Climb) -> None:
    assert size(pictures.of_climb(seen)) == (800, 900)
    assert size(pictures.of_page(Page())) == (800, 950)


def test_huge_data() -> None:
    weeks = tuple(MONDAY - timedelta(weeks=155 - week) for week in range(156))
    lines = tuple(
        Climber(place, f"learner {place}", tuple(place * 10**8 * week for week in range(156))) for place in range(50, 0, -1)
    )
    assert size(pictures.of_climb(Climb(weeks, lines))) == (800, 900)
    days = tuple((FRIDAY - timedelta(days=ago), 100) for ago in range(1000))
    full = Page(today=FRIDAY, calendar=days, topics=tuple(Topic(f"topic-{n}", n / 500, 10**6) for n in range(500)))
    assert size(pictures.of_page(full)) == (800, 950)
    assert len(pictures.of_page(full).alt) < 1500


def test_colour_is_never_alone() -> None:
    """Points of one shade still look different, and so do no answer and no drill."""
    seen = [pictures.of_page(calendar(points)).png for points in (81, 82, 0, None)]
    seen.append(pictures.of_page(replace(calendar(1), calendar=())).png)
    assert len(set(seen)) == 5
    assert len({marker for _, marker in climb.STYLES}) == len(climb.STYLES) == 10


def test_numbers_can_be_read_on_their_shade() -> None:
    shades = [(least, color) for least, color, _ in page.SHADES]
    for least, color in shades:
        assert contrast(color, WHITE if least >= page.DARK else canvas.INK) >= 4.5
    lights = [luminance(color) for _, color in shades]
    assert lights == sorted(lights), "darker is better, in grey too"
    assert contrast(canvas.FAINT, WHITE) >= 4.5


@pytest.mark.parametrize("sight", ["all", "no red", "no green", "no blue"])
def test_lines_can_be_told_apart(sight: str) -> None:
    colors = [color for color, _ in climb.STYLES]
    assert min(distance(one, other, sight) for one, other in combinations(colors, 2)) > 20
    assert min(contrast(color, WHITE) for color in colors) >= 3


def test_words_tell_the_same_as_the_calendar() -> None:
    days = ((MONDAY - timedelta(days=3), 35), (MONDAY, 80), (MONDAY + timedelta(days=1), None), (FRIDAY, 0))
    seen = Page(
        today=FRIDAY, calendar=days, streak=Streak(2, 5), topics=(Topic("deep-learning", 0.75, 3), Topic("nlp-llm", 0.1, 1))
    )
    assert pictures.of_page(seen).alt == (
        "Calendar of the last 12 weeks: 3 of 4 drill days answered · streak 2 days, best 5. "
        "Points by drill day, week by week: 9 Nov: 35; 16 Nov: 80 – 0. Key points hit by topic: deep learning 75%, nlp llm 10%."
    )


def test_words_tell_the_same_as_the_lines() -> None:
    assert pictures.of_climb(climbers("Ada", "", "李小龙")).alt == (
        "Chart of points gathered, Mon 9 Nov – Sun 22 Nov: 1. Ada 393 (+194 in the last week); "
        "2. somebody 386 (+188 in the last week); 3. 李小龙 379 (+182 in the last week)."
    )


def test_threads_do_not_disturb_each_other() -> None:
    alone = pictures.of_page(calendar(50)), pictures.of_climb(climbers("Ada", "Grace"))
    with ThreadPoolExecutor(8) as pool:
        pages = [pool.submit(pictures.of_page, calendar(50)) for _ in range(4)]
        climbs = [pool.submit(pictures.of_climb, climbers("Ada", "Grace")) for _ in range(4)]
        assert {one.result() for one in pages} == {alone[0]}
        assert {one.result() for one in climbs} == {alone[1]}


def test_what_cannot_be_drawn_is_left_out() -> None:
    def broken() -> Image:
        raise RuntimeError("no font")

    assert pictures.drawn(broken) == ()


def test_starting_does_not_import_matplotlib() -> None:
    code = "import sys, bot.cli, bot.reconcile, bot.commands; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def says(core: Core, clock: Clock) -> Events:
    return Events(clock)


def me(core: Core, says: Events) -> Reply:
    reply = dispatch(core, says("me")).reply
    assert reply
    return reply


def texts(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Text)]


def answered(core: Core, says: Events, clock: Clock, *given: str) -> None:
    """An answer a day to the day's drill, from a Monday on; '' is a day without one."""
    for text in given:
        drill = opened(core)
        if text:
            dispatch(core, says("answer", text))
        moved(core, drill, State.CLOSED)
        clock.pass_(days=1)


def test_my_page_without_answers_has_no_picture(core: Core, says: Events) -> None:
    assert not any(isinstance(block, Image) for block in me(core, says).blocks)


def test_my_page(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall", "drift"))
    clock.now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    asked = opened(core).question
    other = "drift" if asked == "recall" else "recall"
    answered(core, says, clock, "90 one two", "40", "", "60 one")
    clock.pass_(days=-1)
    reply = me(core, says)
    assert texts(reply) == [
        "190 points · 3 answered · average 63",
        "Streak 1 day, best 2",
        "Last 4 drill days: ✓◐–◐",
        "✓ 80 and more · ◐ less · ✗ 0 · – not answered",
        f"Strongest: about {asked} (100% of points hit)",
        f"Weakest: about {other} (25%)",
    ]
    [table] = [block for block in reply.blocks if isinstance(block, Table)]
    assert table.rows == ((f"about {asked}", "100%", "██████████", "1"), (f"about {other}", " 25%", "██░░░░░░░░", "2"))
    [picture] = [block for block in reply.blocks if isinstance(block, Image)]
    assert size(picture) == (800, 950)
    assert "16 Nov: 90 40 – 60." in picture.alt


def test_the_console_prints_charts_as_text(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    answered(core, says, clock, "90 one", "40")
    out = StringIO()
    Terminal(file=out, width=4000).print(printed(me(core, says)))
    assert "[picture: Calendar of the last 12 weeks: 2 of 2 drill days answered" in out.getvalue()
    assert "██░░░░░░░░" in out.getvalue()


def test_what_to_read_again_goes_by_the_last_answer(core: Core, clock: Clock, says: Events) -> None:
    """recall was missed at first and known later, drift the other way round."""
    core = replace(core, bank=plain_bank("recall", "drift"))
    known = {"recall": ["10", "90 one two"], "drift": ["90 one two", "10"]}
    for _ in range(4):
        drill = opened(core)
        dispatch(core, says("answer", known[drill.question].pop(0)))
        moved(core, drill, State.CLOSED)
        clock.pass_(days=1)
    [again] = [block for block in me(core, says).blocks if isinstance(block, Checklist)]
    assert [item.text for item in again.items] == ["Drift"]


def test_thirty_marks_and_twelve_weeks(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    answered(core, says, clock, "0", *["" for _ in range(90)], "100 one", "50")
    reply = me(core, says)
    assert f"Last 30 drill days: {'–' * 28}✓◐" in texts(reply)
    [picture] = [block for block in reply.blocks if isinstance(block, Image)]
    assert "2 of " in picture.alt
    assert picture.alt.count(";") == 11


def test_replaced_drills_are_not_held_against_anybody(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall", "drift"))
    opened(core)
    dispatch(core, says("answer", "10"))
    dispatch(core, says("replace", admin=True))
    opened(core)
    dispatch(core, says("answer", "80 one two"))
    assert texts(me(core, says))[0] == "80 points · 1 answered · average 80"


def test_the_same_question_twice_a_day_counts_once_as_on_the_board(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    for text in ("40", "90 one"):
        drill = opened(core)
        dispatch(core, says("answer", text))
        moved(core, drill, State.CLOSED)
    assert texts(me(core, says))[0] == "90 points · 1 answered · average 90"
    board = dispatch(core, says("board", "all")).reply
    assert board
    assert "'90'" in str(board.blocks)


SIGHTS = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""How colours are seen (Machado, Oliveira and Fernandes, 2009), on linear RGB."""


def linear(color: str) -> list[float]:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(color: str, sight: str) -> tuple[float, float, float]:
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear(color), strict=True)))) for row in SIGHTS[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, sight: str) -> float:
    """How different two colours look; above 2 a trained eye sees it, above 10 anybody at a glance."""
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5
