"""Formulas in phrases: 'TP / (TP + FP)' is found as 'tp/(tp+fp)', 'TP over FP plus TP', and never as 'tp/(tp+fn)'."""

import re

_OPERAND = r"\(*[a-z0-9_.]{1,14}(?:\([a-z0-9_., ]{0,14}\))?\)*"
_FORMULA = re.compile(rf"{_OPERAND}(?:\s?[/*+^=-]\s?{_OPERAND}){{1,8}}")
_CALL = re.compile(r"\b[a-z]\s?\([^()]{1,20}(?:\([^()]{1,10}\))?[^()]{0,10}\)")  # O(n log n), p(y|x)
_SIGNS = frozenset("(/*+^=")  # a formula has one of them
_PIECES = re.compile(r"[a-z0-9_.]+|[|/*+^=(),-]")
_SAID = {
    "/": r"(?:/|over|divided by)",
    "+": r"(?:\+|plus|and)",
    "*": r"(?:\*|times|x)?",
    "=": r"(?::?=|is|equals)",
    "^": r"(?:\^|\*\*)",
    "-": r"(?:-|minus)",
    "(": r"\(?",
    ")": r"\)?",
    ",": ",?",
}
_SPACE = r"[\s\[\]]{0,2}"
_SUM = re.compile(r"\b(\w+)\s?\+\s?(\w+)\b")


def formula_in(text: str) -> str:
    """The formula in a phrase, '' for none: two operators, or one with brackets, an equation or a power."""
    if _SIGNS.isdisjoint(text):
        return ""
    call = _CALL.search(text)
    if call:
        return call[0]
    for found in _FORMULA.finditer(text):
        operators = [c for c in found[0] if c in "/*+^="]
        if len(operators) > 1 or (operators and ("(" in found[0] or operators[0] in "=^")):
            return found[0].strip()
    return ""


def is_symbolic(formula: str) -> bool:
    """Made of symbols such as tp, n or w: its letters prove nothing when they stand apart."""
    return all(len(piece) <= 3 for piece in re.findall(r"[a-z_]+", formula))


def needle(formula: str) -> str:
    """The longest piece that every way to write *formula* holds: looked for first, as that takes no time."""
    return max(re.findall(r"[a-z0-9_.]+", formula), key=len, default="")


def spoken(formula: str) -> str:
    """A regular expression for the ways to write *formula*: linear, with bounded repetition only."""
    swapped = _SUM.sub(r"\2+\1", formula)
    ways = {_pattern(formula), _pattern(swapped)}
    return rf"(?<![a-z0-9])(?:{'|'.join(sorted(ways))})(?![a-z0-9])"


def _pattern(formula: str) -> str:
    if _CALL.match(formula):
        return _SPACE.join(re.escape(piece) for piece in _PIECES.findall(formula))
    return _SPACE.join(_SAID.get(piece, re.escape(piece)) for piece in _PIECES.findall(formula))
