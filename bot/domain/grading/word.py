"""What one word of an answer means to one rubric."""

from dataclasses import dataclass

CONTENT, SMALL, NEGATOR, BREAKER = range(4)

# What grading must look for: an answer has the flags of all its words, and steps that none of them calls for are left out.
NEGATES, SPECIAL, NOUN, NOTION, MISSPELT, REJECTS = 1, 2, 4, 8, 16, 32


@dataclass(slots=True, eq=False)  # half as dear to read as a named tuple, and read for every word of every answer
class Word:
    """kind: CONTENT, SMALL, NEGATOR or BREAKER. The masks hold terms of the rubric."""

    kind: int
    affirms: int = 0
    related: int = 0
    contradicts: int = 0
    nouns: int = 0  # nouns of directions that it affirms or is related to
    trigrams: int = 0
    stem: str = ""
    fresh: bool = True  # a content word that is not the question's
    matters: bool = False  # it says something of a term
    directions: tuple[int, ...] = ()
    openings: tuple[tuple[tuple[str, ...], int], ...] = ()
    notion: int = -1  # the compared notion that it names, -1 for none
    meant: str = ""  # the word that a misspelt one was read as
    guessed: bool = False  # it was compared by edit distance
    flags: int = 0


UNREAD = Word(CONTENT)
UNKNOWN = Word(CONTENT, guessed=True)  # would have to be compared by edit distance, which was done often enough
