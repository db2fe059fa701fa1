"""What is said of what: compared notions, related directions, alternatives, and what the question says itself."""

import pytest

from bot.domain.grading import Hit, Rubric, grade

from .test_grading import point, rubric

RATES = rubric(
    "How do the learning rate and the number of boosted trees go together?",
    point("relation", "smaller learning rate needs more trees"),
    point("cure", "stop early", "watch the validation loss"),
)
SPLITS = rubric(
    "What do stratified and grouped splits do?",
    point("Stratified: same shares of the classes", "keeps the class proportions", "same ratio in every part"),
    point("Grouped: entities stay together", "all rows of one entity stay together", "leave out by patient or user"),
    model_answer="Stratified splits keep the class proportions. Grouped splits keep all rows of one entity together.",
)
PARITY = rubric(
    "Compare demographic parity and equal opportunity.",
    point("Demographic parity: same acceptance", "equal acceptance rates", "ignores the true label"),
    point("Equal opportunity: same recall", "same true positive rate", "looks at the qualified only"),
    model_answer="Demographic parity wants equal acceptance rates. Equal opportunity wants the same true positive rate.",
)
STATIC = rubric(
    "What is the difference between a variable that is static and one that is not?",
    point("kept", "keeps its value between calls"),
    point("made", "created anew at every call"),
)
SEARCH = rubric(
    "When does a grid search find the best settings?",
    point("all", "exhaustive search", "tries every combination"),
    point("cost", "grows exponentially with the settings"),
)
SCALING = rubric(
    "What goes wrong in nearest neighbors?",
    point("scale", "features must be scaled", "standardize the columns"),
    point("drift", "fine if nothing drifted"),
)
FIXED = rubric("Why this?", point("labels", "no labels at all"), point("cost", "does not fix the bias"))


@pytest.mark.parametrize(
    ("form", "told", "crossed", "number"),
    [
        (RATES, "a small learning rate needs more trees", "a high learning rate needs more trees", 0),
        (RATES, "a low learning rate needs additional trees", "a low learning rate needs few trees", 0),
        (
            RATES,
            "a high learning rate needs few trees, while a small learning rate needs more trees",
            "a high learning rate needs more trees, while a small learning rate needs few trees",
            0,
        ),
    ],
)
def test_related_directions_are_one_statement(form: Rubric, told: str, crossed: str, number: int) -> None:
    assert grade(form, told).findings[number].hit is Hit.FULL
    assert grade(form, crossed).findings[number].hit is Hit.MISSED


def test_one_thing_that_rises_beside_another_that_falls_is_no_crossing() -> None:
    form = rubric("How do you notice it?", point("sign", "validation loss rises while training loss falls"))
    assert grade(form, "you see validation loss going up while training loss still falls").findings[0].hit is Hit.FULL


def test_a_phrase_that_holds_both_sides_relates_nothing() -> None:
    form = rubric("What does overfitting look like?", point("sign", "great on train but bad on test"))
    assert grade(form, "it is great on the train rows but bad on the test rows").findings[0].hit is Hit.FULL


def test_labels_tell_what_is_compared() -> None:
    right = grade(SPLITS, "Stratified splits keep the class proportions. Grouped splits keep all rows of one entity together.")
    wrong = grade(SPLITS, "Grouped splits keep the class proportions. Stratified splits keep all rows of one entity together.")
    assert [f.hit for f in right.findings] == [Hit.FULL, Hit.FULL]
    assert [f.note for f in wrong.findings] == ["said of the other one", "said of the other one"]


def test_a_label_counts_more_than_a_word_that_a_phrase_shares_with_the_other_notion() -> None:
    wrong = grade(PARITY, "Equal opportunity means equal acceptance rates. Demographic parity means the same true positive rate.")
    assert [f.note for f in wrong.findings] == ["said of the other one", "said of the other one"]


def test_a_label_yields_to_a_phrase_that_names_the_other_notion_in_full() -> None:
    form = rubric(
        "What is the difference between regression and classification?",
        point("Classification: a tool", "logistic regression", "support vectors"),
        point("Regression: a number", "predicts a quantity"),
        model_answer="Regression predicts a quantity. Classification predicts a class, by logistic regression for one.",
    )
    assert grade(form, "For classification I take logistic regression.").findings[0].hit is Hit.FULL


