"""Grading free-text answers by key points, without a model: see docs/design.md for how a score comes about."""

from .grade import Step, explain, grade
from .lexicon import Lexicon
from .result import Finding, Grade, Hit
from .rubric import Rubric, compile_rubric

GRADER_VERSION = "4"  # changes whenever the same answer may get another grade

__all__ = [
    "GRADER_VERSION",
    "Finding",
    "Grade",
    "Hit",
    "Lexicon",
    "Rubric",
    "Step",
    "compile_rubric",
    "explain",
    "grade",
]
