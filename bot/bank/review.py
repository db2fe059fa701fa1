"""What in the packs wants a second look, found without any answers of learners. Explained findings are left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.bank import REVIEW, Bank
from bot.bank.reading import Document, read
from bot.bank.rules import BANK_RULES, QUESTION_RULES, BankRule, Part, Remark, Rule
from bot.domain.question import Question
from bot.errors import PackError

__all__ = ["Remark", "exceptions", "place", "review", "unexplained"]


def review(bank: Bank, each: Iterable[Rule] = QUESTION_RULES, whole: Iterable[BankRule] = BANK_RULES) -> list[Remark]:
    """Every remark, in the order of the packs; those about the whole bank come last."""
    found = [remark for question, parts in _reviewed(bank) for rule in each for remark in rule(bank, question, parts)]
    return [*found, *(remark for rule in whole for remark in rule(bank))]


def place(bank: Bank, remark: Remark) -> str:
    """'file:line' of what the remark is about."""
    path, line = bank.place(remark.question)
    if not path:
        return ""
    document = _document(Path(path))
    at = remark.at
    if at and at[0] != "models":
        ids = [question["id"] for question in document.data["questions"]]
        at = ("questions", ids.index(remark.question.partition("@")[0]), *at)
    return f"{path}:{document.line(at) if at else line}"


def exceptions(sources: Iterable[Path]) -> dict[str, str]:
    """Explained findings of every source: id → reason, from review.yaml beside the packs. Raises PackError."""
    folders = dict.fromkeys(source if source.is_dir() else source.parent for source in sources)
    found: dict[str, str] = {}
    for path in [folder / REVIEW for folder in folders if (folder / REVIEW).exists()]:
        document = read(path)
        data = document.data if document.data is not None else {}
        if not isinstance(data, Mapping):
            raise PackError([f"{path}:1: must map finding ids to reasons"])
        faults = [
            f"{path}:{document.line((str(id),))}: {id}: a reason is wanted, in words"
            for id, reason in data.items()
            if not (isinstance(id, str) and isinstance(reason, str) and reason.strip())
        ]
        if faults:
            raise PackError(faults)
        found |= data
    return found


def unexplained(bank: Bank, remarks: Sequence[Remark], explained: Mapping[str, str]) -> list[Remark]:
    """Without the explained ones, and with a remark for every explanation that has nothing left to explain."""
    left = [remark for remark in remarks if remark.id not in explained]
    known = {remark.id for remark in remarks}
    for id in explained:
        question = id.partition(":")[2].partition("/")[0]
        if id not in known and (bank.get(question) or question in bank.topics):
            left.append(Remark(f"stale:{id}", "", f"{REVIEW} explains {id}, which is not found any more", "Take the line out."))
    return left


def _reviewed(bank: Bank) -> Iterator[tuple[Question, list[Part]]]:
    """Each question with its own key points; each question of a series about a model with that model's."""
    for pack in bank.packs:
        for question in pack.questions:
            yield question, [Part(point, ("key_points", n)) for n, point in enumerate(question.key_points)]
        for number, model in enumerate(pack.models):
            for question in pack.series(model):
                id = question.id.partition("@")[0]
                facts = model.facts[id].key_points
                yield question, [Part(p, ("models", number, "facts", id, "key_points", n)) for n, p in enumerate(facts)]


@cache
def _document(path: Path) -> Document:
    return read(path)
