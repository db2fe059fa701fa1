"""One Event in, one Response out: the verbs, and what each of them does."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import admin
from bot.commands.arguments import Shapes, arguments
from bot.commands.table import commands
from bot.commands.words import parse_days, parse_names, parse_skips, parse_time, parse_zone, suggestion
from bot.domain.standings import Window
from bot.errors import UserError
from bot.present import drills as show
from bot.present import pages
from bot.protocol import ANSWER, HOME, LEFT, SAID, WELCOME, Command, Event, Reply
from bot.service import answers, drills, schedules, standings
from bot.service import pages as my_pages
from bot.service.core import Core

__all__ = ["Response", "commands", "dispatch", "refusal"]

Args = dict[str, str]
Act = Callable[[Core, Event, Args], "Reply | Response | None"]


@dataclass(frozen=True, slots=True)
class Response:
    """reply: None for talk. attempt: whose verdict it tells, to be marked as told once it is shown."""

    reply: Reply | None
    attempt: int | None = None


def dispatch(core: Core, event: Event) -> Response:
    """Raises UserError with the sentence to reply."""
    command = {command.name: command for command in commands(core.bank)}.get(event.command)
    if command is None:
        offered = [known.name for known in commands(core.bank) if not known.hidden]
        raise UserError(f"There is no /drill {event.command[:30]}. {suggestion(event.command.casefold(), offered)}")
    if command.admin and not (event.admin or schedules.owns(core, event.channel, event.learner)):
        raise UserError(f"/drill {command.name} is for admins of this server, and for whoever set this channel up.")
    made = ACTS[command.name](core, event, arguments(command, event.text, event.options, _shapes(core, command)))
    return made if isinstance(made, Response) else Response(made)


def refusal(sentence: str) -> Reply:
    return Reply(sentence)


def _answer(core: Core, event: Event, _: Args) -> Response:
    verdict = answers.answer(core, event)
    return Response(show.verdict(verdict), verdict.attempt.id) if verdict else Response(None)


def _today(core: Core, event: Event, _: Args) -> Reply:
    drill = drills.current(core, event.channel, drill=event.options.get("drill", ""), about=event.about)
    return show.post(drill, drills.question_of(core, drill), drills.zone(core, drill))


def _score(core: Core, event: Event, _: Args) -> Reply:
    drill = event.options.get("drill", "")
    return show.score_card(answers.score_card(core, event.learner, event.channel, drill=drill, about=event.about))


def _board(core: Core, event: Event, args: Args) -> Reply:
    window = Window(args.get("window", Window.WEEK))
    return pages.board(standings.board(core, event.channel, window, event.learner, workspace=args.get("scope") == "workspace"))


def _me(core: Core, event: Event, _: Args) -> Reply:
    return pages.page(my_pages.page(core, event.channel, event.learner))


def _help(core: Core, event: Event, _: Args) -> Reply:
    allowed = event.admin or schedules.owns(core, event.channel, event.learner)
    return pages.help(commands(core.bank), schedules.outlook(core, event.channel, 1), allowed)


def _welcome(core: Core, event: Event, _: Args) -> Reply:
    return pages.welcome()


def _home(core: Core, event: Event, _: Args) -> Reply:
    return pages.home(
        my_pages.page(core, event.channel, event.learner), drills.open_in_workspace(core, event.channel, event.learner)
    )


def _left(core: Core, event: Event, _: Args) -> None:
    standings.leave(core, event.learner)


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
    "score": _score,
    "board": _board,
    "me": _me,
    **admin.ACTS,
}
