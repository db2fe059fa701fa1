"""Question packs: what is read, and how each fault is named."""

import json
from pathlib import Path

import pytest

from bot.bank import load_bank
from bot.config import ROOT
from bot.domain.question import Kind, Level
from bot.errors import PackError

GOOD = """\
pack: small
questions:
  - id: recall
    prompt: What is recall?
    key_points:
      - label: The share it is
        phrases: [share of real positives that were found]
"""


def faults_of(*sources: Path) -> list[str]:
    with pytest.raises(PackError) as raised:
        load_bank(list(sources))
    assert str(raised.value) == "\n".join(raised.value.faults)
    return list(raised.value.faults)


def wrong(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


MORE = GOOD + "    "
FAULTS = [
    # what the file says, the faults without the file's name
    ("", ["1: Input should be a valid dictionary"]),
    ("- a\n", ["1: Input should be a valid dictionary"]),
    ("just words", ["1: Input should be a valid dictionary"]),
    ("pack: x\n", ["1: questions: Field required"]),
    ("pack: x\nquestions: []\n", ["2: questions: Tuple should have at least 1 item"]),
    ("pack: x\nquestions: {a: b}\n", ["2: questions: Input should be a valid tuple"]),
    ("pack: x\nquestions: !!set {a, b}\n", ["2: question 1: Input", "2: question 2: Input"]),
    ("pack: x\nquestions: [7]\n", ["2: question 1: Input should be a valid dict"]),
    (wrong("pack: small", "pack: Small Pack"), ["1: pack: String should match pattern"]),
    (wrong("pack: small", "pack: small\ncolour: red"), ["2: colour: Extra inputs are not permitted"]),
    (wrong("id: recall", "id: Recall"), ["3: question Recall: id: String should match pattern"]),
    (wrong("id: recall", "title: Recall"), ["3: question number 1: id: Field required"]),
    (
        wrong("prompt: What", "promt: What"),
        ["3: question recall: prompt: Field required", "4: question recall: promt: Extra inputs"],
    ),
    (wrong("prompt: What is recall?", "prompt: ' '"), ["4: question recall: prompt: String should have at least 1 character"]),
    (wrong("The share it is", "''"), ["6: question recall: key_points.0.label: String should have at least 1 character"]),
    (wrong("[share of real positives that were found]", "[]"), ["7: question recall: key_points.0.phrases: Tuple should have"]),
    (wrong("[share of real positives that were found]", "share"), ["7: question recall: key_points.0.phrases: Input should be"]),
    (MORE + "level: expert\n", ["8: question recall: level: Input should be 'foundation', 'intermediate' or 'advanced'"]),
    (MORE + "kind: riddle\n", ["8: question recall: kind: Input should be 'concept'"]),
    (MORE + "grading: structure\n", ["3: question recall: grading 'structure' and kind 'discussion' go together"]),
    (MORE + "references: [{title: A, url: ftp://x}]\n", ["8: question recall: references.0.url: String should match"]),
    (
        MORE + "examples: [{band: ok, score: [80, 20], text: x}]\n",
        ["8: question recall: examples.0: score must read [low, high]"],
    ),
    (
        MORE + "examples: [{band: ok, score: [80, 101], text: x}]\n",
        ["8: question recall: examples.0.score.1: Input should be less"],
    ),
    (MORE + "examples: [{band: ok, score: [.nan, .inf], text: x}]\n", ["8: ", "8: "]),
    (
        MORE + "examples: [{band: ok, score: [0, 9], text: x, misconceptions: [nope]}]\n",
        ["3: question recall: examples name miscon"],
    ),
    (
        MORE + "  - {id: share, label: B, phrases: [b], weight: 0}\n",
        ["8: question recall: key_points.1.weight: Input should be great"],
    ),
    ("pack: x\nquestions:\n  - {id: a, prompt: b}\n", ["3: question a: needs model_answer or key_points"]),
    (GOOD + "  - {id: recall, prompt: b, model_answer: c}\n", ["8: question recall: the id is taken by"]),
    (GOOD + "models: [{id: m, name: M, facts: {}}]\n", ["the facts of model 'm' and the questions differ in: recall"]),
    (
        wrong("- label", "- id: a\n        label") + "      - {id: a, label: B, phrases: [b]}\n",
        ["3: question recall: key point id stands twice: a"],
    ),
    ("a: &x [1, 2]\nb: *x\n", ["2: anchors and aliases are not allowed"]),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", ["2: anchors and aliases are not allowed"]),
    (GOOD + "    prompt: Again?\n", ["8: the key 'prompt' stands in line 4 already"]),
    (GOOD.replace("pack: small", "pack: small\npack: other") + "title: x\n", ["2: the key 'pack' stands in line 1 already"]),
    ("pack: {a: 1, a: 2}\nb: 1\nb: 2\n", ["1: the key 'a' stands in line 1 already", "3: the key 'b' stands in line 2 already"]),
    ("[" * 10_000, ["1: nested deeper than 20 levels"]),
    ("pack: {\n", ["2: is not YAML"]),
    ("pack: a\n---\npack: b\n", ["2: is not YAML"]),
    ("pack: x\n\tquestions: y\n", ["2: is not YAML"]),
    ("pack: !!python/object:os.system x\n", ["1: is not YAML: could not determine a constructor"]),
    ("pack: !!int ''\n", ["1: is not YAML"]),
    ("pack: !!float ''\n", ["1: is not YAML"]),
    ("pack: !!bool maybe\n", ["1: is not YAML"]),
    ("pack: !!timestamp soon\n", ["1: is not YAML"]),
    ("pack: 2026-13-45\n", ["1: is not YAML"]),
    ("pack: " + "9" * 5000 + "\n", ["1: is not YAML"]),
    ("{[a]: b}\n", ["1: is not YAML"]),
    ("pack: \x07\n", ["1: is not YAML"]),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_every_fault_is_named_with_file_line_and_question(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text)
    found = faults_of(path)
    assert len(found) == len(expected), found
    for fault, start in zip(found, expected, strict=True):
        assert fault.startswith(f"{path}:"), fault
        assert start in fault.removeprefix(f"{path}:"), fault
        assert "\n" not in fault


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one.yaml", "two.yaml", "three.yaml"))
    one.write_text(wrong("id: recall", "id: Recall").replace("prompt:", "promt:"))
    two.write_text(GOOD)
    three.write_text(GOOD.replace("pack: small", "pack: other"))
    found = faults_of(tmp_path)
    assert [fault.partition(": ")[0] for fault in found] == [f"{one}:3", f"{one}:3", f"{one}:4", f"{two}:3"]
    assert found[-1] == f"{two}:3: question recall: the id is taken by {three}:3"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"pack: caf\xe9\n")
    (tmp_path / "huge.yaml").write_bytes(b"#" * 8_000_001)
    (tmp_path / "folder").mkdir()
    assert faults_of(tmp_path / "latin.yaml") == [f"{tmp_path}/latin.yaml: is not UTF-8 text"]
    assert faults_of(tmp_path / "huge.yaml") == [f"{tmp_path}/huge.yaml: larger than 8 MB"]
    assert faults_of(tmp_path / "none.yaml") == [f"{tmp_path}/none.yaml: cannot be read: No such file or directory"]
    assert faults_of(tmp_path / "folder") == [f"{tmp_path}/folder: holds no packs (*.yaml)"]


def test_a_minimal_record_gets_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        GOOD + "      - {label: The share it is, phrases: [b]}\n      - {label: 精度, phrases: [c]}\n"
    )
    bank = load_bank([tmp_path])
    [question] = bank.questions
    assert (question.topic, question.level, question.kind, question.name) == ("small", Level.INTERMEDIATE, Kind.CONCEPT, "recall")
    assert [point.id for point in question.key_points] == ["the-share-it-is", "the-share-it-is-2", "point"]
    assert bank.place("recall") == (str(tmp_path / "pack.yaml"), 3)
    assert bank.grade("recall", "It is the share of real positives that were found.").score > 0


