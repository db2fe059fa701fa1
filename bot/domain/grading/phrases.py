"""Phrases as the terms they are made of."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from .formulas import formula_in, is_symbolic
from .lexicon import Expression, Lexicon
from .negation import UNSAID, denied_places, kind_of
from .speech import BREAKERS, FUNCTION, INTRANSITIVE, TELLING, TURNING
from .terms import NOUN_REACH, Phrase, Slot, Terms
from .text import plain, split
from .word import CONTENT, NEGATOR

PROMPT_IN_PHRASE = 0.4  # the question's words prove little: the learner has just read them
CHOICES = 3  # 'or' in one phrase: what follows is read as it stands
_EITHER = re.compile(r"\b(?:[a-z][\w-]{1,30}, ){0,5}[a-z][\w-]{1,30}(?:,? or [a-z][\w-]{1,30}){1,5}")  # bounded: no long search
_OR = re.compile(r",? or |, ")


class _Token(NamedTuple):
    word: str
    stem: str
    denied: bool
    gap: int
    turned: bool = False  # a small word before it turns from what is said to the circumstances: 'grows with depth'


def _tokens(terms: Terms, text: str, structure: bool, telling: bool = False) -> list[_Token]:
    """The content words of a phrase, given as plain text, with their polarity."""
    found: list[_Token] = []
    read = split(text)
    kinds = [kind_of(word) for word in read.words]
    denied = {} if structure or terms.mirrored else denied_places(read, kinds)
    turned = False
    for i, (word, kind) in enumerate(zip(read.words, kinds, strict=True)):
        named = kind == NEGATOR and read.parts[2 * i + 2][:1] == "_"  # the 'no' of no_grad
        if structure or named or kind == CONTENT or (telling and word in TELLING) or (word in BREAKERS and word not in FUNCTION):
            found.append(_Token(word, terms.lexicon.stem(word), denied.get(i, UNSAID) != UNSAID, read.gaps[i], turned))
            turned = False
        turned = turned or word in TURNING
    return found


def read_phrase(terms: Terms, text: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    """The ways to match one phrase: each of its alternatives word by word, and with expressions of the lexicon taken as one."""
    return [way for shown in _alternatives(terms.lexicon, plain(text)[0]) for way in _ways(terms, text, shown, weigh, structure)]


def _alternatives(lexicon: Lexicon, shown: str, choices: int = CHOICES) -> list[str]:
    """'group by user or patient' is met by either of them; 'up or down' wants both."""
    found = _EITHER.search(shown) if choices and " or " in shown else None
    either = _OR.split(found[0]) if found else []
    if not found or not FUNCTION.isdisjoint(either) or lexicon.are_opposite(either[-2], either[-1]):
        return [shown]
    before, after = shown[: found.start()], shown[found.end() :]
    if (found[0] != shown or "," in shown) and FUNCTION.issuperset(split(before + after).words):
        return [shown]  # 'rewarded or punished for it', 'ship, change or stop': one of the words alone is too little
    return [before + one + rest for rest in _alternatives(lexicon, after, choices - 1) for one in either]


def _ways(terms: Terms, text: str, shown: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    formula = formula_in(shown)
    if not formula:
        return _in_words(terms, text, shown, weigh, structure)
    phrase = _with_formula(terms, text, shown, formula, weigh, structure)
    return [phrase] if is_symbolic(formula) else [phrase, *_in_words(terms, text, shown, weigh, structure)]


def read_mistake(terms: Terms, text: str) -> Phrase | None:
    """A phrase of a misconception, all of whose words weigh the same: word by word only. None when it has no words."""
    shown = plain(text)[0]
    formula = formula_in(shown)
    if formula:
        return _with_formula(terms, text, shown, formula, _alike, structure=False)
    tokens = _tokens(terms, shown, False, True) or _telling_tokens(terms, shown, _alike, structure=False)
    return _phrase(text, [_slot(terms, tokens, i, _alike) for i in range(len(tokens))]) if tokens else None


def _alike(_stem: str) -> float:
    return 1.0


def _with_formula(terms: Terms, text: str, shown: str, formula: str, weigh: Callable[[str], float], structure: bool) -> Phrase:
    """The formula as one term beside the other words."""
    rest = shown.replace(formula, " ")
    slots = [Slot(terms.word(t.stem, t.word), 0.5 * weigh(t.stem), t.denied) for t in _tokens(terms, rest, structure)]
    return _phrase(text, [Slot(terms.formula(formula), 2.0, False), *slots])


def _in_words(terms: Terms, text: str, shown: str, weigh: Callable[[str], float], structure: bool) -> list[Phrase]:
    tokens = _telling_tokens(terms, shown, weigh, structure)
    if not tokens:
        return []
    whole, plainly = _word_by_word(terms, text, tokens, weigh)
    variants = [whole]
    for start, stop, group in expressions_of(terms.lexicon, tuple(t.stem for t in tokens)):
        weight = sum(s.weight for s in plainly[start:stop]) * (PROMPT_IN_PHRASE if group in terms.asked else 1.0)
        one = Slot(terms.expression(group), weight, any(s.denied for s in plainly[start:stop]))
        variants.append(_phrase(text, [*plainly[:start], one, *plainly[stop:]]))
        if len(variants) == 4:
            break
    return variants


def _telling_tokens(terms: Terms, shown: str, weigh: Callable[[str], float], structure: bool) -> list[_Token]:
    """The content words, with small ones where there is little else: 'use both'."""
    tokens = _tokens(terms, shown, structure)
    if sum(weigh(t.stem) for t in tokens) < 1 and not structure:
        small = [w for w in split(shown).words if w in TELLING]
        tokens = [*tokens, *(_Token(w, terms.lexicon.stem(w), False, 0) for w in small)]
    return tokens or [_Token(w, terms.lexicon.stem(w), False, 0) for w in split(shown).words]


def _word_by_word(terms: Terms, text: str, tokens: list[_Token], weigh: Callable[[str], float]) -> tuple[Phrase, list[Slot]]:
    plainly = [_slot(terms, tokens, i, weigh) for i in range(len(tokens))]
    loose = ~terms.pairs if _both_sides(terms.lexicon, tokens) else 0
    return _phrase(text, plainly, loose), plainly


def _slot(terms: Terms, tokens: list[_Token], i: int, weigh: Callable[[str], float]) -> Slot:
    token = tokens[i]
    direction = terms.lexicon.directed.get(token.stem)
    noun = None if direction is None else _noun(terms, tokens, i)
    if direction is None or noun is None:
        return Slot(terms.word(token.stem, token.word), weigh(token.stem), token.denied)
    return Slot(terms.direction(direction, terms.word(noun.stem, noun.word)), weigh(token.stem), token.denied)


def _noun(terms: Terms, tokens: list[_Token], i: int) -> _Token | None:
    """What the direction at *i* is said of: the next word that is no direction, else the one before."""

    directed = terms.lexicon.directed

    def after() -> _Token | None:
        for token in tokens[i + 1 : i + 1 + NOUN_REACH]:
            if token.gap or token.turned:
                return None
            if token.stem not in directed:
                return token
        return None

    def before() -> _Token | None:
        for j in range(i - 1, max(-1, i - 1 - NOUN_REACH), -1):
            if tokens[j].stem not in directed:
                return tokens[j]
            if tokens[j].gap:
                return None
        return None

    if tokens[i].word in INTRANSITIVE:
        return before() or after()
    return after() or before()


def expressions_of(lexicon: Lexicon, stems: Expression) -> list[tuple[int, int, int]]:
    """The expressions of the lexicon among *stems*, the longest first: where each begins and ends, and its group."""
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
    refuse &= ~want
    # One object where they are equal: wide numbers, and thousands of phrases.
    return Phrase(text, want, refuse, pairs, total, want | refuse if refuse else want, want & ~loose if loose else want)


@lru_cache(maxsize=16384)
def _shared(slot: tuple[int, float]) -> tuple[int, float]:
    """One object for equal pairs of all rubrics: there are few different ones."""
    return slot


@lru_cache(maxsize=1024)
def _shared_total(total: float) -> float:
    return total