def test_steps_that_the_question_asks_for_are_not_compared() -> None:
    form = rubric(
        "How do you check a gauge and how do you mend it?",
        point("Check: the dial", "compare with a second gauge"),
        point("Mend: the spring", "replace the spring"),
    )
    told = grade(form, "To mend it I replace the spring. Before I mend anything I compare with a second gauge.")
    assert [finding.hit for finding in told.findings] == [Hit.FULL, Hit.FULL]


def test_what_resembles_the_other_notion_s_phrase_is_no_swap_where_its_own_is_said() -> None:
    form = rubric(
        "Compare batch norm with layer norm.",
        point("Batch norm: over the rows", "batch norm averages one feature over the examples"),
        point("Layer norm: over the features", "layer norm averages the features of one example"),
        model_answer="Batch norm averages one feature over the examples of a batch. Layer norm averages within one example.",
    )
    right = grade(form, "Batch norm averages one feature over the examples. Layer norm averages the features of one example.")
    assert [finding.hit for finding in right.findings] == [Hit.FULL, Hit.FULL]
    first = grade(form, "Batch norm is older. Layer norm averages the features of one example.").findings[0]
    assert first.note == ""


@pytest.mark.parametrize("answer", ["leave out by patient", "leave out by user"])
def test_either_alternative_of_a_phrase_is_enough(answer: str) -> None:
    assert grade(SPLITS, f"Grouped splits: {answer}.").findings[1].hit is Hit.FULL


def test_two_opposites_are_no_alternatives() -> None:
    form = rubric("What may a list do?", point("both", "increase or decrease"))
    assert grade(form, "it can increase and decrease").findings[0].hit is Hit.FULL
    assert grade(form, "it can increase").findings[0].hit is not Hit.FULL


def test_a_thing_and_its_absence_may_be_told_from_either_side() -> None:
    answer = "the static one keeps its value between calls and is not created anew at every call"
    assert [f.hit for f in grade(STATIC, answer).findings] == [Hit.FULL, Hit.FULL]


def test_another_name_of_what_the_question_names_proves_nothing() -> None:
    assert grade(SEARCH, "a grid search is a search over a grid").findings[0].hit is Hit.MISSED
    assert grade(SEARCH, "it tries every combination").findings[0].hit is Hit.FULL


def test_a_condition_that_is_denied_speaks_for_its_cure() -> None:
    told = grade(SCALING, "the distance is wrong if the features are not scaled").findings[0]
    assert told.hit is not Hit.MISSED
    assert told.note == ""
    assert grade(SCALING, "features are not scaled").findings[0].note == "denied"
    assert grade(SCALING, "it is fine if nothing drifted").findings[1].hit is Hit.FULL


@pytest.mark.parametrize(
    ("answer", "number"),
    [("it has no annotations", 0), ("it goes without ground truth", 0), ("it does not cure the bias", 1)],
)
def test_a_phrase_that_denies_is_met_by_other_words_that_are_denied(answer: str, number: int) -> None:
    assert grade(FIXED, answer).findings[number].hit is not Hit.MISSED


def test_what_is_cured_is_not_met_by_what_is_not() -> None:
    assert grade(FIXED, "it fixes the bias").score < grade(FIXED, "it does not fix the bias").score


def test_whoever_has_said_everything_has_said_enough() -> None:
    form = rubric("What does a stack do?", point("in", "push"), point("out", "pop"), model_answer="push and pop")
    assert grade(form, "push and pop").score == 100


def test_a_word_of_the_question_among_many_others_is_no_echo() -> None:
    form = rubric(
        "What does the address operator return?",
        point("it", "memory address of its operand", "address of the operand"),
        model_answer="The memory address of its operand.",
    )
    assert grade(form, "the address operator does return the address").score == 0
    assert grade(form, "the address, which is the number of the shelf a computer put something on").score > 0


def test_fragments_of_several_points_are_worth_less_than_one_point() -> None:
    form = rubric(
        "What keeps a garden alive?",
        point("water", "water young roots every single evening"),
        point("light", "plenty of warm and early morning sun"),
        point("soil", "loose dark soil with old compost"),
    )
    made = grade(form, "water young roots every single evening").score
    assert made > grade(form, "Evening water. Early sun. Dark soil.").score > 0
