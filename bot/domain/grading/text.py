"""From what a learner typed to words: normalised, split, each with its place in the original text."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import Stemmer

MAX_CHARACTERS = 4000  # ten times a long answer; what follows is not read
FEW = 24  # different characters that are replaced one after the other, which is quicker than translating each place
MAX_WORDS = 600  # what 4,000 characters of ordinary prose hold

_STEMMER = Stemmer.Stemmer("english", 0)

# Letters of other scripts that look like Latin ones: used to slip past or to trick a matcher.
_LOOKALIKES = dict(zip("аеорсухіјѕԁһԛԝкмнтвβεζηικμνορτυχασ", "aeopcyxijsdhqwkmhtbbeznikmnoptuxao", strict=True))
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "∑": "sum", "∇": "gradient", "√": "sqrt", "∂": "d",
}  # fmt: skip
_SYMBOLS = {
    "→": ">", "⇒": ">", "➡": ">", "↑": " increase ", "↓": " decrease ", "’": "'", "‘": "'", "ʼ": "'", "`": " ",
    "–": "-", "—": ";", "−": "-", "‐": "-", "‑": "-", "•": "\n", "×": "*", "÷": "/", "≠": " not ", "…": ".",
}  # fmt: skip

_LINKS = re.compile(r"<?https?://[^\s>]{1,2000}>?|<[@#!][^>\s]{1,80}+>|(?<![\w.])@[\w.]{2,40}")
# Nothing that was taken is given back (++), as nothing must follow: a quarter faster.
_SPLIT = re.compile(r"([^\W_]++(?:'[^\W_]++)*+)")
_SPLIT_ASCII = re.compile(r"([a-z0-9]++(?:'[a-z0-9]++)*+)")  # three times as fast
_TYPE_ONE = re.compile(r"(?<=\btype[ -])i\b")  # a numeral there, elsewhere a pronoun that says nothing
_HARD = re.compile(r"[.!?;](?:\s|[)*\"'`])|\n")
_SOFT = re.compile(r"[,:()\[\]{}]|\s-+\s|--|>|=|\.\.")


class Words(NamedTuple):
    """The words of a text in order. gaps[i] is what stands before word i: 0 nothing, 1 a clause ends, 2 a sentence ends."""

    words: list[str]
    gaps: list[int]
    parts: list[str]  # what stands before word 0, word 0, what stands before word 1, …

    def marks(self) -> list[int]:
        """Where each part ends: word i begins at marks[2 * i] and ends at marks[2 * i + 1]. Few answers need it."""
        return list(accumulate(map(len, self.parts)))


def plain(text: str) -> tuple[str, bool]:
    """Lower-case text in plain letters, and whether characters have moved, see places()."""
    text = _without_links(text[:MAX_CHARACTERS])
    folded, moved = (text.lower(), False) if text.isascii() else _folded(text)
    return _TYPE_ONE.sub("1", folded) if "type" in folded else folded, moved


def places(text: str) -> list[int]:
    """For each character of plain(text) its place in *text*."""
    text = _without_links(text[:MAX_CHARACTERS])
    return [place for place, piece in enumerate(_pieces(text)) for _ in piece]


def _without_links(text: str) -> str:
    if "@" not in text and "://" not in text and "<#" not in text and "<!" not in text:
        return text
    return _LINKS.sub(lambda link: " " * len(link[0]), text)


def _folded(text: str) -> tuple[str, bool]:
    """The same letters without look-alikes, combining marks, full-width forms and zero-width characters."""
    others = [character for character in set(text) if not character.isascii()]
    if len(others) > FEW:
        plain_text = text.translate(_FOLDS)
    else:  # as people write: a few dashes and quotes among ASCII letters, which lower() does all at once
        plain_text = text
        # Symbols first: other characters may be folded to one, which then stays.
        for character in sorted(others, key=_SYMBOLS.__contains__, reverse=True):
            plain_text = plain_text.replace(character, _FOLDS[ord(character)])
        plain_text = plain_text.lower()
    if plain_text.isascii() or _FOREIGN.search(plain_text) is None:
        return plain_text, len(plain_text) != len(text)
    return "".join(_pieces(text)), True


def _pieces(text: str) -> list[str]:
    """What each character is in plain letters."""
    pieces = [_FOLDS[ord(character)] for character in text]
    return [_foreign(pieces, place) if piece in _LETTERS else piece for place, piece in enumerate(pieces)]


def _foreign(pieces: list[str], place: int) -> str:
    """A Greek or Cyrillic letter: its Latin look-alike inside a word, else its name."""
    piece = pieces[place]
    beside = [*pieces[max(0, place - 1) : place], *pieces[place + 1 : place + 2]]
    if any(p.isascii() and p.isalpha() for p in beside):
        return _LOOKALIKES.get(piece, piece)
    return _GREEK.get(piece, _LOOKALIKES.get(piece, piece))


def _fold(character: str) -> str:
    """One character in plain form: '' for marks and control characters, letters without accents."""
    if character.isascii():
        return character.lower()
    if character in _SYMBOLS:
        return _SYMBOLS[character]
    kept = [c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c)[0] not in "MC"]
    return "".join(kept).lower()[:8]


class _Folds(dict[int, str]):
    """Remembers how each character is folded; bounded, as there are over a million characters."""

    def __missing__(self, code: int) -> str:
        if len(self) > 4096:
            self.clear()
        folded = self[code] = _fold(chr(code))
        return folded


_FOLDS = _Folds()
_LETTERS = frozenset({*_LOOKALIKES, *_GREEK})
_FOREIGN = re.compile("[" + re.escape("".join(_LETTERS)) + "]")


def split(text: str) -> Words:
    """The words of *text*, which is plain already."""
    parts = (_SPLIT_ASCII if text.isascii() else _SPLIT).split(text)
    words = parts[1::2][:MAX_WORDS]
    # A bound method: no Python code runs for a separator that was seen before.
    return Words(words, list(map(_GAPS.__getitem__, parts[0 : 2 * len(words) : 2])), parts)


class _Gaps(dict[str, int]):
    """Remembers what each separator means; bounded, as people type all kinds of them."""

    def __missing__(self, separator: str) -> int:
        if len(self) > 1024:
            self.clear()
        short = separator[:40]
        gap = self[separator[:40]] = 2 if _HARD.search(short) else 1 if _SOFT.search(short) else 0
        return gap


_GAPS = _Gaps()


_BRITISH = (
    (re.compile(r"is(e|es|ed|er|ers|ing|ation|ations|able)$"), r"iz\1"),
    (re.compile(r"ys(e|es|ed|er|ers|ing)$"), r"yz\1"),
    (re.compile(r"^(behavi|col|fav|neighb|lab|hon|harb|rum|flav|endeav)our"), r"\1or"),
    (re.compile(r"ll(ed|ing|er|ers)$"), r"l\1"),
    (re.compile(r"^(cent|met|lit|fib)re"), r"\1er"),
    (re.compile(r"^(cata|dia|ana)logue"), r"\1log"),
)

_MAYBE_BRITISH = re.compile(r"is[eai]|ys[ei]|our|ll|tre|bre|ogue")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What is common to the forms of a word, in American spelling: 'generalised' and 'generalizes' give 'general'."""
    word = word.split("'", 1)[0]
    if len(word) < 4 or not word.isascii():
        return word
    if _MAYBE_BRITISH.search(word):
        for pattern, american in _BRITISH:
            word = pattern.sub(american, word)
    return str(_STEMMER.stemWord(word))
