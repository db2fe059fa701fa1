"""What is denied, and what is refuted: how far it reaches."""

import pytest

from bot.domain.grading import Hit, grade
from bot.domain.question import Misconception

from .test_grading import DEPTH, SUPERVISED, point, rubric


@pytest.mark.parametrize(
    "answer", ["I am not sure but the variance rises", "not only the variance rises", "no doubt, the variance rises"]
)
def test_hedges_are_no_denials(answer: str) -> None:
    assert grade(DEPTH, answer).findings[1].hit is Hit.FULL


@pytest.mark.parametrize(
    "answer",
    [
        "it has no fixed size and can memorize noise",
        "with or without pruning it memorizes noise",
        "it splits a non-leaf and memorizes noise",
        "it grows without losing rows and memorizes noise",
        "memorizing noise does not need to be visible at once",
        "memorizing noise does not change the training time",
    ],
)
def test_a_denial_reaches_no_farther_than_it_is_meant(answer: str) -> None:
    assert grade(DEPTH, answer).findings[1].note != "denied"


def test_an_answer_that_states_a_misconception_loses_the_point() -> None:
    stated = grade(SUPERVISED, "Unsupervised learning trains on labels.")
    assert stated.misconceptions == ("swapped",)
    assert stated.score < 20
    assert grade(SUPERVISED, "It is a myth that unsupervised learning trains on labels.").misconceptions == ()
    assert grade(SUPERVISED, "Unsupervised learning has no labels and supervised trains on labels.").misconceptions == ()


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        ("false positives are harmless", True),
        ("it is a myth that false positives are harmless", False),
        ("plotting never hurts. trees need scaling", True),
        ("never believe that trees need scaling", False),
        ("they split by order rather than because trees need scaling", False),
        ("all columns are needed by each of them", True),
        ("some columns are needed by each of them", False),
    ],
)
def test_a_mistake_is_refuted_by_what_is_said_of_it(answer: str, states: bool) -> None:
    wrong = Misconception("wrong", ("false positives are harmless", "trees need scaling", "all columns are needed"), "No.")
    asked = rubric("What do you know of trees?", point("order", "split by order"), wrong=(wrong,))
    assert (grade(asked, answer).misconceptions == ("wrong",)) == states
