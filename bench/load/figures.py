"""What is measured, and what follows from it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Setup:
    """database: '' for the echo bot, which has none. crowd: people at full load, enough that the bot is what limits them."""

    name: str
    database: str
    replicas: int = 1
    crowd: int = 96


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


def rank(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    if not ordered:
        return float("nan")
    return statistics.median(ordered) if share == 0.5 else ordered[min(len(ordered) - 1, int(share * len(ordered)))]
