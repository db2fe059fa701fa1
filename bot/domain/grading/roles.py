"""Compared notions: which of them a question compares."""

import re
from itertools import pairwise
from typing import NamedTuple

from ..question import Kind, Question
from .lexicon import Lexicon, content_stems
from .speech import COMPARING, DIFFERING, FUNCTION, SEPARATING
from .text import plain, split

_FROM = frozenset({"differ", "differs", "different"})
_PREFERRING = (["rather", "than"], ["instead", "of"], ["place", "of"])
_CHOOSING = frozenset({"prefer", "favor", "favour", "choose", "pick", "use"})
_ARTICLES = frozenset({"a", "an", "the", "using"})
_STOPS = COMPARING | DIFFERING | SEPARATING | _CHOOSING
_WEAK = frozenset({"one", "non", "no", "self", "fine", "blue", "singl", "top"})
_SUBJECTS = frozenset({"each", "it", "they", "you", "we", "which", "that", "what"})
_DOING = frozenset({"you", "we", "i", "to"})
_VERSUS = frozenset({"versus", "vs"})
_CODE = re.compile(r"\b[\w.]*?(\w+)\(\)")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
NAME = 4  # words of a notion's name at the most
REACH = 12  # words between 'compare' and what is compared


class Notions(NamedTuple):
    """names: for each notion the stems that tell it from the others. Empty where nothing is compared.

    aliases: for each notion its abbreviations and other names of one word.
    words: for each notion every word of its name that the others do not have.
    asked: the first one is what the question is about ('why A rather than B'), the others are what it is held against.
    """

    names: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[frozenset[str], ...] = ()
    words: tuple[frozenset[str], ...] = ()
    asked: bool = False

    def named(self, stem: str) -> int:
        """The notion whose whole name or alias *stem* is; -1 for none."""
        for number, (name, aliases) in enumerate(zip(self.names, self.aliases, strict=True)):
            if stem in aliases or name == (stem,):
                return number
        return -1


def find(question: Question, lexicon: Lexicon) -> Notions:
    """The notions that the prompt compares, if the rubric speaks of each of them."""
    announced = question.kind == Kind.COMPARISON
    found = _in_code(question.prompt, lexicon)
    if not found.names:
        found = _in_prose(question.prompt, announced, lexicon)
    if _spoken_of(found, question, lexicon):
        return found
    named = _named_so(question, announced, lexicon)
    return named if named.names else _labelled(question, lexicon)


def _named_so(question: Question, announced: bool, lexicon: Lexicon) -> Notions:
    """A question called 'bagging-vs-boosting' compares these, however it is put."""
    found = _in_prose(question.name.replace("-", " "), announced, lexicon)
    return found if _spoken_of(found, question, lexicon) else Notions()


def _labelled(question: Question, lexicon: Lexicon) -> Notions:
    """Labels such as 'Stratified: same proportions' and 'Grouped: entities stay together' tell what is compared."""
    asked = split(plain(question.prompt)[0]).words
    done = {word for before, word in pairwise(asked) if before in _DOING}  # 'Check: …' after 'how do you check it' is a step
    heads = [split(plain(point.label.split(":")[0])[0]).words for point in question.key_points if ":" in point.label]
    known = [head for head in heads if head and len(head) <= NAME and set(asked).issuperset(head) and head[0] not in done]
    items = [list(head) for head in dict.fromkeys(map(tuple, known))]
    return _distinct(items, "", lexicon) if len(items) > 1 else Notions()


def _spoken_of(found: Notions, question: Question, lexicon: Lexicon) -> bool:
    names = found.names
    told = set(content_stems(" . ".join([question.model_answer, *_labels(question)]), lexicon.spelling))
    return len(names) > 1 and all(
        told.intersection((*name, *aliases)) for name, aliases in zip(names, found.aliases, strict=True)
    )


def _labels(question: Question) -> list[str]:
    return [text for point in question.key_points for text in (point.label, *point.phrases)]


def _in_code(prompt: str, lexicon: Lexicon) -> Notions:
    """'model.eval()' and 'torch.no_grad()' are 'eval' and 'no grad'."""
    code = list(dict.fromkeys(_CODE.findall(prompt)))
    if len(code) != 2:
        return Notions()
    names = tuple(tuple(lexicon.stem(w) for w in name.lower().split("_") if w) for name in code)
    return Notions(names, (frozenset(),) * len(names), tuple(map(frozenset, names)))


