"""Three channels in three zones, eight learners, five weeks on a fixed clock: every board is right to the number.

The first week is written down by hand, the others come from a seed. What the boards should show is counted by tests.oracle.
Week 2: a skipped day, and a day on which the bot is down. Week 3: a replaced drill, an extra one, a rename, a newcomer.
Week 4: somebody leaves, a channel is paused; clocks change twice. Week 5: a channel changes its schedule.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.app import App
from bot.domain.calendar import Schedule
from bot.domain.people import Channel, Learner
from bot.domain.standings import Span
from bot.protocol import Reply, Table, Text
from bot.reconcile import Reconciler
from bot.service import pages, schedules, standings
from bot.service.core import Core
from bot.store.schedules import Plan
from bot.store.verify import differences
from tests.builders import Clock, Events
from tests.fakes.memory import Memory, plain_bank
from tests.oracle import Asked, Oracle, Place, window

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


class World:
    """The bot and the oracle, side by side."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self.core, self.clock = core, clock
        self.app = App(core)
        self.platform = Memory()
        self.reconciler = Reconciler(self.app, {"console": self.platform})
        self.events = Events(clock)
        self.oracle = Oracle(names={name.lower(): name for name in LEARNERS})
        self.places = {place.name: place for place in PLACES}
        self.current: dict[str, int] = {}
        self.called = dict(self.oracle.names)
        clock.now = on(1, -1, 12)
        for place in PLACES:
            schedules.save(core, Plan(0, channel(place.name), Schedule(place.at, place.zone, place.days)))

    async def hears(self, place: str, who: str, command: str, text: str = "", drill: int = 0) -> Reply:
        heard: list[Reply] = []

        async def show(reply: Reply) -> None:
            heard.append(reply)

        learner = Learner("console", "local", who, self.called[who])
        options = {"drill": str(drill)} if drill else {}
        event = self.events(command, text, learner=learner, channel=channel(place), options=options, admin=True)
        await self.app.handle(event, show)
        return heard[0] if heard else Reply("")

    async def tick(self) -> None:
        await self.reconciler.tick()
        self.oracle.close(self.clock.now)

    async def posted(self, place: str, *, daily: bool = True) -> None:
        """Take down the drill that was posted just now, and look at the recap if it is the first of its week."""
        known = set(self.platform.posts)
        await self.tick()
        new = [post for message, post in self.platform.posts.items() if message not in known and post.channel == channel(place)]
        today = self.places[place].today(self.clock.now)
        monday = today - timedelta(days=today.weekday())
        first = daily and not any(one.place == place and one.daily and one.day >= monday for one in self.oracle.asked.values())
        [post] = [post for post in new if post.key.startswith("drill-")]
        assert f"{today:%a} {today.day} {today:%b}" in post.reply.title
        drill = int(post.key.removeprefix("drill-"))
        closes = self.places[place].next_opening(today)
        self.oracle.asked[drill] = Asked(place, today, str(post.reply.blocks[0]), daily, closes)
        self.current[place] = drill
        recaps = [rows(post.reply) for post in new if post.key == f"recap-{drill}"]
        best = self.oracle.board([place], (monday - timedelta(days=7), monday - timedelta(days=1)), today, place, "")[:3]
        assert recaps == ([[line[:3] for line in best]] if first and best else [])

    async def answers(self, place: str, who: str, texts: list[str], drill: int) -> None:
        for text in texts:
            reply = await self.hears(place, who, "answer", text, drill)
            assert reply.title.startswith(f"{text} / 100"), reply
            self.oracle.answer(drill, who, int(text))
            self.oracle.names[who] = self.called[who]

    async def check(self, asker: str) -> None:
        """Every board of every channel, as *asker* sees it."""
        for place in self.places.values():
            today = place.today(self.clock.now)
            for name in ("today", "week", "month", "all"):
                for scope in ("channel", "workspace"):
                    those = list(self.places) if scope == "workspace" else [place.name]
                    days = window(name, today)
                    reply = await self.hears(place.name, asker, "board", f"{name} {scope}")
                    assert rows(reply) == self.oracle.board(those, days, today, place.name, asker), reply.title
                    further = self.oracle.to_next(those, days, asker)
                    assert notes(reply) == ([f"{further} more points to the next rank."] if further else []), reply.title
            self.check_page(place.name, asker)

    def check_page(self, place: str, who: str) -> None:
        seen = pages.page(self.core, channel(place), Learner("console", "local", who))
        sums = self.oracle.sums([place], window("all", BEGIN))
        assert seen.points == sums.get(who, 0)
        if who in sums:
            assert (seen.streak.current, seen.streak.best) == self.oracle.streak(place, who)

    def check_past(self, days: tuple[date, date]) -> None:
        """A window that is over keeps those who left."""
        for place in self.places:
            board = standings.whole_board(self.core, channel(place), days=Span(*days))
            assert {row.name.lower(): row.points for row in board.rows} == {
                self.oracle.names[who].lower(): points for who, points in self.oracle.sums([place], days).items()
            }


Step = tuple[datetime, int, Callable[[], Awaitable[None]]]


def channel(place: str) -> Channel:
    return Channel("console", "local", place, place)


def rows(reply: Reply) -> list[tuple[str, ...]]:
    return [row for block in reply.blocks if isinstance(block, Table) for row in block.rows]


def notes(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Text) and "rank" in block.text]


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

        async def leave() -> None:
            await world.hears("berlin", "linus", "left")
            world.oracle.gone.add("linus")

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
        self.at(on(3, 2, 6), rename)
        self.at(on(4, 3, 10), leave)
        self.at(on(4, 0, 5), pause)
        self.at(on(4, 1, 5), resume)
        self.at(on(4, 5, 12), move)

    def looks(self) -> None:
        """Whoever looks is somebody else each time; Linus is gone in the end."""
        moments = [on(week, weekday, 20) for week in range(1, 6) for weekday in (0, 2, 4)] + [on(2, 6, 12), on(5, 6, 12)]
        for number, when in enumerate(moments):
            asker = LEARNERS[number % 7].lower()
            self.at(when, lambda asker=asker: self.world.check(asker))  # type: ignore[misc]


async def test_five_weeks(core: Core, clock: Clock) -> None:
    world = World(replace(core, bank=plain_bank("recall", "drift", "loss", "bias")), clock)
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
    world = World(replace(core, bank=plain_bank("recall")), clock)
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
