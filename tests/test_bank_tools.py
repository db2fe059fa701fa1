"""The schema, packs as spreadsheets and as Anki cards, the guide's example, check and stats."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bot.bank import Bank, load_bank
from bot.bank.anki import to_anki
from bot.bank.cells import armed, disarmed
from bot.bank.checks import graded
from bot.bank.exchange import imported, to_csv
from bot.bank.record import ExampleRecord, KeyPointRecord, PackRecord, QuestionRecord, schema_text
from bot.cli import app
from bot.cli.display import display, fitting
from bot.config import ROOT
from bot.domain.question import Example, Fact, KeyPoint, Kind, Level, Misconception, Model, Pack, Question, Reference
from bot.errors import PackError, UserError
from tests.builders import DROPOUT, PRECISION

SHIPPED = ROOT / "questions"
ODD = Question(
    id="odd",
    title="Odd: signs | and ⏎",
    prompt='Which "signs", commas,\nand breaks survive?',
    model_answer="=1+1 stays text\n\n    and code its blanks",
    kind=Kind.CODE,
    level=Level.ADVANCED,
    topic="signs",
    key_points=(
        KeyPoint("p-1", "Odds: P(A|B) \\ ", ("P(A | B)", "a: b", "c \\| d\\", "two\nlines", "|"), "Which\nhint?", 1.5),
        KeyPoint("p-2", "Plain", ("-x", "@y")),
    ),
    misconceptions=(Misconception("m", ("a | b",), "Not\nso: no."), Misconception("n", ("c",))),
    examples=(
        Example("yes: no\n=x", "strong", 80, 100, (), True),
        Example("(no)", "wrong", 0, 12.5, ("m", "n")),
        Example("so", "vague", 0, 20, model="tree"),
    ),
    follow_ups=("a\nb", "c"),
    references=(Reference("A <b>", "https://a.example/b"), Reference("C")),
)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    if isinstance(done.exception, PackError | UserError):
        return 1, f"{done.output}{done.exception}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def pack_of(*questions: Question, sequence: bool = False, models: tuple[Model, ...] = ()) -> Pack:
    return Pack("test", "Test", questions, sequence, models)


def back(folder: Path, text: str, name: str = "in.csv", pack: str = "test") -> Bank:
    """The pack that a table becomes, read as any other."""
    made = imported(written(folder / name, text), pack)
    return load_bank([written(folder / "out.yaml", made.text)])


def faults(path: Path) -> str:
    with pytest.raises(PackError) as caught:
        imported(path, "test")
    return str(caught.value)


def test_the_schema_file_is_the_code_s() -> None:
    assert (SHIPPED / "schema.json").read_text(encoding="utf-8") == schema_text(), "run: drillbot questions schema"
    assert run("questions", "schema") == (0, schema_text())


def test_the_schema_explains_every_field() -> None:
    schema = PackRecord.model_json_schema()
    for record in (schema, *(part for part in schema["$defs"].values() if "properties" in part)):
        for name, field in record["properties"].items():
            assert field.get("description") or name in ("id", "title"), name


def test_packs_name_the_schema_in_their_first_line() -> None:
    for path in SHIPPED.glob("*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert path.name in ("lexicon.yaml", "review.yaml") or first == "# yaml-language-server: $schema=schema.json"


def test_the_guide_s_example_holds(tmp_path: Path) -> None:
    guide = (SHIPPED / "README.md").read_text(encoding="utf-8")
    example = re.search(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    assert example
    bank = load_bank([written(tmp_path / "pack.yaml", example[1])])
    assert [one for one in graded(bank) if not one.in_band] == []
    for record in (PackRecord, QuestionRecord, KeyPointRecord, ExampleRecord):
        for name in record.model_fields:
            assert re.search(rf"`{name}\b", guide), name


@pytest.mark.parametrize("question", [PRECISION, DROPOUT, ODD], ids=lambda question: question.id)
def test_csv_loses_nothing(tmp_path: Path, question: Question) -> None:
    question = replace(question, key_points=tuple(replace(p, label=p.label.strip()) for p in question.key_points))
    assert back(tmp_path, to_csv([pack_of(question)])).questions == (question,)


def test_shipped_packs_survive_csv(tmp_path: Path) -> None:
    for pack in load_bank([SHIPPED]).packs:
        path = written(tmp_path / "in.csv", to_csv([pack]))
        made = imported(path, pack.id, pack.title)
        assert made.notes == []
        assert load_bank([written(tmp_path / "out.yaml", made.text)]).packs == (pack,)


def test_sequence_and_models_survive_csv(tmp_path: Path) -> None:
    point = KeyPoint("p", "Fact: one", ("a | b", "c"), "Hint?", 2)
    tree = Model("tree", "a tree: odd", {"odd": Fact("It splits,\nthen stops.", (point,))}, ("CART", "x | y"))
    rule = Model("rule", "rule", {"odd": Fact("No points.", ())})
    (pack,) = back(tmp_path, to_csv([pack_of(ODD, sequence=True, models=(tree, rule))])).packs
    assert (pack.sequence, pack.models) == (True, (tree, rule))


@settings(deadline=None)
@given(st.text(alphabet="ab \\|:⏎\n=\"',<>", min_size=1, max_size=30))
def test_signs_survive_csv(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    meant = text.strip() or "x"
    point = KeyPoint("p", meant, (meant, f"{meant} b"), meant)
    question = replace(PRECISION, prompt=meant, key_points=(point,), follow_ups=(meant,))
    assert back(tmp_path_factory.mktemp("csv"), to_csv([pack_of(question)])).questions == (question,)


def test_cells_that_would_run_are_disarmed() -> None:
    runs = replace(PRECISION, title="=HYPERLINK(1)", why="+1", prompt="@SUM(A1)", follow_ups=("-2",))
    row = next(csv.DictReader(io.StringIO(to_csv([pack_of(runs)]))))
    assert [row[name][:2] for name in ("title", "why", "prompt", "follow_ups")] == ["'=", "'+", "'@", "'-"]
    for cell in ("=1", "'=1", "''=1", "\t=1", "plain", "'plain'", "＝1", ""):
        assert armed(disarmed(cell)) == cell


def test_a_spreadsheet_of_somebody_s_own(tmp_path: Path) -> None:
    table = (
        "\ufeffQuestion;Answer;Key Points;Colour\nWhat is bias?;A systematic error.;Meaning: systematic error | always off\n;;\n"
    )
    made = imported(written(tmp_path / "own.csv", table), "own", "Own")
    assert "colour" in made.notes[0]
    (question,) = load_bank([written(tmp_path / "own.yaml", made.text)]).questions
    assert (question.id, question.topic, question.key_points[0].id) == ("what-is-bias", "own", "meaning")
    assert question.key_points[0].phrases == ("systematic error", "always off")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must name the columns"),
        ("prompt,model_answer\n", "holds no questions"),
        ("a,b\n1,2\n", "the first line must name the columns"),
        ("prompt,key_points\nWhy?,because\n", ":2: key_points: 'because' should read 'label: phrase | phrase'"),
        ("prompt,key_points\nWhy?,label:\n", "question why: key_points.0.phrases"),
        ("prompt,model_answer,level\n\nWhy?,So.,easy\n", ":3: question why: level: Input should be 'foundation'"),
        ("prompt,model_answer,id\nWhy?,So.,A b\n", "question A b: id"),
        ("prompt,model_answer,id\nWhy?,So.,a\nHow?,So.,a\n", ":3: question a: the id stands twice"),
        ("prompt,model_answer,examples\nWhy?,So.,good: so\n", "should read 'band 80-100: answer'"),
        ("prompt,model_answer,examples\nWhy?,So.,good 1-1.1.1: so\n", "is no number"),
        ("prompt,key_points,weights\nWhy?,a: b,1\\n\n", "'1\\n' is no number"),
        ('prompt,key_points,hints\nWhy?,a: b,"1\n2\n3"\n', "hints: has 3 lines for 1 items"),
        ("prompt,model_answer,model\nWhy?,So.,\n,So.,m\n", ":3: model: the row needs the id of its question"),
        ("id,prompt,model_answer,model\na,Why?,So.,\na,,So.,m\na,,No.,m\n", ":4: model: a has a row about m already"),
        ("id,prompt,model_answer,model\na,Why?,So.,\na,,,m\n", ":3: question a: answer: String should have"),
        ("id,prompt,model_answer,model\na,Why?,So.,\nb,,So.,m\n", ":1: the facts of model 'm' and the questions differ in: a, b"),
        ("prompt,model_answer\nWhy?," + "x" * 30_000, ":2: model_answer: longer than"),
        ("prompt,model_answer\nWhy?," + "x" * 200_000, "is not a table"),
        ("#separator:tab\n#html:true\nfront only\n", "holds no questions"),
        ("#separator:banana\nfront\tback\n", "separator"),
        ("#separator:tab\n#tags column:x\nfront\tback\n", "'tags column' must be a number"),
    ],
)
def test_bad_tables_get_sentences(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(written(tmp_path / "bad.csv", text))


def test_unreadable_files_get_sentences(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path / "none.csv")
    assert "is not UTF-8" in faults(written(tmp_path / "l1.csv", "prompt,model_answer\né,é", "latin-1"))
    path = written(tmp_path / "ok.csv", "prompt,model_answer\nWhy?,So.\n")
    assert "pack: String should match" in str(run("questions", "import", str(path), "--pack", "No Kebab"))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_table_makes_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for head in ("prompt,model_answer,key_points,examples,hints\n", "#separator:tab\n#html:true\n"):
        path = written(tmp_path_factory.mktemp("any") / "any.csv", head + text.encode("utf-8", "ignore").decode())
        try:
            made = imported(path, "any")
        except PackError:
            continue
        load_bank([written(path.with_suffix(".yaml"), made.text)])


def test_anki_cards_come_back(tmp_path: Path) -> None:
    question = replace(ODD, prompt="Is 1 < 2 & why?", model_answer='if a < b:\n    print("x")\n\nso')
    text = to_anki([question, PRECISION])
    assert text.startswith("#separator:tab\n#html:true\n")
    assert "Is 1 &lt; 2 &amp; why?" in text
    assert "topic::evaluation level::foundation kind::concept" in text
    again, precision = back(tmp_path, text, "cards.txt").questions
    assert (again.prompt, again.model_answer, again.topic) == (question.prompt, question.model_answer, "signs")
    assert (again.id, again.kind, again.level) == ("odd", Kind.CODE, Level.ADVANCED)
    assert (precision.id, precision.model_answer) == (PRECISION.id, PRECISION.model_answer)


def test_an_anki_deck_of_somebody_s_own(tmp_path: Path) -> None:
    deck = (
        "#separator:Semicolon\r\n#html:true\r\n#guid column:1\r\n#deck column:2\r\n#tags column:5\r\n"
        'x!1;ML;"Is <b>bias</b> bad?<br><img src=""a.png"">";"<div>A ""systematic"" error</div><script>x</script>[sound:a]";x\r\n'
        "x!2;ML;<img src=b.png>;a picture;\r\n"
        'x!3;ML;{{c1::Variance}} is;"spread&nbsp;&gt; 0";advanced\r\n'
    )
    made = imported(written(tmp_path / "deck.txt", deck), "deck")
    assert made.notes == ["line 7: left out, as its front or its back has no words"]
    bias, variance = load_bank([written(tmp_path / "deck.yaml", made.text)]).questions
    assert (bias.id, bias.prompt, bias.model_answer) == ("is-bias-bad", "Is bias bad?", 'A "systematic" error')
    assert (variance.prompt, variance.model_answer, variance.level) == ("Variance is", "spread > 0", Level.ADVANCED)


def test_on_the_command_line(tmp_path: Path) -> None:
    code, text = run("questions", "export", "--pack", "computer-vision")
    assert code == 0
    code, pack = run("questions", "import", str(written(tmp_path / "cv.csv", text)), "--pack", "cv", "--title", "Eyes")
    assert code == 0
    assert pack.startswith("# yaml-language-server: $schema=schema.json\npack: cv\ntitle: Eyes\n")
    code, text = run("questions", "export", "--format", "anki", "--pack", "deep-dive")
    assert "drillbot:model-speed@random-forest\t" in text
    assert "{model}" not in text
    assert "There is no pack 'x'" in run("questions", "export", "--pack", "x")[1]


def test_check_and_stats_tell_how_good_the_bank_is(tmp_path: Path) -> None:
    path = str(written(tmp_path / "p.yaml", imported(written(tmp_path / "p.csv", to_csv([pack_of(PRECISION, ODD)])), "p").text))
    code, out = run("questions", "check", path)
    assert (code, "blind examples" in out, "strong" in out) == (1, True, True)
    assert "question odd: the wrong example" in out
    code, out = run("questions", "stats", path)
    rows = {line.split()[0]: line.split() for line in out.splitlines()}
    assert rows["evaluation"][1:] == ["1", "1", "1", "2.0", "2.0", "0.0", "0.0"]
    assert rows["signs"][-4:] == ["2.0", "3.5", "3.0", "1.0"]


def test_tables_are_parted_before_a_column_is_cut() -> None:
    rows = {"evaluation": ["1", "12"], "all": ["1", "12"]}
    (wide,) = fitting("topic", ["level", "kind"], rows, 80)
    assert [column.header for column in wide.columns] == ["topic", "level", "kind"]
    pages = list(fitting("topic", ["level", "kind"], rows, 18))
    assert [[column.header for column in page.columns] for page in pages] == [["topic", "level"], ["topic", "kind"]]


def test_show_tells_the_whole_record(tmp_path: Path) -> None:
    out = io.StringIO()
    display(ODD, Console(file=out, width=120))
    for part in ("Odd: signs", "Which", "=1+1 stays text", "Plain", "hint?", "Not", "Ask next", "https://a.example/b"):
        assert part in out.getvalue()


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path / "p.yaml", "pack: p\nquestions:\n- {id: a, prompt: b, model_answer: c}\n")
    assert len(load_bank([tmp_path, path])) == 1
