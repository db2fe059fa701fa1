"""What in the packs wants a second look, found without any answers of learners. Explained findings are left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from bot.bank import REVIEW, Bank
from bot.bank.reading import Document, read
from bot.bank.record import kebab
from bot.domain.grading import Hit
from bot.domain.question import KeyPoint, Kind, Level, Question
from bot.errors import PackError

LONGEST_PROMPT = 300  # what a phone shows at once
MODEL_ANSWER = 80  # a model answer that scores less contradicts its own rubric
SAME_WORDS = 0.7  # share of common words from which two prompts ask the same
RELATED = 0.5  # share of common words from which two rubrics are worth grading against each other
SAME_RUBRIC = 65  # each model answer earns this much with the other's rubric: the questions are one

Spot = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """id: rule:question/part, stable as long as the part is. at: where in the question, or in its pack from 'models' on."""

    id: str
    question: str
    what: str
    remedy: str
    at: Spot = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A key point with the place where it is written."""

    point: KeyPoint
    at: Spot


def review(bank: Bank) -> list[Remark]:
    """Every remark, in the order of the packs; those about the whole bank come last."""
    found: list[Remark] = []
    for question, parts in _reviewed(bank):
        for rule in (_prompt, _hints, _empty_phrases, _ambiguous, _never_hit, _model_answer, _blind):
            found += rule(bank, question, parts)
    return [*found, *_twins(bank), *_levels(bank)]


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


def _reviewed(bank: Bank) -> Iterator[tuple[Question, list[_Part]]]:
    """Each question with its own key points; each question of a series about a model with that model's."""
    for pack in bank.packs:
        for question in pack.questions:
            yield question, [_Part(point, ("key_points", n)) for n, point in enumerate(question.key_points)]
        for number, model in enumerate(pack.models):
            for question in pack.series(model):
                id = question.id.partition("@")[0]
                facts = model.facts[id].key_points
                yield question, [_Part(p, ("models", number, "facts", id, "key_points", n)) for n, p in enumerate(facts)]


