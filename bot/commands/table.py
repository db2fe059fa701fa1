"""The verbs, as data: what adapters offer and help lists."""

from functools import lru_cache

from bot.bank import Bank
from bot.commands import privacy
from bot.commands.words import zone_names
from bot.domain.question import Level
from bot.domain.standings import Window
from bot.protocol import ANSWER, HINDERED, HOME, LEFT, SAID, WELCOME, Command, Option

LEVELS = tuple(level.value for level in Level)
SETTINGS = ("attempts", "closing", "feedback", "ping", "recap")


@lru_cache(maxsize=4)
def commands(bank: Bank) -> tuple[Command, ...]:
    """Every verb, in the order help shows them; choices come from *bank*."""
    topic = Option("topic", "only this topic", choices=bank.topics)
    level = Option("level", "only this level", choices=LEVELS)
    return (
        Command("help", "what I do here, how to answer, when the next drill comes"),
        Command("today", "the open question"),
        Command(ANSWER, "answer the open question", (Option("text", "your answer, in your own words", True, long=True),)),
        Command("score", "my attempts and what was found in them"),
        Command(
            "board",
            "the leaderboard",
            (
                Option("window", "which days count", choices=tuple(window.value for window in Window)),
                Option("scope", "this channel or all of them", choices=("channel", "workspace")),
            ),
            private=False,
        ),
        Command("me", "my streak, average, topics and history"),
        Command(
            "privacy",
            "what I keep about you; export or delete it, hide your name",
            (
                Option("what", "what to do with it", choices=privacy.CHOICES),
                Option("more", "the page of an export, or yes to really delete"),
            ),
        ),
        Command("now", "an extra drill at once", (topic, level), admin=True, private=False),
        Command(
            "schedule",
            "when this channel is asked; shows it when nothing is given",
            (
                Option("time", "local time, like 9:00 or 9am"),
                Option("zone", "IANA zone, like Europe/Berlin", choices=zone_names(), open=True),
                Option("days", "like mon-fri or mon,wed,fri"),
                Option("level", "only this level, or any", choices=(*LEVELS, "any")),
                Option("skip", "dates without a drill, like 2026-12-24..2026-12-31, or none"),
                Option("topics", "only these, separated by commas, or any", choices=bank.topics, open=True),
                Option(
                    "packs",
                    "only these, separated by commas, or any",
                    choices=tuple(p.id for p in bank.packs),
                    open=True,
                ),
            ),
            admin=True,
        ),
        Command("pause", "no more drills here until resume", admin=True),
        Command("resume", "go on after a pause", admin=True),
        Command("skip", "end the open drill without counting it", admin=True),
        Command("replace", "another question instead of the open one", admin=True),
        Command(
            "settings",
            "attempts, closing, feedback, ping, recap",
            (Option("name", "which setting", choices=SETTINGS), Option("value", "its new value")),
            admin=True,
        ),
        Command("questions", "what is in stock, what was asked, what is left", admin=True),
        Command(SAID, "a message where I listen", (Option("text", "what was said", long=True),), hidden=True),
        Command(WELCOME, "I was invited", private=False, hidden=True),
        Command(HOME, "my page", hidden=True),
        Command(LEFT, "somebody left", hidden=True),
        Command(HINDERED, "a permission is missing", hidden=True),
    )
