"""Free text behind a verb → options: words or key:value in any order, quoted where they hold blanks."""

import re
from collections.abc import Callable, Mapping

from bot.commands.words import pick, suggestion
from bot.errors import UserError
from bot.protocol import Command, Option

Shapes = Mapping[str, Callable[[str], object]]
"""Option name → a parser that raises UserError for what cannot be that option."""

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
            options[_taker(command, whole, options, shapes).name] = whole
    for option in command.options:
        if option.choices and not option.open and option.name in options:
            options[option.name] = pick(options[option.name], option.choices, option.name)
    return options


def _taker(command: Command, value: str, options: Mapping[str, str], shapes: Shapes) -> Option:
    """The first free option that *value* can be."""
    free = [option for option in command.options if option.name not in options]
    for option in free:
        if _fits(option, value, shapes):
            return option
    if not command.options:
        raise UserError(f"/drill {command.name} takes nothing more.")
    choices = [choice for option in free for choice in option.choices]
    takes = ", ".join(option.name for option in command.options)
    hint = suggestion(value.casefold(), choices) if 0 < len(choices) <= 40 else ""
    raise UserError(f"I cannot place '{value[:40]}' in /drill {command.name}, which takes {takes}. {hint}".strip())


def _fits(option: Option, value: str, shapes: Shapes) -> bool:
    wanted = value.casefold().replace(" ", "-")
    if option.choices and not option.open:
        return wanted in (choice.casefold() for choice in option.choices)
    if option.name not in shapes:
        return True
    try:
        shapes[option.name](value)
    except UserError:
        return False
    return True