def _prompt(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    size = len(question.prompt)
    if size > LONGEST_PROMPT:
        what = f"the prompt has {size} characters, {LONGEST_PROMPT} at most"
        yield Remark(f"prompt:{question.id}", question.id, what, "Ask for less, or say it shorter.", ("prompt",))


def _hints(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    asked = _words(bank, question.prompt)
    for part in parts:
        hint = _words(bank, part.point.hint)
        spoken = f" {' '.join(part.point.hint.lower().split())} "
        for phrase in part.point.phrases:
            words = _words(bank, phrase)
            own = words - asked
            told = own and (words <= hint or (len(own) > 1 and own <= hint))  # one word of many is in many questions
            if told if question.kind is not Kind.DISCUSSION else f" {phrase.lower()} " in spoken:
                what = f"the hint gives away the phrase '{phrase}'"
                id = f"hint:{question.id}/{part.point.id}/{kebab(phrase)}"
                yield Remark(id, question.id, what, "Ask a question that leads there in other words.", (*part.at, "hint"))
                break


def _empty_phrases(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    if question.kind is Kind.DISCUSSION:
        return
    asked = _words(bank, question.prompt)
    for part, n, phrase in _phrases(parts):
        if _words(bank, phrase) <= asked:
            what = f"the phrase '{phrase}' has only words of the prompt"
            yield Remark(
                f"prompt-words:{question.id}/{part.point.id}/{kebab(phrase)}",
                question.id,
                what,
                "Add the word that proves the point, or take it out.",
                (*part.at, "phrases", n),
            )


def _ambiguous(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    """Phrases that prove another point too, or do not even prove their own."""
    names = {point.id: point for point in question.key_points}
    for part, n, phrase in _phrases(parts):
        hits = {finding.id for finding in bank.grade(question.id, phrase).findings if finding.hit is Hit.FULL}
        at = (*part.at, "phrases", n)
        tail = f"{question.id}/{part.point.id}/{kebab(phrase)}"
        if part.point.id not in hits:
            what = f"the phrase '{phrase}', given as an answer, does not prove its own point"
            yield Remark(f"mute:{tail}", question.id, what, "Say it in two to six telling words.", at)
        for other in sorted(hits - {part.point.id}):
            near = _nearest(bank, phrase, names[other])
            what = f"the phrase '{phrase}' also proves the point '{other}'{near}"
            yield Remark(f"ambiguous:{tail}/{other}", question.id, what, "Add the word that tells the two points apart.", at)


def _nearest(bank: Bank, phrase: str, point: KeyPoint) -> str:
    """The phrase of *point* whose words are most in *phrase*, for the message."""
    said = _words(bank, phrase)
    shares = [(len(said & _words(bank, p)) / len(_words(bank, p) or {""}), p) for p in point.phrases]
    share, best = max(shares, key=lambda pair: pair[0])
    return f" by '{best}'" if share else ""


def _never_hit(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    """Key points that no example hits. Few examples are about one model, so its model answer counts as one."""
    model = question.id.partition("@")[2]
    texts = [example.text for example in question.examples if not model or example.model == model]
    texts += [question.model_answer] if model else []
    missing = {part.point.id: part for part in parts} if texts else {}
    for text in texts:
        if not missing:
            return
        for finding in bank.grade(question.id, text).findings:
            if finding.hit is Hit.FULL:
                missing.pop(finding.id, None)
    for id, part in missing.items():
        what = f"no example hits the point '{part.point.label}'"
        remedy = "Add the wordings that the strong examples use, or an example that makes the point."
        yield Remark(f"never-hit:{question.id}/{id}", question.id, what, remedy, part.at)


def _model_answer(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    about, _, model = question.id.partition("@")
    if not question.model_answer or (not model and bank.pack_of(question.id).models):
        return
    index = [one.id for one in bank.pack_of(question.id).models].index(model) if model else 0
    at: Spot = ("models", index, "facts", about, "answer") if model else ("model_answer",)
    grade = bank.grade(question.id, question.model_answer)
    if grade.score < MODEL_ANSWER:
        missed = ", ".join(finding.id for finding in grade.findings if finding.hit is not Hit.FULL) or "none"
        what = f"the model answer scores {grade.score:.0f} in its own grade, {MODEL_ANSWER} at least; not hit: {missed}"
        remedy = "Let it say every point, and let phrases know its words."
        yield Remark(f"model-answer:{question.id}", question.id, what, remedy, at)
    for wrong in grade.misconceptions:
        what = f"the model answer is read as stating the misconception '{wrong}'"
        remedy = "Word the misconception's phrases or the answer apart."
        yield Remark(f"model-answer-wrong:{question.id}/{wrong}", question.id, what, remedy, at)


def _blind(bank: Bank, question: Question, parts: list[_Part]) -> Iterator[Remark]:
    if "@" not in question.id and not any(example.blind for example in question.examples):
        remedy = "Let somebody who has not seen the phrases answer the prompt."
        yield Remark(f"blind:{question.id}", question.id, "no example is blind", remedy, ("examples",))


def _twins(bank: Bank) -> Iterator[Remark]:
    """Pairs of questions that ask the same, or whose model answers satisfy each other's rubric."""
    asked = [_words(bank, question.prompt) for question in bank.questions]
    graded = [_words(bank, " . ".join(p for point in q.key_points for p in point.phrases)) for q in bank.questions]
    for one, other in combinations(range(len(bank)), 2):
        first, second = bank.questions[one], bank.questions[other]
        common = asked[one] & asked[other]
        same = len(common) >= SAME_WORDS * len(asked[one] | asked[other])
        why = "ask nearly the same"
        if not same and len(graded[one] & graded[other]) >= RELATED * min(len(graded[one]), len(graded[other])) > 0:
            scores = bank.grade(first.id, second.model_answer).score, bank.grade(second.id, first.model_answer).score
            same = min(scores) >= SAME_RUBRIC
            why = f"are graded alike: each model answer scores {min(scores):.0f} or more in the other"
        if same:
            what = f"'{first.id}' and '{second.id}' {why}"
            yield Remark(f"twins:{second.id}/{first.id}", second.id, what, "Give them different asks, or drop one.", ("prompt",))


def _levels(bank: Bank) -> Iterator[Remark]:
    for topic in bank.topics:
        those = [question for question in bank.questions if question.topic == topic]
        for level in Level:
            if not any(question.level is level for question in those):
                what = f"the topic '{topic}' has no {level} question"
                yield Remark(f"level:{topic}/{level}", those[0].id, what, "Write one, or explain why there is none.", ("level",))


def _phrases(parts: list[_Part]) -> Iterator[tuple[_Part, int, str]]:
    for part in parts:
        for n, phrase in enumerate(part.point.phrases):
            yield part, n, phrase


def _words(bank: Bank, text: str) -> frozenset[str]:
    """The stems of the content words."""
    return frozenset(bank.lexicon.expression(text)) if text.strip() else frozenset()


@cache
def _document(path: Path) -> Document:
    return read(path)
