"""Compared notions: which of them a question compares."""

import re
from itertools import zip_longest
from typing import NamedTuple

from ..question import Kind, Question
from .lexicon import Lexicon, content_stems
from .speech import COMPARING, DIFFERING, FUNCTION, SEPARATING
from .text import plain, split

_FROM = frozenset({"differ", "differs", "different"})
_VERSUS = frozenset({"versus", "vs"})
_CODE = re.compile(r"\b[\w.]*?(\w+)\(\)")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
NAME = 4  # words of a notion's name at the most
REACH = 12  # words between 'compare' and what is compared


class Notions(NamedTuple):
    """names: for each notion the stems that tell it from the others. Empty where nothing is compared."""

    names: tuple[tuple[str, ...], ...] = ()
    initials: tuple[str, ...] = ()

    def named(self, stem: str) -> int:
        """The notion whose whole name or abbreviation *stem* is; -1 for none."""
        if stem in self.initials:
            return self.initials.index(stem)
        return self.names.index((stem,)) if (stem,) in self.names else -1


def find(question: Question, lexicon: Lexicon) -> Notions:
    """The notions that the prompt compares, if the rubric speaks of each of them."""
    found = _in_code(question.prompt, lexicon)
    if not found.names:
        found = _in_prose(_BRACKETS.sub(" ", question.prompt), question.kind == Kind.COMPARISON, lexicon)
    names = found.names
    told = set(content_stems(" . ".join([question.model_answer, *_labels(question)]), lexicon.spelling))
    clear = len(names) > 1 and all(
        told.intersection((*name, short)) for name, short in zip_longest(names, found.initials, fillvalue="")
    )
    return found if clear else Notions()


def _labels(question: Question) -> list[str]:
    return [text for point in question.key_points for text in (point.label, *point.phrases)]


def _in_code(prompt: str, lexicon: Lexicon) -> Notions:
    """'model.eval()' and 'torch.no_grad()' are 'eval' and 'no grad'."""
    code = list(dict.fromkeys(_CODE.findall(prompt)))
    if len(code) != 2:
        return Notions()
    return Notions(tuple(tuple(lexicon.stem(w) for w in name.lower().split("_") if w) for name in code))


def _in_prose(prompt: str, announced: bool, lexicon: Lexicon) -> Notions:
    read = split(plain(prompt)[0])
    words, gaps = read.words, read.gaps
    for i in range(1, len(words)):
        if read.parts[2 * i] == "-" and words[i + 1 : i + 2] and words[i + 1] in ("tradeoff", "trade"):
            return Notions(((lexicon.stem(words[i - 1]),), (lexicon.stem(words[i]),)))
        if i + 1 < len(words) and _links(words, gaps, i, announced):
            items = _items(words, gaps, i)
            if all(items):
                return _distinct(items, lexicon)
    return Notions()


def _links(words: list[str], gaps: list[int], i: int, announced: bool) -> bool:
    """Whether the word at *i* stands between two compared notions."""
    word = words[i]
    if word in _VERSUS or (word == "than" and words[i - 1] == "rather"):
        return True
    if word == "from":
        return words[i - 1] in _FROM or bool(SEPARATING.intersection(words[max(0, i - REACH) : i]))
    if word not in ("and", "with", "or") or (2 in gaps[max(1, i - REACH) : i + 1] and gaps[i] == 2):
        return False
    if word == "with" and "and" in words[i + 1 : i + 4] and not any(gaps[i + 1 : i + 4]):
        return False  # 'SGD with momentum and Adam': the link comes later
    if announced:
        return True
    begin = max((j for j in range(i + 1) if gaps[j] == 2), default=0)
    before = words[max(begin, i - REACH) : i]
    return bool(COMPARING.intersection(before)) or bool(DIFFERING.intersection(words[i + 1 : i + 5]))


def _items(words: list[str], gaps: list[int], i: int) -> list[list[str]]:
    """What stands on both sides of the link at *i*; 'A, B and C' are three."""
    right, _ = _name(words, gaps, i + 1, 1)
    left, at = _name(words, gaps, i - 2 if words[i] == "than" or words[i - 1] in _FROM else i - 1, -1)
    items = [left]
    while left and gaps[at] == 1 and at > 0 and words[at - 1] not in FUNCTION and len(items) < 5:
        left, at = _name(words, gaps, at - 1, -1)
        items.insert(0, left)
    return [*items, right]


def _name(words: list[str], gaps: list[int], at: int, way: int) -> tuple[list[str], int]:
    """The content words from *at* on, to the left (-1) or right (1), up to a small word or a break; and where it ends."""
    found: list[str] = []
    reached = at
    while 0 <= at < len(words) and len(found) < NAME:
        word = words[at]
        if (word in FUNCTION and word not in ("a", "an", "the", "using")) or word in COMPARING | DIFFERING | SEPARATING:
            break
        if word not in FUNCTION:
            found.append(word)
        reached = at
        if (way < 0 and gaps[at]) or (way > 0 and at + 1 < len(words) and gaps[at + 1]):
            break
        at += way
    return found[::way], reached


def _distinct(items: list[list[str]], lexicon: Lexicon) -> Notions:
    """What tells them apart ('L1 and L2 regularization' are 'l1' and 'l2') and their abbreviations."""
    names = [tuple(map(lexicon.stem, item)) for item in items]
    own = [tuple(w for w in name if sum(w in other for other in names) == 1) for name in names]
    size = min(len(name) for name in own)
    if not size:
        return Notions()
    return Notions(
        tuple(name[:size] for name in own), tuple("".join(w[0] for w in item) if len(item) > 1 else "" for item in items)
    )
