"""The lexicon of the field: expressions that say the same, the opposite, or must never be taken for one another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from .speech import FUNCTION
from .text import plain, split, stem

_NOTHING: Mapping[Any, Any] = MappingProxyType({})
_SECTIONS = frozenset({"lexicon", "title", "same", "opposites", "directions", "confusable", "spelling", "common"})

Expression = tuple[str, ...]  # the stems of its content words


@dataclass(frozen=True)
class Lexicon:
    """Groups are numbered. A word or an expression may stand in several; opposite groups know each other."""

    words: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: _NOTHING)
    openings: Mapping[str, tuple[tuple[Expression, int], ...]] = field(default_factory=lambda: _NOTHING)
    opposite: Mapping[int, int] = field(default_factory=lambda: _NOTHING)
    directions: frozenset[int] = frozenset()
    confusable: frozenset[tuple[str, str]] = frozenset()
    common: frozenset[str] = frozenset()
    spelling: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    vocabulary: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Lexicon":
        """The lexicon that plain *data* describes; ValueError with sentences where it is not as it should be."""
        faults = [*_shape_faults(data)]
        if faults:
            raise ValueError("\n".join(faults))
        return _Builder(data).build()

    def near(self, word: str, distance: int) -> list[str]:
        """Known words of about the length of *word* that begin with the same letter."""
        sizes = range(len(word) - distance, len(word) + distance + 1)
        return [known for size in sizes for known in self._shelves.get((word[0], size), ())]

    @cached_property
    def directed(self) -> Mapping[str, int]:
        """The words that are a direction by themselves, each with its group."""
        groups = {word: next((g for g in groups if g in self.directions), -1) for word, groups in self.words.items()}
        return {word: group for word, group in groups.items() if group >= 0}

    @cached_property
    def _shelves(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        table: dict[tuple[str, int], list[str]] = {}
        for word in self.vocabulary:
            table.setdefault((word[0], len(word)), []).append(word)
        return {key: tuple(words) for key, words in table.items()}

    def stem(self, word: str) -> str:
        """The stem of a word after its spelling was brought to the standard."""
        return stem(self.spelling.get(word, word))

    def are_opposite(self, one: str, other: str) -> bool:
        """Whether two words stand on the two sides of a pair."""
        groups = self.words.get(self.stem(other), ())
        return any(self.opposite.get(group) in groups for group in self.words.get(self.stem(one), ()))

    def expression(self, text: str) -> Expression:
        return content_stems(text, self.spelling)


def content_stems(text: str, spelling: Mapping[str, str] = _NOTHING) -> Expression:
    """The stems of the content words of an expression; of all its words when it has no other."""
    words = split(plain(text)[0]).words
    content = [w for w in words if w not in FUNCTION] or words
    return tuple(stem(spelling.get(w, w)) for w in content)


def _shape_faults(data: Mapping[str, Any]) -> Iterable[str]:
    if not isinstance(data, Mapping):
        yield "a lexicon is a mapping of sections"
        return
    for name in data:
        if name not in _SECTIONS:
            yield f"the lexicon has no section {name!r}"
    for section in ("same", "confusable"):
        for number, group in enumerate(data.get(section) or (), 1):
            if not _is_group(group) or len(group) < 2:
                yield f"{section}, entry {number}: a list of two or more expressions is wanted, not {group!r:.80}"
    for section in ("opposites", "directions"):
        for number, pair in enumerate(data.get(section) or (), 1):
            if not isinstance(pair, list) or len(pair) != 2 or not all(_is_group(side) for side in pair):
                yield f"{section}, entry {number}: two lists of expressions are wanted, not {pair!r:.80}"
    spelling = data.get("spelling") or {}
    if not isinstance(spelling, Mapping) or not all(isinstance(x, str) for pair in spelling.items() for x in pair):
        yield "spelling: a mapping from variant to standard is wanted"
    if not _is_group(data.get("common") or ["x"]):
        yield "common: a list of words is wanted"


def _is_group(group: object) -> bool:
    return isinstance(group, list) and bool(group) and all(isinstance(x, str) and x.strip() for x in group)


class _Builder:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.spelling = {plain(k)[0]: plain(v)[0] for k, v in (data.get("spelling") or {}).items()}
        self.words: dict[str, tuple[int, ...]] = {}
        self.openings: dict[str, tuple[tuple[Expression, int], ...]] = {}
        self.vocabulary: set[str] = set()
        self.groups = 0

    def build(self) -> Lexicon:
        opposite: dict[int, int] = {}
        directions: set[int] = set()
        for section in ("opposites", "directions"):
            for left, right in self.data.get(section) or ():
                one, other = self.add(left), self.add(right)
                opposite |= {one: other, other: one}
                if section == "directions":
                    directions |= {one, other}
        for group in self.data.get("same") or ():
            self.add(group)
        return Lexicon(
            self.words,
            self.openings,
            opposite,
            frozenset(directions),
            self.confusable(),
            frozenset(stem(w) for w in self.data.get("common") or ()),
            self.spelling,
            tuple(sorted(self.vocabulary)),
        )

    def add(self, group: list[str]) -> int:
        number = self.groups
        self.groups += 1
        for text in group:
            stems = content_stems(text, self.spelling)
            if not stems:
                raise ValueError(f"the expression {text!r} has no words")
            self.vocabulary.update(w for w in split(plain(text)[0]).words if len(w) >= 5)
            if len(stems) == 1:
                known = self.words.get(stems[0], ())
                self.words[stems[0]] = known if number in known else (*known, number)
            else:
                self.openings[stems[0]] = (*self.openings.get(stems[0], ()), (stems[1:], number))
        return number

    def confusable(self) -> frozenset[tuple[str, str]]:
        pairs = set()
        for group in self.data.get("confusable") or ():
            stems = [content_stems(text, self.spelling)[-1] for text in group]
            pairs |= {(a, b) for a in stems for b in stems if a != b}
        return frozenset(pairs)
