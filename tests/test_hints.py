"""Before a drill closes nobody is told what they missed; afterwards everybody is."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.commands import commands
from bot.domain.drill import State
from bot.domain.question import Question
from bot.protocol import ANSWER, SAID, Reply
from bot.service.core import Core
from bot.store import Store
from tests.builders import ADA, GRACE, HALF, PRECISION, Clock, Events, bank, moved, opened
from tests.fakes.recorder import text_of

MISSED = PRECISION.key_points[1]
SECRETS = [MISSED.label, *MISSED.phrases, PRECISION.model_answer, *(wrong.correction for wrong in PRECISION.misconceptions)]
WRONG = "Precision is the share of real positives that were found."


def unhinted(question: Question) -> Question:
    """The same without hints and notes to fall back on."""
    return replace(question, key_points=tuple(replace(point, hint="") for point in question.key_points))


async def everything_heard(core: Core, says: Events) -> str:
    """All replies to all commands, for all who answered, publicly and privately."""
    heard: list[str] = []

    async def show(reply: Reply) -> None:
        heard.extend([text_of(reply), reply.public])

    for learner in (ADA, GRACE):
        for command in commands(core.bank):
            if command.name not in (ANSWER, SAID, "left", "replace", "skip", "now"):
                await App(core).handle(says(command.name, learner=learner, admin=True), show)
    return "\n".join(heard).casefold()


@pytest.mark.parametrize("question", [PRECISION, unhinted(PRECISION)], ids=["hints", "no hints"])
@pytest.mark.parametrize("state", [State.OPEN, State.CLOSING, State.SKIPPED, State.REPLACED])
async def test_nothing_missed_is_named_before_closing(
    store: Store, clock: Clock, says: Events, question: Question, state: State
) -> None:
    core = Core(store, bank(question), clock)
    drill = opened(core)
    heard: list[str] = []

    async def show(reply: Reply) -> None:
        heard.extend([text_of(reply), reply.public])

    for learner, text in ((ADA, HALF), (GRACE, WRONG)):
        for command in (SAID, ANSWER):
            await App(core).handle(says(command, f"{text} {command}", learner=learner, about=drill.message), show)
    moved(core, drill, state)
    everything = "\n".join(heard).casefold() + await everything_heard(core, says)
    for secret in SECRETS:
        assert secret.casefold() not in everything, secret
    assert ("which error hurts?" in everything) == (question is PRECISION)
    assert question.key_points[0].label.casefold() in everything


async def test_after_closing_the_score_names_what_was_missed(store: Store, clock: Clock, says: Events) -> None:
    core = Core(store, bank(PRECISION), clock)
    drill = opened(core)

    async def show(_: Reply) -> None: ...

    await App(core).handle(says(ANSWER, HALF), show)
    await App(core).handle(says(ANSWER, WRONG, learner=GRACE), show)
    moved(core, drill, State.CLOSED)
    everything = await everything_heard(core, says)
    assert f"✗ {MISSED.label}".casefold() in everything
    assert PRECISION.misconceptions[0].correction.casefold() in everything


async def test_a_public_line_helps_nobody_copy(core: Core, says: Events) -> None:
    opened(core)
    lines: list[str] = []

    async def show(reply: Reply) -> None:
        lines.append(reply.public)

    await App(core).handle(says(SAID, HALF + " It switches random units off.", addressed=False), show)
    assert len(lines) == 1
    assert set(lines[0].split()) <= {*(str(n) for n in range(101)), "/", "·", "of", "points"}
