"""What holds of every answer: nothing raises, nothing can be gamed, and the same answer always gets the same grade."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank import load_bank
from bot.domain.grading import Lexicon, compile_rubric, explain, grade
from bot.domain.question import KeyPoint, Misconception, Question

LEXICON = Lexicon.parse(yaml.safe_load(Path("questions/lexicon.yaml").read_text(encoding="utf-8")))
POINTS = (
    KeyPoint("lock", "What a lock does", ("only one thread enters at a time", "mutual exclusion", "others wait outside")),
    KeyPoint("dead", "What goes wrong", ("two threads wait for each other forever", "circular waiting", "deadlock")),
    KeyPoint("order", "A way out", ("always take locks in the same order", "timeout on acquiring", "acquire = release + 1")),
)
QUESTION = Question(
    "locks",
    "What is the difference between a mutex and a semaphore, and how do programs with locks get stuck?",
    model_answer="A mutex lets only one thread enter at a time; a semaphore counts permits. Programs get stuck in a deadlock, "
    "when two threads wait for each other forever, unless all take their locks in the same order.",
    key_points=POINTS,
    misconceptions=(Misconception("speed", ("a mutex makes threads faster",), "It makes them wait."),),
)
BOTH = compile_rubric(QUESTION, LEXICON)
ALONE = compile_rubric(Question("alone", QUESTION.prompt, model_answer=QUESTION.model_answer), LEXICON)
TRUE = (
    "Only one thread enters at a time.",
    "Mutual exclusion means that others wait outside.",
    "A deadlock is when two threads wait for each other forever.",
    "Always take locks in the same order.",
    "You can use a timeout on acquiring.",
)
PIECES = st.sampled_from(
    ["deadlock", "not", "never", " ", ". ", "\n", "mutex", "the former", "O(n log n)", "=", "((", "**", "```", "<@U1>", "https://x.y/z",
     "\u200b", "é", "α", "漢", "🙂", "ｄｅａｄ", "̈", "threads wait", "1/0", "no_grad()", "'", "’s", "\x00", "\ud800", "deadlokc"]
)  # fmt: skip
ANSWERS = st.one_of(
    st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=40).map(" ".join)
)


@settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANSWERS)
def test_nothing_raises_and_every_grade_is_sound(answer: str) -> None:
    for rubric in (BOTH, ALONE):
        result = grade(rubric, answer)
        assert 0 <= result.score <= 100
        assert result.score == round(result.score, 2)
        for finding in result.findings:
            assert 0 <= finding.credit <= 1
            assert finding.matched in answer
    assert grade(BOTH, answer) == grade(BOTH, answer)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TRUE), max_size=4), st.sampled_from(TRUE))
def test_a_true_point_never_lowers_the_score(said: list[str], more: str) -> None:
    before = " ".join(said)
    assert grade(BOTH, f"{before} {more}").score >= grade(BOTH, before).score


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(TRUE), st.text("abc deadlock.", max_size=40)), min_size=1, max_size=4), st.integers(2, 6)
)
def test_repeating_the_answer_never_raises_the_score(said: list[str], times: int) -> None:
    answer = " ".join(said) + ". "
    assert grade(BOTH, answer * times).score <= grade(BOTH, answer).score


@settings(max_examples=200, deadline=None)
@given(st.permutations(["deadlock", "exclusion", "circular", "timeout", "order", "thread", "mutual", "waiting", "acquiring"]))
def test_unrelated_words_score_below_the_sentence_made_of_them(words: list[str]) -> None:
    sentence = "Mutual exclusion and circular waiting of a thread give a deadlock, so use a timeout on acquiring or an order."
    assert grade(BOTH, " ".join(words)).score < grade(BOTH, sentence).score


@pytest.mark.parametrize("rubric", [BOTH, ALONE])
def test_the_question_alone_scores_little(rubric: object) -> None:
    assert grade(rubric, QUESTION.prompt).score <= 20  # type: ignore[arg-type]


def test_no_question_of_the_bank_answers_itself() -> None:
    bank = load_bank([Path("questions")], LEXICON)
    own = {question.id: bank.grade(question.id, question.prompt).score for question in bank.questions}
    assert {id: score for id, score in own.items() if score > 20} == {}


def test_the_memo_does_not_change_grades() -> None:
    answers = ["deadlokc and mutaul exclusoin", " ".join(f"wrod{n}x deadlcok{n}" for n in range(100)) + " deadlokc", "a deadlock"]
    fresh = [grade(compile_rubric(QUESTION, LEXICON), answer) for answer in answers]
    warm = compile_rubric(QUESTION, LEXICON)
    assert [grade(warm, answer) for answer in [*answers, *reversed(answers)]] == [*fresh, *reversed(fresh)]


@pytest.mark.parametrize(
    "answer",
    [
        "x" * 100_000,
        "deadlock " * 10_000,
        "(" * 50_000,
        "*_~`" * 25_000,
        "a+" * 50_000,
        "((((a/b)+c)=" * 8_000,
        "http://" * 15_000,
        "<@" * 50_000,
        "e\u0301" * 50_000,
        "\n" * 100_000,
        "not " * 25_000,
        "o(" * 50_000,
    ],
)
def test_hostile_answers_are_graded_like_any_other(answer: str) -> None:
    assert grade(BOTH, answer).score <= 60
    assert explain(BOTH, answer)[-1].name == "score"


def test_every_version_of_an_evicted_rubric_grades_alike() -> None:
    first = compile_rubric(QUESTION, LEXICON)
    before = grade(first, TRUE[0])
    for _ in range(210):
        compile_rubric(Question("other", "Why?", model_answer="Because it is so."))
    assert grade(first, TRUE[0]) == before
