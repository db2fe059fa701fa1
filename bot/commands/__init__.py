"""One Event in, one Response out: the verbs, and what each of them does."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.commands import admin, privacy
from bot.commands.arguments import Shapes, arguments
from bot.commands.table import commands
from bot.commands.words import parse_days, parse_names, parse_skips, parse_time, parse_zone, suggestion
from bot.domain.standings import Window
from bot.errors import UserError
from bot.present import drills as show
from bot.present import pages, pictures
from bot.protocol import ANSWER, HINDERED, HOME, LEFT, SAID, WELCOME, Command, Event, Reply
from bot.service import answers, drills, schedules, standings
from bot.service import pages as my_pages
from bot.service.core import Core
from bot.store import audit, people

__all__ = ["Response", "commands", "dispatch", "refusal"]

# What no database keeps: the null character and halves of characters.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Verbs of admins that change nothing when nothing is given.
LOOKS = ("schedule", "settings", "questions")
Args = dict[str, str]
Act = Callable[[Core, Event, Args], "Reply | Response | None"]


@dataclass(frozen=True, slots=True)
class Response:
    """reply: None for talk. attempt: whose verdict it tells, to be marked as told once it is shown."""

    reply: Reply | None
    attempt: int | None = None


def dispatch(core: Core, event: Event) -> Response:
    """Raises UserError with the sentence to reply."""
    event = _storable(event)
    command = {command.name: command for command in commands(core.bank)}.get(event.command)
    if command is None:
        offered = [known.name for known in commands(core.bank) if not known.hidden]
        raise UserError(f"There is no /drill {event.command[:30]}. {suggestion(event.command.casefold(), offered)}")
    if command.admin and not (event.admin or schedules.owns(core, event.channel, event.learner)):
        raise UserError(f"/drill {command.name} is for admins of this server, and for whoever set this channel up.")
    args = arguments(command, event.text, event.options, _shapes(core, command))
    made = ACTS[command.name](core, event, args)
    if command.admin and (args or command.name not in LOOKS):
        _audit(core, event, args)
    return made if isinstance(made, Response) else Response(made)


def _audit(core: Core, event: Event, args: Args) -> None:
    """Who changed what: for `drillbot audit`."""
    words = " ".join(f"{name}:{value}" for name, value in args.items())
    with core.store.write() as tx:
        channel, learner = people.channel_id(tx, event.channel), people.learner_id(tx, event.learner)
        audit.record(tx, core.clock(), channel, learner, event.command, words)


def refusal(sentence: str) -> Reply:
    return Reply(sentence)


def _storable(event: Event) -> Event:
    return replace(
        event,
        text=_clean(event.text),
        about=_clean(event.about),
        options={name: _clean(value) for name, value in event.options.items()},
        learner=replace(event.learner, name=_clean(event.learner.name)),
        channel=replace(event.channel, name=_clean(event.channel.name)),
    )


def _clean(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)


def _answer(core: Core, event: Event, _: Args) -> Response:
    verdict = answers.answer(core, event)
    return Response(show.verdict(verdict), verdict.attempt.id) if verdict else Response(None)


def _today(core: Core, event: Event, _: Args) -> Reply:
    drill = drills.current(core, event)
    return show.post(drill, drills.question_of(core, drill), drills.zone(core, drill))


def _score(core: Core, event: Event, _: Args) -> Reply:
    return show.score_card(answers.score_card(core, event))


def _board(core: Core, event: Event, args: Args) -> Reply:
    window = Window(args.get("window", Window.WEEK))
    here = my_pages.place(core, event)
    return pages.board(standings.board(core, here, window, event.learner, workspace=args.get("scope") == "workspace"))


def _me(core: Core, event: Event, _: Args) -> Reply:
    seen = my_pages.page(core, my_pages.place(core, event), event.learner)
    return pages.page(seen, pictures.drawn(pictures.of_page, seen) if seen.answered else ())


def _help(core: Core, event: Event, _: Args) -> Reply:
    allowed = event.admin or schedules.owns(core, event.channel, event.learner)
    return pages.help(commands(core.bank), schedules.outlook(core, event.channel, 1), allowed)


def _welcome(core: Core, event: Event, _: Args) -> Reply:
    return pages.welcome()


def _home(core: Core, event: Event, _: Args) -> Reply:
    asked = drills.open_in_workspace(core, event)
    here = my_pages.place(core, event)
    if here.is_direct and asked:
        here = asked[0][0].channel
    board = None if here.is_direct else standings.board(core, here, Window.WEEK, event.learner)
    plans = schedules.of_workspace(core, event.channel, event.learner, everyone=event.admin)
    return pages.home(my_pages.page(core, here, event.learner), asked, board, plans)


def _left(core: Core, event: Event, _: Args) -> None:
    standings.leave(core, event.learner)


def _hindered(core: Core, event: Event, _: Args) -> None:
    schedules.hindered(core, event.channel, event.lacks)


def _shapes(core: Core, command: Command) -> Shapes:
    """How to tell which option a bare word is meant for."""
    if command.name != "schedule":
        return {}
    return {
        "time": parse_time,
        "zone": parse_zone,
        "days": parse_days,
        "skip": parse_skips,
        "topics": lambda text: parse_names(text, core.bank.topics, "topic"),
        "packs": lambda text: parse_names(text, [pack.id for pack in core.bank.packs], "pack"),
    }


ACTS: dict[str, Act] = {
    "help": _help,
    "today": _today,
    ANSWER: _answer,
    SAID: _answer,
    WELCOME: _welcome,
    HOME: _home,
    LEFT: _left,
    HINDERED: _hindered,
    "score": _score,
    "board": _board,
    "me": _me,
    "privacy": privacy.act,
    **admin.ACTS,
}
