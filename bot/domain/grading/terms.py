"""The terms of a rubric, each a bit: words, directions bound to a noun, formulas, expressions of the lexicon."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .formulas import formula_in, is_symbolic, needle, spoken
from .lexicon import Lexicon
from .negation import denied_places, kind_of
from .speech import BREAKERS, FUNCTION, INTRANSITIVE, REVERSING, TELLING, TURNING
from .text import plain, split
from .word import CONTENT, NEGATOR

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
        known = stem in self.bits
        bit = self._bit(stem)
        if not known:
            for group in self.lexicon.words.get(stem, ()):
                self.groups[group] = self.groups.get(group, 0) | bit
            for prefix in REVERSING:
                base = stem.removeprefix(prefix)
                if base != stem and len(base) >= SHORT and (stem, base) not in self.lexicon.confusable:
                    self.reversals[base] = bit
        if len(written) >= SHORT:
            self.spoken.setdefault(written, stem)
        return bit

    def expression(self, group: int) -> int:
        bit = self._bit(("expression", group))
        self.groups[group] = self.groups.get(group, 0) | bit
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
            self.nouns |= noun
            self.wanted |= {group, self.lexicon.opposite[group]}
        return bit


class _Token(NamedTuple):
    word: str
    stem: str
    denied: bool
    gap: int
    turned: bool = False  # a small word before it turns from what is said to the circumstances: 'grows with depth'


def _tokens(terms: Terms, text: str, structure: bool) -> list[_Token]:
    """The content words of a phrase with their polarity."""
    found: list[_Token] = []
    read = split(plain(text)[0])
    kinds = [kind_of(word) for word in read.words]
    denied = {} if structure else denied_places(read, kinds)
    turned = False
    for i, (word, kind) in enumerate(zip(read.words, kinds, strict=True)):
        named = kind == NEGATOR and read.parts[2 * i + 2][:1] == "_"  # the 'no' of no_grad
        if structure or named or kind == CONTENT or (word in BREAKERS and word not in FUNCTION):
            found.append(_Token(word, terms.lexicon.stem(word), denied.get(i, False), read.gaps[i], turned))
            turned = False
        turned = turned or word in TURNING
    return found


def read_phrase(terms: Terms, text: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    """The ways to match one phrase: word by word, and with expressions of the lexicon taken as one."""
    formula = formula_in(plain(text)[0])
    if formula:
        return _with_formula(terms, text, formula, weigh, structure)
    return _in_words(terms, text, weigh, structure)


def _with_formula(terms: Terms, text: str, formula: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    """The formula as one term beside the other words; one that reads as words is also matched as words."""
    rest = plain(text)[0].replace(formula, " ")
    slots = [Slot(terms.word(t.stem, t.word), 0.5 * weigh(t.stem), t.denied) for t in _tokens(terms, rest, structure)]
    phrase = _phrase(text, [Slot(terms.formula(formula), 2.0, False), *slots])
    return [phrase] if is_symbolic(formula) else [phrase, *_in_words(terms, text, weigh, structure)]


def _in_words(terms: Terms, text: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    tokens = _tokens(terms, text, structure)
    if sum(weigh(t.stem) for t in tokens) < 1 and not structure:
        small = [w for w in split(plain(text)[0]).words if w in TELLING]
        tokens = [*tokens, *(_Token(w, terms.lexicon.stem(w), False, 0) for w in small)]
    if not tokens:
        tokens = [_Token(w, terms.lexicon.stem(w), False, 0) for w in split(plain(text)[0]).words]
    if not tokens:
        return []
    plainly = [_slot(terms, tokens, i, weigh) for i in range(len(tokens))]
    loose = ~terms.pairs if _both_sides(terms.lexicon, tokens) else 0
    variants = [_phrase(text, plainly, loose)]
    for start, stop, group in _expressions(terms.lexicon, tokens):
        weight = sum(s.weight for s in plainly[start:stop])
        one = Slot(terms.expression(group), weight, any(s.denied for s in plainly[start:stop]))
        variants.append(_phrase(text, [*plainly[:start], one, *plainly[stop:]]))
        if len(variants) == 4:
            break
    return variants


def _slot(terms: Terms, tokens: list[_Token], i: int, weigh: Callable[[str], float]) -> Slot:
    token = tokens[i]
    directions = [g for g in terms.lexicon.words.get(token.stem, ()) if g in terms.lexicon.directions]
    noun = _noun(terms, tokens, i) if directions else None
    if noun is None:
        return Slot(terms.word(token.stem, token.word), weigh(token.stem), token.denied)
    return Slot(terms.direction(directions[0], terms.word(noun.stem, noun.word)), weigh(token.stem), token.denied)


def _noun(terms: Terms, tokens: list[_Token], i: int) -> _Token | None:
    """What the direction at *i* is said of: the next word that is no direction, else the one before."""

    def is_direction(token: _Token) -> bool:
        return any(g in terms.lexicon.directions for g in terms.lexicon.words.get(token.stem, ()))

    def after() -> _Token | None:
        for token in tokens[i + 1 : i + 1 + NOUN_REACH]:
            if token.gap or token.turned:
                return None
            if not is_direction(token):
                return token
        return None

    def before() -> _Token | None:
        for j in range(i - 1, max(-1, i - 1 - NOUN_REACH), -1):
            if not is_direction(tokens[j]):
                return tokens[j]
            if tokens[j].gap:
                return None
        return None

    if tokens[i].word in INTRANSITIVE:
        return before() or after()
    return after() or before()


def _expressions(lexicon: Lexicon, tokens: list[_Token]) -> list[tuple[int, int, int]]:
    stems = tuple(t.stem for t in tokens)
    found = []
    for i, stem in enumerate(stems):
        for rest, group in lexicon.openings.get(stem, ()):
            stop = i + 1 + len(rest)
            if stems[i + 1 : stop] == rest:
                found.append((i, stop, group))
    return sorted(found, key=lambda f: f[0] - f[1])


def _both_sides(lexicon: Lexicon, tokens: list[_Token]) -> bool:
    """Whether a phrase holds a word and its opposite."""
    groups = {group for token in tokens for group in lexicon.words.get(token.stem, ())}
    return any(lexicon.opposite.get(group) in groups for group in groups)


def _phrase(text: str, slots: list[Slot], loose: int = 0) -> Phrase:
    """loose: terms that an opposite does not contradict."""
    want = refuse = 0
    weights: dict[int, float] = {}
    for slot in slots:
        weights[slot.bit] = max(weights.get(slot.bit, 0.0), slot.weight)
        if slot.denied:
            refuse |= slot.bit
        else:
            want |= slot.bit
    total = _shared_total(sum(weights.values()) or 1.0)
    pairs = tuple(map(_shared, weights.items()))
    return Phrase(text, want, refuse & ~want, pairs, total, want | refuse, want & ~loose)


@lru_cache(maxsize=16384)
def _shared(slot: tuple[int, float]) -> tuple[int, float]:
    """One object for equal pairs of all rubrics: there are few different ones."""
    return slot


@lru_cache(maxsize=1024)
def _shared_total(total: float) -> float:
    return total
