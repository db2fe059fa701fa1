"""Three channels in three zones, eight learners, five weeks on a fixed clock: every board is right to the number.

All is typed at the console, and printed by it.

The first week is written down by hand, the others come from a seed. What the boards should show is counted by tests.oracle.
Week 2: a skipped day, and a day on which the bot is down. Week 3: a replaced drill, two extra ones, a rename, a newcomer.
Week 4: somebody leaves, a channel is paused; clocks change twice. Week 5: a channel changes its schedule.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.bank import Bank
from bot.service.core import Core
from bot.store.verify import differences
from tests.builders import Clock
from tests.fakes.memory import plain_bank
from tests.oracle import Place
from tests.world import World, notes, rows

WORKDAYS = frozenset(range(5))
PLACES = (
    Place("berlin", "Europe/Berlin", time(9), WORKDAYS),
    Place("new-york", "America/New_York", time(9), WORKDAYS),
    Place("tokyo", "Asia/Tokyo", time(18), frozenset({0, 2, 4})),
)
LEARNERS = ("Ada", "Alan", "Barbara", "Donald", "Edsger", "Grace", "Katherine", "Linus")
BEGIN = date(2026, 10, 12)
LATER = Place("berlin", "Europe/Lisbon", time(10, 30), frozenset(range(4)))
PAUSED = ("tokyo", date(2026, 11, 2))
DOWN = datetime(2026, 10, 22, 20, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)

# By hand: scores of the first week, Monday to Friday; two numbers are two attempts.
FIRST_WEEK = {
    ("berlin", "Ada"): ["80", "60 90", "", "70", "100"],
    ("berlin", "Grace"): ["90", "90", "90", "30", "0"],
    ("berlin", "Barbara"): ["", "100 20", "", "", ""],
    ("new-york", "Ada"): ["50", "", "", "", ""],
    ("new-york", "Donald"): ["", "", "40", "50", "60"],
    ("tokyo", "Katherine"): ["10", "", "20", "", "30"],
}


Step = tuple[datetime, int, Callable[[], Awaitable[None]]]


def on(week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
    """Weeks from 1, weekdays from 0, UTC."""
    return datetime.combine(BEGIN + timedelta(weeks=week - 1, days=weekday), time(hour, minute), UTC)


class Script:
    """What happens when; steps of the same instant in the order in which they were written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = random.Random(2026)
        self.steps: list[Step] = []

    def at(self, when: datetime, act: Callable[[], Awaitable[None]]) -> None:
        self.steps.append((when, len(self.steps), act))

    async def play(self) -> None:
        for when, _, act in sorted(self.steps, key=lambda step: step[:2]):
            if not DOWN[0] <= when < DOWN[1]:
                self.world.clock.now = when.astimezone(UTC)
                await act()

    def everyday(self) -> None:
        """The drills of five weeks and their answers, some of them after midnight."""
        for number in range(5 * 7):
            day = BEGIN + timedelta(days=number)
            for place in PLACES:
                known = LATER if (place.name == "berlin" and number >= 4 * 7) else place
                if day.weekday() in known.days and (place.name, day) != PAUSED:
                    self._drill(known, day, number // 7 + 1)

    def _drill(self, place: Place, day: date, week: int) -> None:
        opens = place.opening(day)
        self.at(opens, lambda: self.world.posted(place.name))
        for number, name in enumerate(LEARNERS):
            texts = FIRST_WEEK.get((place.name, name), [""] * 5)[day.weekday()].split() if week == 1 else self._some(name, week)
            hours = 1 if week == 1 else self.random.choice((1, 3, 16))
            self.answer(place.name, name.lower(), texts, opens + timedelta(hours=hours, minutes=number))

    def _some(self, name: str, week: int) -> list[str]:
        """Few different scores, so that there are ties."""
        if (name == "Alan" and week < 3) or (name == "Linus" and week > 3) or self.random.random() < 0.35:
            return []
        return self.random.sample(("0", "20", "50", "80", "80", "100"), self.random.choice((1, 1, 2)))

    def answer(self, place: str, who: str, texts: list[str], when: datetime) -> None:
        async def act() -> None:
            drill = self.world.current[place]
            if self.world.oracle.asked[drill].state == "open":
                await self.world.answers(place, who, texts, drill)

        self.at(when, act)

    def incidents(self) -> None:
        world = self.world

        async def skip() -> None:
            world.oracle.void(world.current["berlin"])
            await world.hears("berlin", "ada", "skip")
            await world.tick()

        async def swap() -> None:
            world.oracle.void(world.current["berlin"])
            await world.hears("berlin", "ada", "replace")
            await world.posted("berlin")

        async def extra() -> None:
            await world.hears("new-york", "ada", "now")
            await world.posted("new-york", daily=False)

        async def rename() -> None:
            world.called["katherine"] = "aKat"

        async def pause() -> None:
            await world.hears("tokyo", "ada", "pause")

        async def resume() -> None:
            await world.hears("tokyo", "ada", "resume")

        async def move() -> None:
            await world.hears("berlin", "ada", "schedule", "10:30 Europe/Lisbon mon-thu")
            world.places["berlin"] = LATER

        self.at(on(2, 2, 12), skip)
        self.at(DOWN[1], world.tick)
        self.at(on(3, 1, 12), swap)
        self.at(on(3, 2, 17), extra)
        self.at(on(3, 5, 15), extra)  # on a Saturday: whoever does not answer keeps the streak
        self.answer("new-york", "grace", ["80"], on(3, 5, 16))
        self.at(on(3, 2, 6), rename)
        self.at(on(4, 3, 10), lambda: world.leaves("linus"))
        self.at(on(4, 0, 5), pause)
        self.at(on(4, 1, 5), resume)
        self.at(on(4, 5, 12), move)

    def looks(self) -> None:
        """Twice a week; whoever looks is somebody else each time, but not Linus, who is gone in the end."""
        moments = [on(week, weekday, 20) for week in range(1, 6) for weekday in (2, 4)] + [on(2, 6, 12), on(4, 0, 20)]
        for number, when in enumerate(moments):
            asker = LEARNERS[number % 7].lower()
            self.at(when, lambda asker=asker: self.world.check(asker))  # type: ignore[misc]


def begun(core: Core, clock: Clock, bank: Bank) -> World:
    """On the Sunday before."""
    clock.now = on(1, -1, 12)
    return World(replace(core, bank=bank), clock, PLACES, LEARNERS)


async def test_five_weeks(core: Core, clock: Clock) -> None:
    world = begun(core, clock, plain_bank("recall", "drift", "loss", "bias"))
    script = Script(world)
    script.everyday()
    script.incidents()
    script.looks()
    script.at(on(1, 4, 20), lambda: by_hand(world))
    await script.play()
    for week in range(1, 5):
        world.check_past((on(week, 0, 0).date(), on(week, 6, 0).date()))
    assert differences(core.store) == []
    both = Counter((one.day, one.question, who) for drill, who in world.oracle.best for one in [world.oracle.asked[drill]])
    assert max(both.values()) > 1, "the seed should give somebody the same question twice on a day"


async def by_hand(world: World) -> None:
    """Friday of the first week, in the evening in Berlin."""
    week = await world.hears("berlin", "ada", "board", "week")
    assert week.title == "This week · #berlin · Mon 12 Oct – Sun 18 Oct (Europe/Berlin)"
    assert rows(week) == [
        ("1", "Ada (you)", "340", "▲1", "2"),  # 80 + 90 + 70 + 100; Wednesday was missed
        ("2", "Grace", "300", "▼1", "4"),  # 90 + 90 + 90 + 30 + 0; Friday may still be mended
        ("3", "Barbara", "100", "", "0"),
    ]
    grace = await world.hears("berlin", "grace", "board", "all")
    assert notes(grace) == ["40 more points to the next rank."]
    assert rows(await world.hears("berlin", "ada", "board", "today")) == [
        ("1", "Ada (you)", "100", "", "2"),
        ("2", "Grace", "0", "", "4"),
    ]
    assert rows(await world.hears("new-york", "grace", "board", "month")) == [
        ("1", "Donald", "150", "", "3"),  # 40 + 50 + 60
        ("2", "Ada", "50", "", "0"),
    ]
    assert rows(await world.hears("tokyo", "grace", "board", "week")) == [("1", "Katherine", "60", "", "3")]


async def test_the_same_question_in_two_channels_counts_once(core: Core, clock: Clock) -> None:
    """Recall is all there is to ask: Ada's better answer counts in the workspace, both count where they were given."""
    world = begun(core, clock, plain_bank("recall"))
    clock.now = PLACES[0].opening(BEGIN).astimezone(UTC)
    await world.posted("berlin")
    await world.answers("berlin", "ada", ["30"], world.current["berlin"])
    clock.now = PLACES[1].opening(BEGIN).astimezone(UTC)
    await world.tick()
    await world.hears("new-york", "ada", "answer", "70")
    await world.hears("new-york", "grace", "answer", "60")
    assert [row[:3] for row in rows(await world.hears("berlin", "ada", "board", "week"))] == [("1", "Ada (you)", "30")]
    both = rows(await world.hears("berlin", "ada", "board", "week workspace"))
    assert [row[:3] for row in both] == [("1", "Ada (you)", "70"), ("2", "Grace", "60")]