def _in_prose(prompt: str, announced: bool, lexicon: Lexicon) -> Notions:
    text = plain(prompt)[0]
    read = split(_BRACKETS.sub(" ", text))
    words, gaps = read.words, read.gaps
    for i in range(1, len(words)):
        if read.parts[2 * i] == "-" and words[i + 1 : i + 2] and words[i + 1] in ("tradeoff", "trade"):
            return _distinct([[words[i - 1]], [words[i]]], "", lexicon)
        if i + 1 < len(words) and _links(words, gaps, i, announced):
            items = _items(words, gaps, i)
            if all(items):
                return _distinct(items, text, lexicon)._replace(asked=_prefers(words, i))
    return Notions()


def _links(words: list[str], gaps: list[int], i: int, announced: bool) -> bool:
    """Whether the word at *i* stands between two compared notions."""
    word = words[i]
    if word in _VERSUS or _prefers(words, i):
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
    if (
        words[begin : begin + 2] == ["what", "are"]
        and word == "and"
        and i - begin <= NAME + 2
        and "of" not in words[i : i + NAME + 1]
    ):
        return True
    return bool(COMPARING.intersection(before)) or bool(DIFFERING.intersection(words[i + 1 : i + 5]))


def _prefers(words: list[str], i: int) -> bool:
    """'rather than', 'instead of', 'prefer … to', 'choose … over'."""
    before = words[max(0, i - NAME - 2) : i]
    if words[i] == "to":
        return "prefer" in before
    if words[i] == "over":
        return bool(_CHOOSING.intersection(before))
    return words[i - 1 : i + 1] in _PREFERRING


def _items(words: list[str], gaps: list[int], i: int) -> list[list[str]]:
    """What stands on both sides of the link at *i*; 'A, B and C' are three."""
    right, _ = _name(words, gaps, i + 1, 1)
    left, at = _name(words, gaps, _before(words, i), -1)
    items = [left]
    while left and gaps[at] == 1 and at > 0 and words[at - 1] not in FUNCTION and len(items) < 5:
        left, at = _name(words, gaps, at - 1, -1)
        items.insert(0, left)
    return [*items, right]


def _before(words: list[str], i: int) -> int:
    """Where the notion before the link at *i* ends."""
    if words[i - 1] == "place":
        return i - 3  # 'in place of'
    return i - 2 if words[i - 1] in _FROM or words[i - 1 : i + 1] in _PREFERRING else i - 1


def _name(words: list[str], gaps: list[int], at: int, way: int) -> tuple[list[str], int]:
    """The content words from *at* on, to the left (-1) or right (1), up to a small word or a break; and where it ends."""
    found: list[str] = []
    reached = at
    while 0 <= at < len(words) and len(found) < NAME:
        word = words[at]
        small = word in FUNCTION and not (word == "means" and words[at - 1] == "k")
        if (small and word not in _ARTICLES) or word in _STOPS:
            if word in _SUBJECTS:  # 'what each gains and costs': these are verbs
                found.clear()
            break
        if not small:
            found.append(word)
        reached = at
        if (way < 0 and gaps[at]) or (way > 0 and at + 1 < len(words) and gaps[at + 1]):
            break
        at += way
    return found[::way], reached


def _distinct(items: list[list[str]], text: str, lexicon: Lexicon) -> Notions:
    """What tells them apart ('L1 and L2 regularization' are 'l1' and 'l2') and their other names."""
    names = [tuple(map(lexicon.stem, item)) for item in items]
    own = [tuple(w for w in name if sum(w in other for other in names) == 1) for name in names]
    if not all(own):
        return Notions()
    return Notions(
        tuple(_telling(name, words) for name, words in zip(names, own, strict=True)),
        tuple(_aliases(item, text, lexicon) for item in items),
        tuple(frozenset(words) - lexicon.common - _WEAK for words in own),
    )


def _telling(name: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    """The first of its own words tells a notion; 'one' of 'one-hot' or '1' of 'type 1' could mean anything and needs another."""
    if len(own[0]) > 1 and own[0] not in _WEAK:
        return own[:1]
    at = name.index(own[0])
    return name[at - 1 : at + 1] if at else own[:2]


def _aliases(item: list[str], text: str, lexicon: Lexicon) -> frozenset[str]:
    """Initials, the name in one word, and a word in brackets behind it: 'L1 (lasso)'."""
    found = {"".join(w[0] for w in item), "".join(item)} if len(item) > 1 else set()
    found.update(re.findall(rf"\b(?:{'|'.join(map(re.escape, item))})\s\((?:or\s)?(\w+)\)", text))
    return frozenset(map(lexicon.stem, found))
