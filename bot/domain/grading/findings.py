"""What a learner is told of one key point: the words that earned it, and what went wrong."""

from .compiled import Compiled, Point
from .match import Reading
from .points import UNTOUCHED, Verdict
from .result import Finding, Hit
from .text import places

FULL = 0.76  # a point is hit when a good examiner would tick it
PARTIAL = 0.35  # below, naming what was found would mislead
SPAN = 200  # characters quoted at the most


def findings(
    rubric: Compiled, reading: Reading, verdicts: list[Verdict], credits: list[float], spoiled: set[int]
) -> tuple[Finding, ...]:
    text = Quotes(reading)
    return tuple(
        [
            point.missed if verdict is UNTOUCHED and n not in spoiled else _finding(text, point, verdict, credit, n in spoiled)
            for n, (point, verdict, credit) in enumerate(zip(rubric.points, verdicts, credits, strict=True))
        ]
    )


def _finding(text: "Quotes", point: Point, verdict: Verdict, credit: float, spoiled: bool) -> Finding:
    note = _against(verdict, spoiled) if spoiled or verdict.against else ""
    if credit < PARTIAL:
        if not credit and not note:
            return point.missed
        return Finding(point.id, point.label, point.weight, Hit.MISSED, round(credit, 3), "", note)
    first, last = _places(text.reading, verdict)
    if not note and text.reading.misspelt:
        note = _misspelt(text.reading, verdict, first, last)
    hit = Hit.FULL if credit >= FULL else Hit.PARTIAL
    return Finding(point.id, point.label, point.weight, hit, round(credit, 3), text.quote(first, last), note)


def _against(verdict: Verdict, spoiled: bool) -> str:
    if spoiled:
        return "a common mistake speaks against it"
    if verdict.swapped:
        return "said of the other one"
    if verdict.denied and verdict.credit:
        return "said, and denied elsewhere"
    if verdict.denied:
        return "said the opposite" if verdict.opposite else "denied"
    return ""


def _places(reading: Reading, verdict: Verdict) -> tuple[int, int]:
    """The first and the last word that earned the point."""
    phrase, window = verdict.phrase, verdict.window
    if phrase is None:
        return 0, -1
    spots = reading.spots if window is None else reading.spots[window.spot : window.last_spot]
    want, refuse = phrase.want, phrase.refuse
    first = last = -1
    for spot in spots:  # from both ends: what stands between does not matter
        if (spot[1] | spot[2]) & want or spot[3] & refuse:
            first = spot[0]
            break
    else:
        return 0, -1
    for spot in reversed(spots):
        if (spot[1] | spot[2]) & want or spot[3] & refuse:
            last = spot[0]
            break
    return first, last


class Quotes:
    """Cuts quotes out of an answer; where its words and characters stand is worked out once, and only if anything is quoted."""

    __slots__ = ("_marks", "_places", "reading")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._marks: list[int] = []
        self._places: list[int] = []

    def quote(self, first: int, last: int) -> str:
        """The learner's own text from one word to another, verbatim."""
        if last < first:
            return ""
        reading = self.reading
        if not self._marks:
            self._marks = reading.words.marks()
            self._places = places(reading.answer) if reading.moved else []
        start, end = self._marks[2 * first], self._marks[2 * last + 1] - 1
        if reading.moved:
            start, end = self._places[start], self._places[end]
        return reading.answer[start : min(end + 1, start + SPAN)]


def _misspelt(reading: Reading, verdict: Verdict, first: int, last: int) -> str:
    """'read 'overfiting' as 'overfitting'' for the first misspelt word that counted."""
    if verdict.phrase is None:
        return ""
    for place in range(first, last + 1):
        word = reading.meaning[place]
        if word.meant and (word.affirms | word.related) & verdict.phrase.want:
            return f"read '{reading.words.words[place]}' as '{word.meant}'"
    return ""
