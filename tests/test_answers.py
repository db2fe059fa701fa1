"""Answers: which drill is meant, what counts, what is talk. Everything on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.drill import State, worth
from bot.domain.people import Channel, Learner, direct
from bot.domain.question import Kind
from bot.protocol import ANSWER, SAID, Event
from bot.service import answers, drills, schedules
from bot.service.answers import Verdict
from bot.service.core import Core
from bot.store import Store
from bot.tables import attempts, results
from tests.builders import ADA, CHANNEL, DROPOUT, FULL, GRACE, HALF, PRECISION, Clock, Events, bank, hears, moved, opened, stored

EVE = Learner("console", "local", "eve", "Eve")
TALK = "good morning everyone"


@pytest.fixture
def core(store: Store, clock: Clock) -> Core:
    return Core(store, bank(PRECISION), clock)


def graded(core: Core, event: Event) -> Verdict:
    verdict = answers.answer(core, event)
    assert verdict
    return verdict


def count(core: Core) -> int:
    with core.store.read() as tx:
        return tx.execute(select(func.count()).select_from(attempts)).scalar_one()


def points(core: Core) -> list[int]:
    with core.store.read() as tx:
        return list(tx.execute(select(results.c.points).order_by(results.c.learner_id)).scalars())


def test_an_answer_is_graded_recorded_and_counted(core: Core, says: Events) -> None:
    drill = opened(core)
    verdict = graded(core, says(ANSWER, FULL))
    assert (verdict.attempt.number, verdict.allowed, verdict.left, verdict.streak, verdict.again) == (1, 2, 1, 1, False)
    assert verdict.best == verdict.attempt.grade.score > 80
    assert (verdict.drill.id, verdict.question) == (drill.id, PRECISION)
    assert points(core) == [round(verdict.attempt.grade.score)]
    assert stored(core, drill).answered == 1


@pytest.mark.parametrize("texts", [(HALF, FULL), (FULL, HALF), (FULL, TALK)])
def test_of_two_attempts_the_best_counts_and_the_learner_counts_once(core: Core, says: Events, texts: tuple[str, str]) -> None:
    drill = opened(core)
    scores = [graded(core, says(ANSWER, text)).attempt.grade.score for text in texts]
    assert points(core) == [round(max(scores))]
    assert graded(core, says(ANSWER, texts[1])).best == max(scores)
    assert stored(core, drill).answered == 1


@pytest.mark.parametrize(
    ("allowed", "sentence"), [(1, "You have used your only attempt"), (2, "both attempts"), (3, "all 3 attempts")]
)
def test_attempts_are_limited(core: Core, says: Events, allowed: int, sentence: str) -> None:
    opened(core)
    schedules.change_settings(core, CHANNEL, attempts=allowed)
    for number in range(1, allowed + 1):
        assert hears(core, says(ANSWER, f"{HALF} Try {number}.")) == f"attempt {number}"
    assert sentence in hears(core, says(ANSWER, FULL))
    assert hears(core, says(SAID, FULL, addressed=False)) == "talk"
    assert count(core) == allowed


def test_the_same_text_twice_is_one_attempt(core: Core, says: Events) -> None:
    opened(core)
    assert hears(core, says(ANSWER, HALF)) == "attempt 1"
    assert hears(core, says(ANSWER, f"  {HALF.upper()}\n")) == "attempt 1 again"
    assert hears(core, says(SAID, HALF, addressed=False)) == "talk"
    assert hears(core, says(ANSWER, HALF, learner=GRACE)) == "attempt 1"
    assert graded(core, says(ANSWER, FULL)).attempt.number == 2
    assert count(core) == 3


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSED, State.SKIPPED, State.REPLACED])
def test_a_redelivered_event_gets_the_same_verdict(core: Core, says: Events, state: State) -> None:
    drill = opened(core)
    event = says(ANSWER, HALF)
    first = graded(core, event)
    moved(core, drill, state)
    second = graded(core, event)
    assert (second.attempt.id, second.attempt.grade, second.again) == (first.attempt.id, first.attempt.grade, True)
    assert count(core) == 1


def test_a_redelivered_message_is_not_answered_twice(core: Core, says: Events) -> None:
    opened(core)
    event = says(SAID, HALF, addressed=False)
    assert [hears(core, event), hears(core, event)] == ["attempt 1", "talk"]


CONVERSATION = [
    # command, addressed, text, what becomes of it
    (SAID, False, TALK, "talk"),
    (SAID, False, "", "talk"),
    (SAID, False, "\u200b \n", "talk"),
    (SAID, True, TALK, "attempt 1"),
    (ANSWER, True, " \t\n", "The answer is empty"),
    (SAID, False, HALF, "attempt 2"),
    (ANSWER, True, FULL, "You have used both attempts"),
    (SAID, False, FULL, "talk"),
]


def test_talk_is_not_an_answer(core: Core, says: Events) -> None:
    opened(core)
    for command, addressed, text, becomes in CONVERSATION:
        assert hears(core, says(command, text, addressed=addressed)).startswith(becomes), text


STATES = [
    (State.PLANNED, "This drill is not open yet."),
    (State.MISSED, "This drill is closed."),
    (State.SKIPPED, "This drill was skipped"),
    (State.REPLACED, "This question was replaced"),
]


@pytest.mark.parametrize(("state", "sentence"), STATES)
def test_a_drill_that_is_not_open_takes_no_answers(core: Core, says: Events, state: State, sentence: str) -> None:
    drill = moved(core, opened(core), state)
    assert hears(core, says(ANSWER, FULL, options={"drill": str(drill.id)})).startswith(sentence)
    assert hears(core, says(ANSWER, FULL, about=drill.message)).startswith(sentence)
    assert hears(core, says(SAID, FULL, addressed=False, about=drill.message)) == "talk"
    assert count(core) == 0


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSING, State.CLOSED])
def test_the_time_of_the_answer_decides_not_the_time_it_arrives(core: Core, says: Events, clock: Clock, state: State) -> None:
    drill = moved(core, opened(core), state)
    assert drill.closes_at
    clock.now = drill.closes_at + timedelta(hours=5)
    assert hears(core, says(ANSWER, FULL, at=drill.closes_at, about=drill.message)).startswith("This drill is closed.")
    assert hears(core, says(SAID, FULL, at=drill.closes_at, addressed=False, about=drill.message)) == "talk"
    just_in_time = says(SAID, HALF, addressed=False, at=drill.closes_at - timedelta(microseconds=1), about=drill.message)
    assert graded(core, just_in_time).attempt.answered_at == just_in_time.at


ELSEWHERE = Channel("console", "local", "other", "other")
FAR = Channel("console", "elsewhere", "terminal", "drills")
OTHER_PLATFORM = Channel("slack", "local", "@ada")


@pytest.mark.parametrize("channel", [ELSEWHERE, FAR, OTHER_PLATFORM])
def test_a_drill_of_another_channel_cannot_be_answered(core: Core, says: Events, channel: Channel) -> None:
    drill = opened(core)
    says.channel = channel
    assert hears(core, says(ANSWER, FULL, options={"drill": str(drill.id)})).startswith("There is no open drill here.")
    assert hears(core, says(ANSWER, FULL, about=drill.message)).startswith("There is no open drill here.")
    assert count(core) == 0


def test_a_reply_means_the_drill_it_is_about(core: Core, says: Events) -> None:
    daily = opened(core)
    extra = drills.open_extra(core, CHANNEL, "event-1")
    extra = moved(core, extra, State.OPEN, message="extra-post")
    assert graded(core, says(ANSWER, HALF)).drill.id == extra.id
    assert graded(core, says(SAID, HALF, about=daily.message, addressed=False)).drill.id == daily.id
    assert graded(core, says(ANSWER, FULL, options={"drill": str(daily.id)})).drill.id == daily.id
    assert stored(core, daily).answered == 1


def test_in_private_the_newest_drill_of_the_workspace_is_meant(core: Core, says: Events) -> None:
    drill = opened(core)
    assert graded(core, says(ANSWER, HALF, channel=direct(ADA))).drill.id == drill.id
    assert hears(core, says(ANSWER, HALF)) == "attempt 1 again"


def test_in_private_the_platform_need_not_tell_the_workspace(core: Core, says: Events) -> None:
    drill = opened(core)
    nowhere = Learner("console", "", "ada", "Ada")
    there = direct(nowhere)
    assert hears(core, says(ANSWER, HALF, channel=there, learner=nowhere)).startswith("There is no open drill here.")
    button = {"drill": str(drill.id)}
    assert hears(core, says(ANSWER, HALF, channel=there, learner=nowhere, options=button)) == "attempt 1"
    assert graded(core, says(ANSWER, FULL, channel=there, learner=nowhere)).attempt.number == 2
    assert hears(core, says(ANSWER, FULL)) == "attempt 2 again"


def test_a_question_that_left_the_bank_cannot_be_graded(store: Store, core: Core, clock: Clock, says: Events) -> None:
    opened(core)
    poorer = Core(store, bank(DROPOUT), clock)
    assert hears(poorer, says(ANSWER, FULL)).startswith("This question is no longer in the bank")
    assert hears(poorer, says(SAID, FULL, addressed=False)) == "talk"


def test_the_score_card_is_the_learners_own(core: Core, says: Events) -> None:
    drill = opened(core)
    graded(core, says(ANSWER, HALF))
    graded(core, says(ANSWER, FULL, learner=GRACE))
    cards = {who: answers.score_card(core, says("score", learner=who)) for who in (ADA, GRACE, EVE)}
    texts = {who: [attempt.text for attempt in card.attempts] for who, card in cards.items()}
    assert texts == {ADA: [HALF], GRACE: [FULL], EVE: []}
    alone = answers.score_card(core, says("score", channel=direct(ADA), options={"drill": str(drill.id)}))
    assert [attempt.text for attempt in alone.attempts] == [HALF]


@pytest.mark.parametrize(("score", "points"), [(0.0, 0), (0.2, 1), (0.5, 1), (1.5, 2), (72.4, 72), (72.6, 73), (100.0, 100)])
def test_points_are_whole_and_anything_above_zero_is_worth_one(score: float, points: int) -> None:
    assert worth(score, Kind.CONCEPT) == points


@pytest.mark.parametrize(("score", "points"), [(0.0, 0), (1.0, 50), (100.0, 50)])
def test_a_discussion_is_worth_taking_part(score: float, points: int) -> None:
    assert worth(score, Kind.DISCUSSION) == points
