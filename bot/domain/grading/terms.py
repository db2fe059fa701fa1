"""The terms of a rubric, each a bit: words, directions bound to a noun, formulas, expressions of the lexicon."""

import re
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

from .formulas import needle, spoken
from .lexicon import Lexicon
from .speech import REVERSING

BITS = [1 << n for n in range(512)]  # shared: a thousand rubrics would hold a hundred thousand of them
SHORT = 5  # shorter words are read as they stand: one letter makes another word of them
NOUN_REACH = 3  # content words from 'lower' to what is lower


class Slot(NamedTuple):
    """One word of a phrase."""

    bit: int
    weight: float
    denied: bool


@dataclass(slots=True, eq=False)  # half as dear to read as a named tuple, and read a hundred times for every answer
class Phrase:
    """One way to say a point: the terms it affirms and those it denies, with weights."""

    text: str
    want: int
    refuse: int
    slots: tuple[tuple[int, float], ...]
    total: float
    mask: int
    firm: int  # terms that an opposite contradicts: not those of 'grow and shrink', which holds both
    relation: int = 0  # terms that belong together, each with an opposite: 'smaller rate' and 'more trees'
    fresh: int = 0  # terms that are not the question's own words
    caps: tuple[float, ...] = ()  # the most that 0, 1, 2 … words of it can earn
    owner: int = -1  # the compared notion it is said of


class Terms:
    """Numbers the terms of one rubric."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.bits: dict[object, int] = {}  # term -> its bit
        self.groups: dict[int, int] = {}  # group of the lexicon -> bits of the terms that stand in it
        self.bound: dict[int, list[tuple[int, int]]] = {}  # noun's bit -> (group of the direction, bit of the pair)
        self.mirrored = False  # the question compares a thing with its absence: what is denied of one is said of the other
        self.asked: frozenset[int] = frozenset()  # groups of the question's own expressions
        self.opposable = 0  # terms that have an opposite
        self.pairs = 0  # bits of directions bound to a noun
        self.nouns = 0
        self.wanted: set[int] = set()  # directions that stand in a pair, and their opposites
        self.spoken: dict[str, str] = {}  # words as written, for misspelt ones -> stem
        self.reversals: dict[str, int] = {}  # 'supervis' -> the bit of 'unsupervis'
        self.formulas: list[tuple[str, re.Pattern[str], int]] = []  # each with letters that it cannot do without

    def _bit(self, key: object) -> int:
        known = self.bits.get(key)
        if known is None:
            known = self.bits[key] = BITS[len(self.bits)] if len(self.bits) < len(BITS) else 1 << len(self.bits)
        return known

    def word(self, stem: str, written: str) -> int:
        if len(written) >= SHORT and written not in self.spoken:
            self.spoken[intern(written)] = stem
        return self.bits.get(stem) or self._new_word(stem)

    def _new_word(self, stem: str) -> int:
        bit = self._bit(stem)
        for group in self.lexicon.words.get(stem, ()):
            self.groups[group] = self.groups.get(group, 0) | bit
            self.opposable |= bit * (group in self.lexicon.opposite)
        for prefix in REVERSING:
            base = stem.removeprefix(prefix)
            if base != stem and len(base) >= SHORT and (stem, base) not in self.lexicon.confusable:
                self.reversals[base] = bit
        return bit

    def expression(self, group: int) -> int:
        bit = self._bit(("expression", group))
        self.groups[group] = self.groups.get(group, 0) | bit
        self.opposable |= bit * (group in self.lexicon.opposite)
        return bit

    def formula(self, formula: str) -> int:
        known = ("formula", formula) in self.bits
        bit = self._bit(("formula", formula))
        if not known:
            self.formulas.append((needle(formula), re.compile(spoken(formula)), bit))
        return bit

    def direction(self, group: int, noun: int) -> int:
        known = (group, noun) in self.bits
        bit = self._bit((group, noun))
        if not known:
            self.bound.setdefault(noun, []).append((group, bit))
            self.pairs |= bit
            self.opposable |= bit
            self.nouns |= noun
            self.wanted |= {group, self.lexicon.opposite[group]}
        return bit
