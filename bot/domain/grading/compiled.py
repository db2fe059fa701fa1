"""The compiled form of a question: what grading reads."""

from dataclasses import dataclass, field

from .result import Finding
from .roles import Notions
from .terms import Phrase, Terms
from .word import Word


@dataclass(frozen=True, slots=True)
class Point:
    """A key point: its phrases, and the notion it is said of (-1: none)."""

    id: str
    label: str
    weight: float
    phrases: tuple[Phrase, ...]
    missed: Finding  # what most answers are told of it, made once
    mask: int = 0  # terms of any of its phrases


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception: its phrases with words in order, and the numbers of the points that lose their credit."""

    id: str
    phrases: tuple[tuple[Phrase, int], ...]  # each with the number of its terms that must be there
    spoils: tuple[int, ...]


@dataclass(slots=True)
class Compiled:
    """Everything that grading needs of a question. The memo only saves time: grades do not depend on it."""

    terms: Terms
    points: tuple[Point, ...]
    reference: tuple[tuple[float, int], ...]  # the model answer's terms by their weight: there are few different weights
    reference_total: float
    mistakes: tuple[Mistake, ...]
    prompt: frozenset[str]
    derived: bool
    structure: bool
    notions: Notions
    trigrams: dict[str, int]
    question: str
    sorted_terms: tuple[str, ...] = ()
    notion_bits: tuple[int, ...] = ()
    owned: tuple[tuple[Phrase, ...], ...] = ()  # the phrases of each compared notion
    weight: float = 1.0
    echo_score: float = 0.0
    prompt_mask: int = 0
    harmful: frozenset[str] = frozenset()  # words of harm that the question does not use
    refused: int = 0  # terms that phrases deny and none affirms
    denials: int = 0  # terms that the model answer denies
    settled: int = 0  # terms that the rubric never denies
    memo: dict[str, Word] = field(default_factory=dict, repr=False)

    @property
    def phrases(self) -> list[Phrase]:
        """The phrases of all points."""
        return [phrase for point in self.points for phrase in point.phrases]
