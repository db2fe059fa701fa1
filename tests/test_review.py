"""What the review finds in packs, and in recorded answers."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from bot.bank import LEXICON, Bank, load_bank, load_lexicon, rules
from bot.bank.review import exceptions, place, review, unexplained
from bot.bank.writing import pack_text
from bot.cli import app
from bot.config import ROOT
from bot.domain.grading import Finding, Hit
from bot.domain.question import Example, Fact, KeyPoint, Kind, Level, Model, Pack, Question
from bot.errors import PackError
from bot.service.review import ANSWERS, Measure, measure, measured, remarks
from bot.store import Store, usage
from bot.store.findings import pack as packed
from bot.store.usage import Use
from bot.tables import attempts, channels, drills, learners
from tests.builders import DROPOUT, FULL, MORNING, PRECISION

SHARE, COST = PRECISION.key_points
ANSWERED = (Example(FULL, "strong", 70, 100), Example(FULL, "strong", 70, 100, blind=True))
GOOD = replace(PRECISION, examples=ANSWERED)


def found(*questions: Question, of: str = "") -> list[str]:
    bank = Bank([Pack("test", "Test", questions)])
    ids = [remark.id for remark in review(bank)]
    return [id for id in ids if id.startswith(of)] if of else [id for id in ids if not id.startswith("level:")]


def test_a_good_question_is_left_alone() -> None:
    assert found(GOOD) == []


def test_long_prompts() -> None:
    assert "prompt:precision" in found(replace(GOOD, prompt=GOOD.prompt + " x" * 150))


@pytest.mark.parametrize(
    ("hint", "told"),
    [
        ("What if a false alarm is expensive?", True),
        ("How expensive is each false alarm that people get?", True),
        ("Which error hurts?", False),
        ("Is it false?", False),
    ],
)
def test_hints_that_tell(hint: str, told: bool) -> None:
    question = replace(GOOD, key_points=(SHARE, replace(COST, hint=hint)))
    assert found(question, of="hint:") == (["hint:precision/cost/false-alarm-is-expensive"] if told else [])


def test_phrases_of_prompt_words_only() -> None:
    question = replace(GOOD, key_points=(SHARE, replace(COST, phrases=(*COST.phrases, "it matters most"))))
    assert found(question, of="prompt-words:") == ["prompt-words:precision/cost/it-matters-most"]


def test_phrases_that_prove_another_point() -> None:
    question = replace(GOOD, key_points=(SHARE, replace(COST, phrases=(*COST.phrases, "share of flagged cases truly positive"))))
    assert "ambiguous:precision/cost/share-of-flagged-cases-truly-positive/share" in found(question)


def test_points_that_no_example_hits() -> None:
    unheard = KeyPoint("unheard", "Unheard", ("zebra crossing ahead",))
    question = replace(GOOD, key_points=(*GOOD.key_points, unheard))
    assert found(question, of="never-hit:") == ["never-hit:precision/unheard"]


def test_model_answers_that_fail_their_own_rubric() -> None:
    bad = replace(GOOD, model_answer="Recall is the share of real positives that were found.")
    assert found(bad, of="model-answer") == ["model-answer:precision", "model-answer-wrong:precision/recall"]


def test_questions_without_a_blind_example() -> None:
    assert found(replace(GOOD, examples=ANSWERED[:1])) == ["blind:precision"]


def test_twins() -> None:
    twin = replace(GOOD, id="again", prompt="When does precision matter most, and what does it measure?")
    assert found(GOOD, twin) == ["twins:again/precision"]
    other_words = replace(GOOD, id="other", prompt="Tell me about positive predictive value.")
    assert found(GOOD, other_words) == ["twins:other/precision"]
    assert found(GOOD, replace(DROPOUT, examples=ANSWERED), of="twins:") == []


def test_missing_levels() -> None:
    assert found(GOOD, of="level:") == ["level:evaluation/intermediate", "level:evaluation/advanced"]


def test_facts_of_models_are_reviewed_once_each() -> None:
    point = KeyPoint("trees", "Trees", ("many trees vote",), "Do trees vote, and how many?")
    asked = replace(
        GOOD, kind=Kind.DEEP_DIVE, prompt="Today: {model}. What does precision measure, and when does it matter most?"
    )
    forest = Model("forest", "random forest", {"precision": Fact("In it many trees vote.", (point,))})
    bank = Bank([Pack("dive", "Dive", (asked,), sequence=True, models=(forest,))])
    assert [remark.id for remark in review(bank) if not remark.id.startswith("level:")] == [
        "hint:precision@forest/trees/many-trees-vote"
    ]


def written(folder: Path, *questions: Question, reasons: str = "") -> Path:
    (folder / "pack.yaml").write_text(pack_text(Pack("test", "Test", questions)), encoding="utf-8")
    (folder / "review.yaml").write_text(reasons, encoding="utf-8")
    return folder


def test_findings_name_file_and_line(tmp_path: Path) -> None:
    question = replace(GOOD, key_points=(SHARE, replace(COST, phrases=(*COST.phrases, "it matters most"))))
    bank = load_bank([written(tmp_path, GOOD, replace(question, id="second", title="Second"))])
    remark = next(remark for remark in review(bank) if remark.id.startswith("prompt-words:"))
    path, _, line = place(bank, remark).rpartition(":")
    assert Path(path).read_text(encoding="utf-8").splitlines()[int(line) - 1].strip() == "- it matters most"


def test_explained_findings_are_left_out(tmp_path: Path) -> None:
    reasons = "level:evaluation/advanced: there is none yet\nblind:precision: old\nblind:elsewhere: another pack\n"
    bank = load_bank([written(tmp_path, GOOD, reasons=reasons)])
    left = unexplained(bank, review(bank), exceptions([tmp_path]))
    assert [remark.id for remark in left] == ["level:evaluation/intermediate", "stale:blind:precision"]
    for wrong in ("- a\n", "blind:precision:\n", "blind:precision: [x]\n"):
        (tmp_path / "review.yaml").write_text(wrong)
        with pytest.raises(PackError, match=r"review\.yaml:1: "):
            exceptions([tmp_path])


def run(*words: str, url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    monkeypatch.setenv("DATABASE_URL", url)
    done = CliRunner().invoke(app, ["questions", "review", *words])
    return done.exit_code, done.stdout, done.stderr


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"sqlite:///{tmp_path / 'none.db'}"
    folder = str(written(tmp_path, GOOD, reasons="level:evaluation/advanced: there is none yet"))
    code, out, err = run(folder, url=nowhere, monkeypatch=monkeypatch)
    assert code == 0
    assert "level:evaluation/intermediate" in out
    assert "1 findings, 1 more are explained" in out
    assert "not read: There is no database" in err
    assert not (tmp_path / "none.db").exists()
    assert run(folder, "--strict", url=nowhere, monkeypatch=monkeypatch)[0] == 1
    (row,) = json.loads(run(folder, "--json", url=nowhere, monkeypatch=monkeypatch)[1])
    assert row["where"].endswith("pack.yaml:8")
    (tmp_path / "review.yaml").write_text("level:evaluation/advanced: none yet\nlevel:evaluation/intermediate: none yet\n")
    assert run(folder, "--strict", url=nowhere, monkeypatch=monkeypatch)[0] == 0


def test_the_shipped_packs_are_written_by_the_rules() -> None:
    """What needs no grading to find; the whole review: drillbot questions review --strict."""
    sources = [ROOT / "questions"]
    bank = load_bank(sources, load_lexicon(ROOT / "questions" / LEXICON))
    explained = exceptions(sources)
    found = review(bank, (rules.prompt, rules.hints, rules.empty_phrases, rules.blind), (rules.levels,))
    assert [remark.id for remark in found if remark.id not in explained] == []


def uses(question: Question, scores: Sequence[float], hits: Sequence[str] = (), first: int = 0) -> list[Use]:
    return [Use(question.id, first + n, question.version, score, frozenset(hits)) for n, score in enumerate(scores)]


FOUR = tuple(replace(GOOD, id=f"q-{n}", prompt=f"Number {n}?") for n in range(4))
RISING = [10.0 * n for n in range(ANSWERS)]


def test_difficulty_and_discrimination() -> None:
    bank = Bank([Pack("test", "Test", FOUR)])
    played = [use for question in FOUR[:3] for use in uses(question, RISING, ["share", "cost"])]
    good, *_, bad = measure(bank, [*played, *uses(FOUR[3], RISING[::-1], ["share"])])
    assert (good.answers, good.mean, bad.never_hit) == (ANSWERS, 35.0, ("cost",))
    assert bad.discrimination == pytest.approx(-1)
    assert [remark.id for remark in remarks([bad])] == ["discrimination:q-3", "unhit:q-3/cost"]


def test_figures_wait_for_enough_answers_to_this_version() -> None:
    bank = Bank([Pack("test", "Test", FOUR)])
    (few,) = measure(bank, uses(FOUR[0], RISING[1:]))
    assert few == Measure("q-0", ANSWERS - 1, 40.0, None, ())
    assert list(remarks([few])) == []
    old = [replace(use, rubric="old") for use in uses(FOUR[0], RISING)]
    assert measure(bank, [*old, *uses(replace(FOUR[0], id="gone"), RISING)]) == []
    (flat,) = measure(bank, uses(FOUR[0], [5.0] * ANSWERS))
    assert [remark.id for remark in remarks([flat])] == ["hard:q-0", "unhit:q-0/share", "unhit:q-0/cost"]
    (easy,) = measure(bank, uses(FOUR[0], [95.0] * ANSWERS, ["share", "cost"]))
    assert [remark.id for remark in remarks([easy])] == ["easy:q-0"]


def test_recorded_first_attempts(store: Store) -> None:
    share = packed([Finding("share", "share", 2, Hit.FULL, 1.0), Finding("cost", "cost", 1, Hit.PARTIAL, 0.5)])
    place = {"platform": "console", "workspace": "local"}
    with store.write() as tx:
        tx.execute(insert(channels).values(id=1, channel="terminal", **place))
        tx.execute(insert(learners), [{"id": n, "user": str(n), **place} for n in (1, 2)])
        for id, state in ((1, "closed"), (2, "replaced"), (3, "open")):
            tx.execute(
                insert(drills).values(
                    id=id, channel_id=1, platform="console", slot=str(id), day=date(2026, 11, id), question="precision",
                    topic="evaluation", level=Level.FOUNDATION, kind=Kind.CONCEPT, state=state, opens_at=MORNING,
                )
            )  # fmt: skip
        for id, (drill, learner, number, score) in enumerate(
            [(1, 1, 1, 40), (1, 1, 2, 90), (1, 2, 1, 60), (2, 2, 1, 0), (3, 1, 1, 99)]
        ):
            tx.execute(
                insert(attempts).values(
                    id=id + 1, event_id=str(id), drill_id=drill, learner_id=learner, number=number, text="x", score=score,
                    findings=share, misconceptions=[], notes=[], rubric=GOOD.version, grader="1", answered_at=MORNING,
                )
            )  # fmt: skip
    with store.read() as tx:
        assert [(use.learner, use.score, use.hits) for use in usage.first_attempts(tx)] == [
            (learner, score, frozenset({"share"})) for learner, score in ((1, 99), (2, 60), (1, 40))
        ]
    assert measured(store, Bank([Pack("test", "Test", (GOOD,))])) == [Measure("precision", 2, 50.0, None, ())]
