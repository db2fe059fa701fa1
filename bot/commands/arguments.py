"""Free text behind a verb → options: words or key:value in any order, quoted where they hold blanks."""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher

from bot.commands.words import pick, suggestion
from bot.errors import UserError
from bot.protocol import Command, Option

Shapes = Mapping[str, Callable[[str], object]]
"""Option name → a parser that raises UserError for what cannot be that option."""

MEANT = re.compile(r"Did you mean (\S+)\?")
WORD = re.compile(r'(?:(?P<key>[A-Za-z]+)[:=])?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')


def arguments(command: Command, text: str, given: Mapping[str, str], shapes: Shapes) -> dict[str, str]:
    """The options of *command*: those a platform already parsed, and those found in *text*. Raises UserError."""
    options = {name: value for name, value in given.items() if value.strip()}
    if any(option.long for option in command.options):
        return options
    names = {option.name: option for option in command.options}
    for found in WORD.finditer(text):
        value = found["quoted"] if found["quoted"] is not None else found["plain"]
        key = (found["key"] or "").lower()
        if key in names:
            options[key] = value
        else:
            whole = found[0] if found["key"] else value
            taker = _taker(command, whole, options, shapes).name
            options[taker] = f"{options[taker]} {whole}" if taker in options else whole
    for option in command.options:
        if option.choices and not option.open and option.name in options:
            options[option.name] = pick(options[option.name], option.choices, option.name)
    return options


def _taker(command: Command, value: str, options: Mapping[str, str], shapes: Shapes) -> Option:
    """The first free option that *value* can be; what may be anything stands last and takes all that is left over."""
    free = [option for option in command.options if option.name not in options]
    for option in free:
        if not _loose(option, shapes) and _fits(option, value, shapes):
            return option
    if not command.options:
        raise UserError(f"/drill {command.name} takes nothing more.")
    last = command.options[-1]
    if _loose(last, shapes) and free in ([], [last]):
        return last
    choices = [choice for option in free for choice in option.choices if not option.open]
    takes = ", ".join(option.name for option in command.options)
    hint = _correction(value, free, shapes) or (suggestion(value.casefold(), choices) if choices else "")
    raise UserError(f"I cannot place '{value[:40]}' in /drill {command.name}, which takes {takes}. {hint}".strip())


def _loose(option: Option, shapes: Shapes) -> bool:
    return not option.choices and option.name not in shapes


def _correction(value: str, free: Sequence[Option], shapes: Shapes) -> str:
    """The nearest of what the free options would have suggested for *value*."""
    meant = []
    for option in free:
        try:
            shapes.get(option.name, str)(value)
        except UserError as error:
            meant += MEANT.findall(str(error))
    if not meant:
        return ""
    nearest = max(meant, key=lambda name: SequenceMatcher(None, value.casefold(), name.rpartition("/")[2].casefold()).ratio())
    return f"Did you mean {nearest}?"


def _fits(option: Option, value: str, shapes: Shapes) -> bool:
    wanted = value.casefold().replace(" ", "-")
    if option.choices and not option.open:
        return wanted in (choice.casefold() for choice in option.choices)
    try:
        shapes[option.name](value)
    except UserError:
        return False
    return True