def test_a_question_may_have_only_a_model_answer(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "pack: x\nquestions: [{id: a, prompt: What is bias?, model_answer: Too simple assumptions.}]\n"
    )
    bank = load_bank([tmp_path])
    assert bank.grade("a", "Too simple assumptions.").score > bank.grade("a", "Bananas.").score


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_a_pack_may_be_json(tmp_path: Path, indent: int | str | None) -> None:
    path = tmp_path / "pack.json"
    question = {"id": "a", "prompt": 'What is "bias"? 🎯 é / \\', "model_answer": "Too simple assumptions."}
    path.write_text(json.dumps({"pack": "x", "questions": [question]}, indent=indent))
    assert load_bank([path]).questions[0].prompt == question["prompt"]


SERIES = """\
pack: deep
sequence: true
models:
  - id: svm
    name: SVM
    facts: {loss: {answer: Hinge., key_points: [{label: Loss, phrases: [hinge loss]}]}, use: {answer: Text.}}
  - {id: knn, name: k-NN, facts: {loss: {answer: None.}, use: {answer: Few rows.}}}
questions:
  - {id: loss, prompt: 'What loss does {model} minimise?', model_answer: 'For {model}.', level: advanced}
  - {id: use, prompt: 'When do you use {model}?', key_points: [{label: Loss, phrases: [small data]}]}
"""


def test_a_series_is_asked_about_each_model(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(SERIES)
    bank = load_bank([tmp_path])
    assert bank.series == (("loss@svm", "use@svm"), ("loss@knn", "use@knn"))
    assert [question.id for question in bank.stock()] == ["loss@svm", "use@svm", "loss@knn", "use@knn"]
    assert [question.id for question in bank.stock(level=Level.ADVANCED)] == ["loss@svm", "loss@knn"]
    assert len(bank) == 2
    svm = bank.get("loss@svm")
    assert svm
    assert (svm.prompt, svm.model_answer) == ("What loss does SVM minimise?", "Hinge.\nFor SVM.")
    assert [point.label for point in svm.key_points] == ["Loss"]
    assert bank.place("loss@svm") == bank.place("loss")


def test_a_fact_must_not_take_the_id_of_a_key_point(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        SERIES.replace("use: {answer: Text.}", "use: {answer: T., key_points: [{label: Loss, phrases: [b]}]}")
    )
    [fault] = faults_of(tmp_path)
    assert "use@svm" in fault
    assert "key point id stands twice" in fault


def test_the_shipped_packs_load() -> None:
    bank = load_bank([ROOT / "questions"])
    assert len(bank) >= 24
    assert {"evaluation", "deep-learning"} <= set(bank.topics)
    for question in bank.askable:
        assert "{model}" not in question.prompt + question.model_answer
        assert bank.place(question.id)[1] > 0
