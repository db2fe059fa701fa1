"""Which of the compared notions each phrase speaks of."""

from .compiled import Compiled
from .match import Reading
from .shares import share_said
from .speech import GOING_ON
from .terms import Phrase


def assign_owners(rubric: Compiled, model_answer: Reading) -> None:
    """Tells each phrase which of the compared notions it speaks of: by its label, its own words or the model answer."""
    if not rubric.notions.names:
        return
    told = _told_of(rubric, model_answer)
    for point in rubric.points:
        owner = _named(rubric, _stems(rubric, point.label))
        for phrase in point.phrases:
            phrase.owner = _owner(rubric, owner, phrase.text)
        nameless = [phrase for phrase in point.phrases if phrase.owner == -1]
        if owner == -1:
            owner = 0 if rubric.notions.asked else _told(nameless, told, len(rubric.notions.names))
            named = {phrase.owner for phrase in point.phrases if phrase.owner >= 0}
            if len(named) == 1 and owner not in named:  # the author and the model answer differ
                owner = -2
        for phrase in nameless:
            phrase.owner = owner
    rubric.owned = tuple(tuple(p for p in rubric.phrases if p.owner == n) for n in range(len(rubric.notions.names)))


def _stems(rubric: Compiled, text: str) -> set[str]:
    return set(rubric.terms.lexicon.expression(text))


def _named(rubric: Compiled, stems: set[str]) -> int:
    """The one notion that these words name; -1 for none, -2 for both."""
    notions = rubric.notions
    short = {notions.named(stem) for stem in stems}
    named = [n for n, name in enumerate(notions.names) if n in short or len(stems.intersection(name)) * 2 > len(name)]
    return -1 if not named else named[0] if len(named) == 1 else -2


def _owner(rubric: Compiled, of_label: int, text: str) -> int:
    """Whose a phrase is: its label's unless it names another notion in full; 'equal rates' is but half of 'equal opportunity'."""
    stems = _stems(rubric, text)
    named = _named(rubric, stems)
    if of_label < 0:
        return named
    if named < 0 or named == of_label:
        return of_label
    in_full = rubric.notions.words[named] <= stems or not rubric.notions.aliases[named].isdisjoint(stems)
    return -2 if in_full else of_label


def _told_of(rubric: Compiled, reading: Reading) -> list[tuple[int, int]]:
    """What the model answer affirms of each notion; a sentence that begins with 'it' or 'that' goes on about the one before."""
    told = []
    topic = -1
    ends = [window.first for window in reading.windows[1:]] + [len(reading.meaning)]
    for window, end in zip(reading.windows, ends, strict=True):
        stems = {word.stem for word in reading.meaning[window.first : end]}
        named = [n for n, words in enumerate(rubric.notions.words) if not words.isdisjoint(stems)]
        if window.topic >= 0:
            topic = window.topic
        elif named or reading.words.words[window.first] not in GOING_ON:
            topic = named[0] if len(named) == 1 else -1
        if topic >= 0:
            told.append((topic, window.affirmed))
    return told


def _told(phrases: list[Phrase], told: list[tuple[int, int]], number: int) -> int:
    """The notion that the model answer speaks of where it makes this point."""
    best = [0.0] * number
    for topic, affirmed in told:
        best[topic] = max([best[topic], *(share_said(p, affirmed) for p in phrases)])
    top = max(best)
    return best.index(top) if top >= 0.6 and top - sorted(best)[-2] >= 0.3 else -2
