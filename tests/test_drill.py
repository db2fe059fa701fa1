"""Which question comes next."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.drill import FORTNIGHT, SHARES, Asked, choose, unasked
from bot.domain.question import Kind, Level, Question

MONDAY = date(2026, 11, 16)
Series = tuple[tuple[str, ...], ...]


def question(number: int, topic: str = "a", level: Level = Level.INTERMEDIATE, kind: Kind = Kind.CONCEPT) -> Question:
    return Question(f"q{number}", "What?", "That.", topic=topic, level=level, kind=kind)


def told(one: Question, number: int = 0, daily: bool = True) -> Asked:
    return Asked(one.id, one.topic, one.level, one.kind, MONDAY + timedelta(days=number), daily)


def drills(
    stock: Sequence[Question], count: int, seed: str = "channel 1", series: Series = (), extras: Sequence[int] = ()
) -> list[Question]:
    """The questions of so many drills; those at the places *extras* are extra ones."""
    asked: list[Asked] = []
    found = []
    for number in range(count):
        one = choose(stock, asked, seed, series, extra=number in extras)
        assert one
        found.append(one)
        asked.append(told(one, number, number not in extras))
    return found


@st.composite
def stocks(draw: st.DrawFn) -> list[Question]:
    parts = st.tuples(st.sampled_from("abcd"), st.sampled_from(Level), st.sampled_from(Kind))
    return [question(number, *part) for number, part in enumerate(draw(st.lists(parts, min_size=1, max_size=25)))]


@st.composite
def stocks_with_series(draw: st.DrawFn) -> tuple[list[Question], Series]:
    """Series of up to six, of which a filter may have left any part in stock."""
    whole = draw(stocks())
    ids = [one.id for one in whole]
    cuts = sorted(draw(st.sets(st.integers(0, len(ids)), max_size=3)))
    series = tuple(tuple(ids[first:last][:6]) for first, last in pairwise(cuts) if last - first > 1)
    kept = [one for one in whole if draw(st.booleans())] or whole
    return kept, series


def test_without_stock_there_is_no_question() -> None:
    assert choose([], [], "seed") is None
    assert choose([], [told(question(1))], "seed", [["q1", "q2"]]) is None


@given(stocks(), st.text())
def test_none_comes_again_until_all_were_asked(stock: list[Question], seed: str) -> None:
    found = drills(stock, len(stock), seed)
    assert sorted(one.id for one in found) == sorted(one.id for one in stock)


@settings(deadline=None)
@given(stocks_with_series())
def test_nor_do_those_of_series_whatever_the_filters_left_of_them(given_: tuple[list[Question], Series]) -> None:
    stock, series = given_
    found = drills(stock, len(stock), series=series)
    assert sorted(one.id for one in found) == sorted(one.id for one in stock)


@given(stocks())
def test_then_the_longest_unasked_of_another_topic_comes(stock: list[Question]) -> None:
    found = drills(stock, 3 * len(stock))
    for number in range(len(stock), len(found)):
        others = [one for one in stock if one.topic != found[number - 1].topic] or stock
        last_asked = {one.id: place for place, one in enumerate(found[:number])}
        assert last_asked[found[number].id] == min(last_asked[one.id] for one in others)


@given(stocks())
def test_no_topic_comes_twice_running_while_there_is_another(stock: list[Question]) -> None:
    found = drills(stock, len(stock))
    for number in range(1, len(found)):
        if found[number].topic == found[number - 1].topic:
            assert {one.topic for one in stock if one not in found[:number]} == {found[number].topic}


def test_an_extra_drill_does_not_bring_the_daily_ones_topic_back() -> None:
    stock = [question(number, topic) for number, topic in enumerate("abc" * 3)]
    asked = [told(stock[0], 0), told(stock[1], 0, daily=False)]
    following = choose(stock, asked, "seed")
    assert following
    assert following.topic == "c"


def test_topics_and_discussions_rest_for_some_days() -> None:
    stock = [question(number, topic) for number, topic in enumerate("abcde" * 4)]
    topics = [one.topic for one in drills(stock, 20)]
    assert all(len(set(topics[place : place + 5])) == 5 for place in range(16))
    talks = [question(number, "ab"[number % 2], kind=Kind.DISCUSSION if number < 6 else Kind.CONCEPT) for number in range(36)]
    kinds = [one.kind for one in drills(talks, 30)]
    assert all(kinds[place : place + 6].count(Kind.DISCUSSION) <= 1 for place in range(25))


def test_levels_stand_near_their_shares() -> None:
    stock = [question(number, f"t{number % 7}", level) for number, level in enumerate([*Level] * 30)]
    found = drills(stock, 40)
    for first in range(31):
        counts = Counter(one.level for one in found[first : first + FORTNIGHT])
        assert all(abs(counts[level] - share * FORTNIGHT) <= 2 for level, share in SHARES.items())
    counts = Counter(one.level for one in found)
    assert all(abs(counts[level] - share * 40) <= 3 for level, share in SHARES.items())


@given(stocks(), st.integers(0, 30))
def test_the_same_history_and_seed_give_the_same_question(stock: list[Question], count: int) -> None:
    assert drills(stock, count) == drills(stock, count)
    assert drills(stock[::-1], min(count, len(stock))) == drills(stock, min(count, len(stock)))


def test_channels_get_different_questions() -> None:
    stock = [question(number) for number in range(20)]
    assert len({tuple(drills(stock, 5, f"channel {number}")) for number in range(10)}) == 10


SINGLES = [question(number, f"t{number % 3}") for number in range(30)]
RUNS: Series = (("q100", "q101", "q102"), ("q200", "q201", "q202"))
IN_SERIES = [question(int(id[1:]), "deep") for ids in RUNS for id in ids]


def test_a_series_runs_in_order_on_consecutive_drill_days_and_not_at_first() -> None:
    found = [one.id for one in drills([*IN_SERIES, *SINGLES], 60, series=RUNS)]
    starts = [found.index(ids[0]) for ids in RUNS]
    assert [tuple(found[start : start + 3]) for start in starts] == list(RUNS)
    assert min(starts) >= 20
    assert abs(starts[0] - starts[1]) >= 3


def test_an_extra_drill_does_not_disturb_a_series() -> None:
    begun = drills([*IN_SERIES, *SINGLES], 60, series=RUNS)
    start = next(place for place, one in enumerate(begun) if one.topic == "deep")
    found = drills([*IN_SERIES, *SINGLES], start + 5, series=RUNS, extras=[start + 1, start + 3])
    deep = [one.id for one in found if one.topic == "deep"]
    assert tuple(deep) in RUNS
    assert [found[place].topic == "deep" for place in range(start, start + 5)] == [True, False, True, False, True]


def test_a_series_that_was_broken_off_is_asked_to_its_end() -> None:
    ids = RUNS[0]
    stock = [*IN_SERIES[:3], *SINGLES[:2]]
    asked = [told(IN_SERIES[0]), told(SINGLES[0], 1), told(SINGLES[1], 2)]
    second = choose(stock, asked, "seed", RUNS)
    assert second
    assert second.id == ids[1]
    third = choose(stock, [*asked, told(second, 3)], "seed", RUNS)
    assert third
    assert third.id == ids[2]


@given(stocks(), st.integers(0, 30))
def test_how_many_are_left(stock: list[Question], count: int) -> None:
    asked = [told(one) for one in drills(stock, count)]
    assert unasked(stock, asked) == max(0, len(stock) - count)
    assert unasked([*stock, question(999)], asked) == max(0, len(stock) - count) + 1
