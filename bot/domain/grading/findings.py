"""What a learner is told of one key point: the words that earned it, and what went wrong."""

from .match import Reading
from .points import UNTOUCHED, Verdict
from .result import Finding, Hit
from .rubric import Compiled, Point

FULL = 0.7  # a point is hit when a good examiner would tick it
PARTIAL = 0.25  # below, naming what was found would mislead
SPAN = 200  # characters quoted at the most


def finding(rubric: Compiled, reading: Reading, point: Point, verdict: Verdict, credit: float, spoiled: bool) -> Finding:
    if verdict is UNTOUCHED and not spoiled:
        return point.missed
    if credit < PARTIAL:
        return Finding(point.id, point.label, point.weight, Hit.MISSED, round(credit, 3), "", _against(rubric, verdict, spoiled))
    first, last = _places(reading, verdict)
    note = _against(rubric, verdict, spoiled) or _misspelt(reading, verdict, first, last)
    hit = Hit.FULL if credit >= FULL else Hit.PARTIAL
    return Finding(point.id, point.label, point.weight, hit, round(credit, 3), quote(reading, first, last), note)


def _against(rubric: Compiled, verdict: Verdict, spoiled: bool) -> str:
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
    places = [place for place, yes, like, no, _ in spots if (yes | like) & want or no & refuse]
    return (places[0], places[-1]) if places else (0, -1)


def quote(reading: Reading, first: int, last: int) -> str:
    """The learner's own text from one word to another, verbatim."""
    if last < first:
        return ""
    start, end = reading.words.starts[first], reading.words.ends[last] - 1
    if reading.places is not None:
        start, end = reading.places[start], reading.places[end]
    return reading.answer[start : min(end + 1, start + SPAN)]


def _misspelt(reading: Reading, verdict: Verdict, first: int, last: int) -> str:
    """'read 'overfiting' as 'overfitting'' for the first misspelt word that counted."""
    if verdict.phrase is None or not reading.misspelt:
        return ""
    for place in range(first, last + 1):
        word = reading.meaning[place]
        if word.meant and (word.affirms | word.related) & verdict.phrase.want:
            return f"read '{reading.words.words[place]}' as '{word.meant}'"
    return ""
