"""The grader beside what quiz bots use, on the shipped questions' own examples: agreement, time, and the worst inputs."""

import random
import statistics
import string
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from bot.bank import load_bank
from bot.domain.grading import Rubric, compile_rubric, grade
from bot.domain.question import Example, Question

PACKS = Path("questions")
ROUNDS = 5  # the first one warms

Scorer = Callable[[str], float]


class Case(NamedTuple):
    """One question's examples and the compiled rubric."""

    question: Question
    rubric: Rubric
    examples: tuple[Example, ...]


def main() -> None:
    out = Console()
    cases = _cases()
    figures = rows(cases)
    table = Table(
        *("grader", "r with the bands", "in band", "better above worse", "median µs", "p99 µs", "time ratio"),
        title=f"{sum(len(c.examples) for c in cases)} examples of {len(cases)} questions",
    )
    for row in figures:
        table.add_row(*(row["grader"], *(row.get(key, "") for key in ("r", "band", "order", "median", "p99", "ratio"))))
    out.print(table)
    worst = Table("input", "slowest µs", title="Inputs meant to be slow")
    for name, spent in hostile(cases):
        worst.add_row(name, f"{spent:.0f}")
    out.print(worst)


def rows(cases: list[Case]) -> list[dict[str, Any]]:
    """One row of figures per grader; times are of one core, each answer graded warm."""
    graders: dict[str, Callable[[Case], Scorer] | None] = {
        "drillbot": lambda case: lambda answer: grade(case.rubric, answer).score,
        "token_set_ratio with the model answer": lambda case: lambda answer: _similar(case.question, answer),
        "partial_ratio ≥ 80 with any phrase": lambda case: lambda answer: _partial(case.question, answer),
        "TF-IDF cosine with the model answer": _tfidf(),
    }
    found: list[dict[str, Any]] = []
    base = 0.0
    for name, make in graders.items():
        if make is None:
            found.append({"grader": name, "r": "not installed"})
            continue
        row, median = _figures(name, cases, make)
        base = base or median
        found.append({**row, "ratio": f"×{median / base:.2f}"})
    return found


def hostile(cases: list[Case]) -> Iterator[tuple[str, float]]:
    """The slowest of three runs' best over a handful of rubrics, in microseconds."""
    letters = random.Random(1)
    gibberish = " ".join("".join(letters.choices(string.ascii_lowercase, k=letters.randint(3, 12))) for _ in range(15_000))
    inputs = {
        "100,000 characters": "x" * 100_000,
        "all gibberish": gibberish,
        "10,000 repeated words": "variance " * 10_000,
        "nested markup": "*_~`(" * 20_000,
        "formulas": "(a+b)/c=" * 12_000,
        "combining marks": "e\u0301" * 50_000,
        "one letter a line": "a\n" * 50_000,
        "negations": "not " * 25_000,
    }
    for name, answer in inputs.items():
        yield name, max(min(_timed(lambda: grade(case.rubric, answer)) for _ in range(5)) for case in cases[::20])  # noqa: B023


def _cases() -> list[Case]:
    bank = load_bank([PACKS])
    return [Case(q, compile_rubric(q, bank.lexicon), q.examples) for q in bank.questions if q.examples and "@" not in q.id]


def _figures(name: str, cases: list[Case], make: Callable[[Case], Scorer]) -> tuple[dict[str, Any], float]:
    scores: list[float] = []
    middles: list[float] = []
    inside = ordered = pairs = 0
    spent: list[float] = []
    for case in cases:
        score = make(case)
        own = [score(example.text) for example in case.examples]
        scores += own
        middles += [(example.low + example.high) / 2 for example in case.examples]
        inside += sum(example.low <= s <= example.high for s, example in zip(own, case.examples, strict=True))
        for one, s in zip(case.examples, own, strict=True):
            for other, t in zip(case.examples, own, strict=True):
                if one.low >= other.high:
                    pairs += 1
                    ordered += s > t
        spent += [_timed(lambda: score(example.text)) for _ in range(ROUNDS) for example in case.examples][len(own) :]  # noqa: B023
    spent.sort()
    median = statistics.median(spent)
    row = {
        "grader": name,
        "r": f"{statistics.correlation(middles, scores):.3f}",
        "band": f"{inside / len(scores):.0%}",
        "order": f"{ordered / max(1, pairs):.1%}",
        "median": f"{median:.1f}",
        "p99": f"{spent[int(0.99 * len(spent))]:.0f}",
    }
    return row, median


def _similar(question: Question, answer: str) -> float:
    return fuzz.token_set_ratio(question.model_answer, answer)


def _partial(question: Question, answer: str) -> float:
    """A key point is hit when any of its phrases is nearly in the answer."""
    text = answer.lower()
    got = sum(p.weight for p in question.key_points if any(fuzz.partial_ratio(f.lower(), text) >= 80 for f in p.phrases))
    return 100 * got / sum(p.weight for p in question.key_points)


def _tfidf() -> Callable[[Case], Scorer] | None:
    """Cosine of TF-IDF vectors; None where scikit-learn (the bench group) is not installed."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return None

    def make(case: Case) -> Scorer:
        vectors = TfidfVectorizer(stop_words="english").fit([case.question.model_answer, *(e.text for e in case.examples)])
        model = vectors.transform([case.question.model_answer])
        return lambda answer: float(100 * (vectors.transform([answer]) @ model.T)[0, 0])

    return make


def _timed(act: Callable[[], object]) -> float:
    start = time.thread_time()  # what other processes take of the machine is not the grader's
    act()
    return 1e6 * (time.thread_time() - start)


if __name__ == "__main__":
    main()
