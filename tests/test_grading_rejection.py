"""Answers that advise against what the rubric recommends, without a word of denial beside it."""

import pytest

from bot.domain.grading import Finding, Hit, Rubric, explain, grade

from .test_grading import point, rubric

HONEST = rubric(
    "How do you keep a sales forecast honest?",
    point("split", "split by time"),
    point("baseline", "seasonal baseline", "naive rival"),
    point("watch", "monitoring"),
    point("gaps", "indicator column", "flag missing entries"),
    model_answer="Cut the history by date, so that the future stays unseen. A seasonal baseline has to be beaten, an indicator "
    "column marks the gaps, and monitoring goes on after launch.",
)
PADDING = rubric(
    "How does a text classifier handle sentences of different length?",
    point("mask", "ignore the padding tokens"),
    point("bias", "padding would bias the average"),
    model_answer="Sentences are padded, and the mask makes attention ignore the padding tokens, as they would bias the average.",
)


def of(label: str, answer: str) -> Finding:
    return next(finding for finding in grade(HONEST, answer).findings if finding.label == label)


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("watch", "After launch you can skip monitoring."),
        ("watch", "Leave monitoring out."),
        ("watch", "Monitoring after launch should be dropped."),
        ("watch", "Monitoring is quite harmless, that is all."),
        ("watch", "Monitoring doesn't matter."),
        ("watch", "Monitoring after launch wastes money."),
        ("gaps", "An indicator column for gaps would leak."),
        ("gaps", "An indicator column makes the forecast worse."),
        ("split", "Shuffling the rows is safer than splitting by time."),
    ],
)
def test_advice_against_a_point_speaks_against_it(label: str, answer: str) -> None:
    finding = of(label, answer)
    assert (finding.hit, finding.note) == (Hit.MISSED, "denied")


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("watch", "You should not skip monitoring after launch."),
        ("watch", "Ignore it or go on with monitoring after launch."),
        ("watch", "No matter how long monitoring takes, it is due."),
        ("watch", "Monitoring after launch makes you sleep."),
        ("watch", "Monitoring would be my last step, after launch."),
        ("watch", "Monitoring shows where orders are dropped."),
        ("gaps", "It is good because that indicator column would tell gaps apart."),
        ("gaps", "An indicator column, since the mean alone would leak."),
        ("split", "Splitting by time is safer than shuffling."),
        ("gaps", "Adding an indicator column would tell gaps apart."),
    ],
)
def test_advice_for_a_point_keeps_its_credit(label: str, answer: str) -> None:
    assert of(label, answer).credit >= 0.7


def test_a_word_of_rejection_that_the_rubric_uses_rejects_nothing() -> None:
    ignored, biased = (
        grade(PADDING, answer).findings for answer in ("Ignore the padding tokens.", "Padding would bias the average.")
    )
    assert (ignored[0].hit, biased[1].hit) == (Hit.FULL, Hit.FULL)


def test_harm_that_the_question_asks_for_rejects_nothing() -> None:
    asked = rubric("What makes an estimate unstable?", point("rows", "few rows"))
    assert grade(asked, "Having few rows makes it unstable.").findings[0].hit is Hit.FULL


def test_points_that_are_dismissed_by_half_make_the_rest_doubtful() -> None:
    said = "Split by time, and go on with monitoring"
    plainly, one, two = (
        grade(HONEST, f"{said}. {more}")
        for more in (
            "It is a pattern on a table.",
            "There is no seasonal pattern.",
            "There is no seasonal pattern and no column.",
        )
    )
    assert not any(finding.note for finding in two.findings)
    assert one.score == pytest.approx(plainly.score, rel=0.1)
    assert two.score < 0.9 * one.score


def test_whoever_makes_a_point_may_deny_something_with_its_words() -> None:
    said = "Split by time, beat a naive rival, flag missing entries"
    assert doubts(HONEST, f"{said}. There is no seasonal pattern and no column.") == 0


def test_what_the_rubric_denies_itself_may_be_denied() -> None:
    units = rubric(
        "Which models care about units?",
        point("neighbors", "scaled distances"),
        point("machines", "scaled margins"),
        point("trees", "trees need no scaling"),
    )
    assert doubts(units, "Trees need no scaling.") == 0


def doubts(form: Rubric, answer: str) -> int:
    return sum(step.name == "false statements" for step in explain(form, answer))
