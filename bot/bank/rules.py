"""What the review looks for. Each rule gets a question with its own key points and yields remarks; two look at the whole bank."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from bot.bank import Bank
from bot.bank.record import kebab
from bot.domain.grading import Hit
from bot.domain.question import KeyPoint, Kind, Level, Question

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
class Part:
    """A key point with the place where it is written."""

    point: KeyPoint
    at: Spot


Rule = Callable[[Bank, Question, list[Part]], Iterator[Remark]]
BankRule = Callable[[Bank], Iterator[Remark]]


def prompt(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
    size = len(question.prompt)
    if size > LONGEST_PROMPT:
        what = f"the prompt has {size} characters, {LONGEST_PROMPT} at most"
        yield Remark(f"prompt:{question.id}", question.id, what, "Ask for less, or say it shorter.", ("prompt",))


def hints(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
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


def empty_phrases(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
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


def ambiguous(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
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


def never_hit(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
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


def model_answer(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
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


def blind(bank: Bank, question: Question, parts: list[Part]) -> Iterator[Remark]:
    if "@" not in question.id and not any(example.blind for example in question.examples):
        remedy = "Let somebody who has not seen the phrases answer the prompt."
        yield Remark(f"blind:{question.id}", question.id, "no example is blind", remedy, ("examples",))


def twins(bank: Bank) -> Iterator[Remark]:
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


def levels(bank: Bank) -> Iterator[Remark]:
    for topic in bank.topics:
        those = [question for question in bank.questions if question.topic == topic]
        for level in Level:
            if not any(question.level is level for question in those):
                what = f"the topic '{topic}' has no {level} question"
                yield Remark(f"level:{topic}/{level}", those[0].id, what, "Write one, or explain why there is none.", ("level",))


def _phrases(parts: list[Part]) -> Iterator[tuple[Part, int, str]]:
    for part in parts:
        for n, phrase in enumerate(part.point.phrases):
            yield part, n, phrase


def _words(bank: Bank, text: str) -> frozenset[str]:
    """The stems of the content words."""
    return frozenset(bank.lexicon.expression(text)) if text.strip() else frozenset()


QUESTION_RULES: tuple[Rule, ...] = (prompt, hints, empty_phrases, ambiguous, never_hit, model_answer, blind)
BANK_RULES: tuple[BankRule, ...] = (twins, levels)
