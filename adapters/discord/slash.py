"""Commands → the /drill group as Discord stores it, and back: what was chosen, what to complete. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord import limits
from adapters.discord.limits import flat
from bot.protocol import Command, Option

GROUP = "drill"
SUBCOMMAND, STRING = 1, 3
IN_SERVERS, IN_DIRECT = 0, 1


def definition(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """The body of a bulk overwrite: one group with every offered command as a subcommand."""
    offered = [command for command in commands if not command.hidden]
    return [
        {
            "name": GROUP,
            "type": 1,
            "description": "A daily interview question: answer, learn what you missed, lead the board",
            "options": [_subcommand(command) for command in offered],
            "integration_types": [0],
            "contexts": [IN_SERVERS, IN_DIRECT],
        }
    ]


def same(wanted: Any, stored: Any) -> bool:
    """Whether Discord already stores *wanted*; it adds fields of its own and leaves out what is false or empty."""
    if isinstance(wanted, Mapping):
        return isinstance(stored, Mapping) and all(same(value, stored.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list):
        given = stored or []
        return isinstance(given, list) and len(wanted) == len(given) and all(map(same, wanted, given))
    return bool(wanted == stored or (not wanted and not stored))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A subcommand with its options; focused: the one being typed, when Discord asks for completion."""

    command: str
    options: dict[str, str]
    focused: str = ""


def chosen(data: Mapping[str, Any]) -> Chosen | None:
    """None for what is not one of our subcommands."""
    subcommands = data.get("options") or []
    if data.get("name") != GROUP or len(subcommands) != 1:
        return None
    given = subcommands[0].get("options") or []
    options = {str(option["name"]): str(option.get("value", "")) for option in given}
    focused = next((str(option["name"]) for option in given if option.get("focused")), "")
    return Chosen(str(subcommands[0]["name"]), options, focused)


def completions(command: Command, asked: Chosen) -> list[dict[str, str]]:
    """What the focused option could become; of a list, its last part."""
    option = next((option for option in command.options if option.name == asked.focused), None)
    if option is None:
        return []
    typed = asked.options.get(option.name, "")
    before, comma, last = typed.rpartition(",") if option.open else ("", "", typed)
    values = [before + comma + choice for choice in option.matching(last, limits.CHOICES)]
    return [{"name": value, "value": value} for value in values if len(value) <= limits.DESCRIPTION]


def long_option(command: Command) -> Option | None:
    """The prose that the command cannot do without."""
    return next((option for option in command.options if option.long and option.required), None)


def _subcommand(command: Command) -> dict[str, Any]:
    ordered = sorted(command.options, key=lambda option: not option.required)
    return {
        "type": SUBCOMMAND,
        "name": command.name,
        "description": flat(command.help, limits.DESCRIPTION),
        "options": [_option(option) for option in ordered],
    }


def _option(option: Option) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": STRING,
        "name": option.name,
        "description": flat(option.help, limits.DESCRIPTION),
        "required": option.required,
    }
    if option.long:
        made["max_length"] = limits.INPUT_TEXT
    if option.choices and (option.open or len(option.choices) > limits.CHOICES):
        made["autocomplete"] = True
    elif option.choices:
        made["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    return made
