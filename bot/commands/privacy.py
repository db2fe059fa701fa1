"""/drill privacy: what is kept about me, and what I want done with it."""

from bot.errors import UserError
from bot.present import privacy as show
from bot.protocol import Event, Reply
from bot.service import privacy
from bot.service.core import Core

CHOICES = ("export", "delete", "hide", "show")
NOBODY = "I keep nothing about you here yet, so there is no name to hide. Answer a drill first."


def act(core: Core, event: Event, args: dict[str, str]) -> Reply:
    """Raises UserError."""
    more = args.get("more", "")
    match args.get("what", ""):
        case "export":
            return show.export(privacy.export(core, event.learner), _page(more))
        case "delete" if more.casefold() == "yes":
            return show.forgotten(privacy.forget(core, event.learner))
        case "delete":
            return show.really()
        case "hide" | "show" as what:
            if not privacy.hide(core, event.learner, what == "hide"):
                raise UserError(NOBODY)
            return show.hidden(what == "hide")
    return show.kept()


def _page(text: str) -> int:
    if not text:
        return 1
    if text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    raise UserError("A page is a number, like /drill privacy export 2")
