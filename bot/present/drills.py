"""The post, the verdict, the score card and the reveal."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.drill import PARTICIPATION, Attempt, Drill, Feedback, State
from bot.domain.grading import Finding, Grade, Hit
from bot.domain.question import Kind, Question
from bot.protocol import ANSWER, Block, Button, Buttons, Checklist, Code, Item, Mark, Reply, Text, Tone
from bot.service.answers import Card, Verdict
from bot.service.closing import Outcome

MARKS = {Hit.FULL: Mark.FULL, Hit.PARTIAL: Mark.PARTIAL, Hit.MISSED: Mark.MISSED}
# Half of the points is where a thumb beside the message should turn from 'not yet' to 'partly', and nearly all to 'yes'.
FULL_REACTION, PARTIAL_REACTION = 80, 30


def post(drill: Drill, question: Question, zone: str) -> Reply:
    """The public question; after closing the same message without its Answer button."""
    over = drill.state not in (State.PLANNED, State.OPEN)
    extra = "Extra drill" if not drill.daily else "Daily drill"
    title = " · ".join([extra, day(drill.day), topic(question.topic), question.level.value])
    blocks: list[Block] = [Text(question.prompt, Tone.LEAD)]
    if question.why:
        blocks.append(Text(f"Why it is asked: {_first_sentence(question.why)}", Tone.NOTE))
    blocks.append(Text(_footer(drill, question, zone, over), Tone.NOTE))
    return Reply(title, (*blocks, buttons(drill, answer=not over)))


def buttons(drill: Drill, *, answer: bool) -> Buttons:
    own = (("drill", str(drill.id)),)
    shown = [Button("My score", "score", own), Button("Leaderboard", "board")]
    return Buttons(tuple([Button("Answer", ANSWER, own), *shown] if answer else shown))


def verdict(seen: Verdict) -> Reply:
    """For the learner alone: points hit by label, missed ones by hint only."""
    grade, attempt = seen.attempt.grade, seen.attempt
    title = f"{summary(grade)} · attempt {attempt.number} of {seen.allowed}"
    blocks: list[Block] = [Checklist(tuple(_items(grade, seen.question, seen.drill.state is State.CLOSED)))]
    blocks += [Text(_sentence(note), Tone.NOTE) for note in grade.notes]
    if seen.again:
        blocks.append(Text("You said this before; it is still one attempt.", Tone.NOTE))
    footer = [f"Best so far {seen.best:.0f}", f"streak {days(seen.streak)}"]
    if seen.left and grade.score < FULL_REACTION:
        footer.append(f"{seen.left} more {'attempt' if seen.left == 1 else 'attempts'}")
    blocks.append(Text(" · ".join(footer), Tone.NOTE))
    line = summary(grade) if seen.feedback is Feedback.SCORE else ""
    return Reply(title, tuple(blocks), public=line, reaction=_reaction(grade))


def score_card(card: Card) -> Reply:
    """All my attempts at a drill; labels of missed points only once it is closed."""
    over = card.drill.state is State.CLOSED
    title = f"My score · {card.question.name}"
    if not card.attempts:
        ask = "It is closed." if over else "Reply to the question, press Answer, or use /drill answer."
        return Reply(title, (Text(f"You have not answered this drill. {ask}"),))
    blocks: list[Block] = []
    for attempt in card.attempts:
        blocks.append(Text(f"Attempt {attempt.number} of {card.allowed}: {summary(attempt.grade)}", Tone.LEAD))
        blocks.append(Checklist(tuple(_items(attempt.grade, card.question, over))))
        blocks += [Text(_sentence(note), Tone.NOTE) for note in attempt.grade.notes]
    if over:
        blocks += [Text(correction) for correction in corrections(card.attempts, card.question)]
    return Reply(title, tuple(blocks))


def reveal(outcome: Outcome) -> Reply:
    """The closing message: the model answer, the points and what became of them."""
    question = outcome.question
    blocks: list[Block] = [Text(question.prompt, Tone.LEAD)]
    if question.model_answer:
        shape = "One possible shape:" if question.kind is Kind.DISCUSSION else "Model answer:"
        blocks += [Text(shape, Tone.NOTE), _answer(question)]
    if question.key_points:
        blocks.append(Checklist(tuple(Item(Mark.NONE, line) for line in _point_lines(outcome))))
    if outcome.most_missed:
        blocks.append(Text(f"Missed most: {outcome.most_missed}"))
    blocks += [Text(f"A common mistake: {correction}") for correction in outcome.mistakes]
    if outcome.answered:
        blocks.append(Text(f"{people(outcome.answered)} answered · mean score {outcome.mean:.0f}", Tone.NOTE))
        blocks.append(Checklist(tuple(Item(Mark.NONE, line) for line in _top(outcome.top))))
    else:
        blocks.append(Text("Nobody answered this one.", Tone.NOTE))
    blocks += _onward(question)
    return Reply(f"Closed · {question.name}", tuple(blocks))


def summary(grade: Grade) -> str:
    found = f" · {grade.hits} of {len(grade.findings)} points" if grade.findings else ""
    return f"{grade.score:.0f} / 100{found}"


def corrections(attempts: Sequence[Attempt], question: Question) -> list[str]:
    """What to tell about the misconceptions that these attempts state, each once."""
    stated = {id for attempt in attempts for id in attempt.grade.misconceptions}
    return [wrong.correction for wrong in question.misconceptions if wrong.id in stated and wrong.correction]


def topic(slug: str) -> str:
    return slug.replace("-", " ")


def day(at: date) -> str:
    return f"{at:%a} {at.day} {at:%b}"


def moment(at: datetime, zone: str, since: date) -> str:
    """The weekday alone would mislead when it is a week or more after *since*."""
    local = at.astimezone(ZoneInfo(zone))
    far = local.date() - since >= timedelta(days=7)
    return f"{day(local.date())} {local:%H:%M}" if far else f"{local:%a %H:%M}"


def days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _footer(drill: Drill, question: Question, zone: str, over: bool) -> str:
    answered = f"{drill.answered} answered." if drill.answered else ""
    match drill.state:
        case State.CLOSING | State.CLOSED:
            return f"Closed. {answered} The answer is in the thread.".replace("  ", " ")
        case State.REPLACED:
            return "Replaced by another question; it counts no points."
        case State.SKIPPED:
            return "Skipped; it counts no points."
    how = "Answer by replying, or press Answer to keep it private."
    if question.kind is Kind.DISCUSSION:
        how += " Graded on structure only: a case, your part, a reason, a result."
        how += f" Taking part counts {PARTICIPATION} points. Nothing confidential, please."
    until = f"Open until {moment(drill.closes_at, zone, drill.day)}." if drill.closes_at else ""
    late = "Late today, sorry." if drill.late else ""
    return " ".join(part for part in (late, how, until, answered) if part)


def _items(grade: Grade, question: Question, over: bool) -> list[Item]:
    points = {point.id: point for point in question.key_points}
    items = []
    for finding in grade.findings:
        point = points.get(finding.id)
        label = point.label if point else finding.label
        items.append(Item(MARKS[finding.hit], _finding(finding, label, point.hint if point else "", over)))
    return items


def _finding(finding: Finding, label: str, hint: str, over: bool) -> str:
    note = f" ({finding.note})" if finding.note else ""
    match finding.hit:
        case Hit.FULL:
            return label + note
        case Hit.PARTIAL:
            return f"{label}: said in part{note}"
        case Hit.MISSED if over:
            return label + note
        case Hit.MISSED:
            return (f"Hint: {hint}" if hint else "One point is still missing") + note


def _reaction(grade: Grade) -> Mark:
    if grade.score >= FULL_REACTION:
        return Mark.FULL
    return Mark.PARTIAL if grade.score >= PARTIAL_REACTION else Mark.MISSED


def _answer(question: Question) -> Block:
    return Code(question.model_answer) if question.kind is Kind.CODE else Text(question.model_answer)


def _point_lines(outcome: Outcome) -> list[str]:
    hits: Counter[str] = outcome.hits
    return [
        f"{point.label}" + (f" — hit by {hits[point.id]} of {outcome.answered}" if outcome.answered else "")
        for point in outcome.question.key_points
    ]


def _top(top: Sequence[tuple[str, float]]) -> list[str]:
    """Equal scores share a place, as on the board."""
    shown = [round(score) for _, score in top]
    return [f"{shown.index(score) + 1}. {name or 'somebody'} {score}" for (name, _), score in zip(top, shown, strict=True)]


def _onward(question: Question) -> list[Block]:
    blocks: list[Block] = []
    if question.follow_ups:
        blocks.append(Text(f"Ask yourself next: {question.follow_ups[0]}", Tone.NOTE))
    if question.references:
        first = question.references[0]
        blocks.append(Text(f"Read: {first.title}" + (f" {first.url}" if first.url else ""), Tone.NOTE))
    return blocks


def _first_sentence(text: str) -> str:
    head, stop, _ = text.strip().partition(". ")
    return head + stop.strip()


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."
