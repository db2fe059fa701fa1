"""Pictures tell the truth, of any data, in colours that anybody can tell apart."""

import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.standings import Streak
from bot.present import pictures
from bot.present.pictures import canvas, climb, page
from bot.protocol import Image
from bot.service.pages import Page, Topic
from bot.service.recap import Climb, Climber
from tests.sight import contrast, distance, luminance

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
HOSTILE = (
    "$x^2$", "$\\frac{$", "\\", "李小龙", "🦄🏳️‍🌈", "محمد", "Z̴̧͠a̷l̶g̸o̵" * 40,
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
    assert size(pictures.of_page(replace(calendar(50), topics=(Topic(name, 1.0, 1),)))) == (800, 694)


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


@pytest.mark.parametrize("text", HOSTILE)
def test_a_canvas_takes_any_text(text: str) -> None:
    made = canvas.Canvas(200, 50)
    made.text(10, 25, text)
    assert made.png().startswith(b"\x89PNG")


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
    assert size(pictures.of_page(Page())) == (800, 694), "no empty space below"


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


def test_characters_tell_the_same_in_a_terminal() -> None:
    assert pictures.of_climb(climbers("Ada", "", "李小龙")).chart == (
        "Points gathered, Mon 9 Nov – Sun 22 Nov\n 1. Ada       ▅█  393\n 2. somebody  ▅█  386\n 3. 李小龙       ▅█  379"
    )
    days = ((MONDAY - timedelta(days=3), 35), (MONDAY, 100), (FRIDAY, None))
    assert pictures.of_page(Page(today=FRIDAY, calendar=days)).chart.splitlines()[1:] == [
        "     Aug Sep             Oct             Nov        ",
        f"Mon {11 * '   ·'} 100",
        f"Fri {10 * '   ·'}  35   –",
    ]


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
