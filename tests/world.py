"""The bot and the naive oracle, side by side: whatever is said to one is told to the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.app import App
from bot.domain.calendar import Schedule
from bot.domain.people import Channel, Learner
from bot.domain.standings import Span
from bot.protocol import Event, Reply, Show, Table, Text
from bot.reconcile import Reconciler
from bot.service import pages, schedules, standings
from bot.service.core import Core
from bot.store.schedules import Plan
from tests.builders import Clock, Events
from tests.fakes.memory import Memory
from tests.fakes.seat import Seat
from tests.oracle import Asked, Oracle, Place, window


class World:
    """places: each is a channel, asked from now on. called: what the platform will call people when they speak next."""

    def __init__(self, core: Core, clock: Clock, places: Sequence[Place], people: Sequence[str]) -> None:
        self.core, self.clock = core, clock
        self.app = App(core)
        self.platform = Memory()
        self.reconciler = Reconciler(self.app, {"console": self.platform})
        self.events = Events(clock)
        self.oracle = Oracle(names={name.lower(): name for name in people})
        self.places = {place.name: place for place in places}
        self.current: dict[str, int] = {}
        self.called = dict(self.oracle.names)
        self._heard: list[Reply] = []
        self._seats = {name: Seat(channel(name), clock, partial(self._handle, name)) for name in self.places}
        for place in places:
            schedules.save(core, Plan(0, channel(place.name), Schedule(place.at, place.zone, place.days)))

    async def hears(self, place: str, who: str, command: str, text: str = "", drill: int = 0) -> Reply:
        """What is typed at the console in *place*; it prints every row that the reply holds."""
        self._heard = []
        self._asker = Learner("console", "local", who, self.called[who])
        self._options = {"drill": str(drill)} if drill else {}
        printed = await self._seats[place].types(f"/drill {command} {text}")
        assert [words for words in printed if words in _words(self._heard)] == _words(self._heard)
        return self._heard[0] if self._heard else Reply("")

    async def leaves(self, who: str) -> None:
        """No person's verb: the platform tells it."""
        left = self.events("left", learner=Learner("console", "local", who), channel=channel(next(iter(self.places))))
        await self.app.handle(left, self._hear)
        self.oracle.gone.add(who)

    async def _handle(self, place: str, event: Event, show: Show) -> None:
        async def shown(reply: Reply) -> None:
            await self._hear(reply)
            await show(reply)

        options = {**event.options, **self._options}
        await self.app.handle(replace(event, learner=self._asker, channel=channel(place), options=options), shown)

    async def _hear(self, reply: Reply) -> None:
        self._heard.append(reply)

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
        sums = self.oracle.sums([place], window("all", self.clock.now.date()))
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


def channel(place: str) -> Channel:
    return Channel("console", "local", place, place)


def _words(replies: Sequence[Reply]) -> list[list[str]]:
    return [" ".join(row).split() for reply in replies for row in rows(reply)]


def rows(reply: Reply) -> list[tuple[str, ...]]:
    return [row for block in reply.blocks if isinstance(block, Table) for row in block.rows]


def notes(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Text) and "rank" in block.text]
