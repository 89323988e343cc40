"""The commands from a corpus to a measured ranking, and what they say of bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.matching.commands import match
from tests.matching.texts import OFFERINGS


def call(*arguments: object) -> Result:
    return CliRunner().invoke(match, [str(argument) for argument in arguments])


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [{"id": one.id, "title": one.title, "text": one.body, "keywords": one.keywords} for one in OFFERINGS]
    return write(tmp_path / "corpus.jsonl", *rows)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return write(
        tmp_path / "queries.jsonl",
        {"id": "q1", "title": "", "text": "重金属检测", "exclude": []},
        {"id": "q2", "title": "", "text": "重金属检测，激光淬火", "exclude": ["o-metal"]},
    )


def test_a_corpus_is_indexed_ranked_and_measured(corpus: Path, queries: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.txt"
    qrels = tmp_path / "qrels.tsv"
    qrels.write_text("q1\to-metal\t1\nq2\to-laser\t2\nq3\to-colour\t1\n", encoding="utf-8")

    indexed = call("index", corpus, tmp_path / "index")
    ranked = call("run", tmp_path / "index", queries, "--k", "2", "--out", run, "--tag", "mine")
    measured = call("evaluate", run, qrels)

    assert "Indexed 5 documents" in indexed.output
    assert ranked.exit_code == 0
    lines = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    assert next(line[:4] for line in lines if line[0] == "q1") == ["q1", "Q0", "o-metal", "1"]
    assert next(line[2:4] for line in lines if line[0] == "q2") == ["o-laser", "1"]
    assert {line[5] for line in lines} == {"mine"}
    assert "o-metal" not in [line[2] for line in lines if line[0] == "q2"]
    # A query without any line in the run counts as nought: two of three are found.
    assert measured.output.split() == ["queries", "3", "nDCG@10", "0.6667", "recall@100", "0.6667", "MRR@10", "0.6667"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not a JSON object"),
        ('{"title": "x", "text": "y"}', "line 2: the field “id” is missing"),
        ('{"id": 3, "text": "y"}', "line 2: the field “id” is missing or is not a text"),
        ('{"id": "a b", "text": "y"}', "line 2: the id 'a b' holds white space"),
        ('{"id": "a"}', "line 2: the field “text” is missing"),
        ('{"id": "a", "text": 3}', "line 2: the field “text” is not a text"),
        ('{"id": "a", "text": "", "keywords": "x"}', "line 2: the field “keywords” is not a list"),
        ('{"id": "first", "text": ""}', "line 2: the id 'first' has been given before"),
    ],
)
def test_a_bad_line_is_named_with_file_and_number(tmp_path: Path, line: str, problem: str) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"id": "first", "text": "检测"}\n' + line + "\n", encoding="utf-8")

    result = call("index", corpus, tmp_path / "index")

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {corpus}, {problem}")
    assert result.output.count("\n") == 1
    assert not (tmp_path / "index").exists()


def test_bytes_that_are_not_utf_8_are_named(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b'{"id": "a", "text": ""}\n' * 1 + "检测".encode("gb18030"))

    assert "not UTF-8" in call("index", corpus, tmp_path / "index").output


def test_missing_files_are_named(tmp_path: Path, queries: Path) -> None:
    absent = tmp_path / "absent"

    assert f"'{absent}' does not exist" in call("index", absent, tmp_path / "index").output
    assert "index.json is missing" in call("run", absent, queries).output
    assert call("run", absent, queries).exit_code == 1
    assert call("evaluate", absent, absent).exit_code == 2


def test_a_run_or_judgement_that_is_none_is_named(tmp_path: Path) -> None:
    run, qrels = tmp_path / "run", tmp_path / "qrels"
    run.write_text("q1 Q0 d 1 high tag\n", encoding="utf-8")
    qrels.write_text("q1\td\t1\n", encoding="utf-8")
    assert f"{run}, line 1" in call("evaluate", run, qrels).output

    run.write_text("q1 Q0 d 1 0.5 tag\n", encoding="utf-8")
    qrels.write_text("q1\td\t1\nq1 d 1\n", encoding="utf-8")
    assert f"{qrels}, line 2" in call("evaluate", run, qrels).output

    qrels.write_text("", encoding="utf-8")
    assert "no judgement" in call("evaluate", run, qrels).output


def test_several_processes_write_what_one_writes_and_an_interrupted_run_goes_on(corpus: Path, tmp_path: Path) -> None:
    call("index", corpus, tmp_path / "index")
    rows = [{"id": f"q{number}", "text": f"重金属检测 {number} 激光淬火"} for number in range(40)]
    queries = write(tmp_path / "many.jsonl", *rows)
    alone, together = tmp_path / "alone.txt", tmp_path / "together.txt"

    call("run", tmp_path / "index", queries, "--out", alone)
    call("run", tmp_path / "index", queries, "--out", together, "--workers", 2)
    whole = alone.read_bytes()
    assert whole and together.read_bytes() == whole

    together.write_bytes(whole[: len(whole) // 2])
    resumed = call("run", tmp_path / "index", queries, "--out", together, "--resume")
    assert together.read_bytes() == whole
    assert "40 queries" not in resumed.output
    assert "--resume needs" in call("run", tmp_path / "index", queries, "--resume").output


def test_an_index_is_checked_byte_by_byte(corpus: Path, tmp_path: Path) -> None:
    call("index", corpus, tmp_path / "index")
    assert "whole" in call("verify", tmp_path / "index").output

    (postings,) = (tmp_path / "index").glob("postings-*")
    content = bytearray(postings.read_bytes())
    content[-70] ^= 4
    postings.write_bytes(content)
    damaged = call("verify", tmp_path / "index")
    assert damaged.exit_code == 1 and "altered" in damaged.output


def test_serving_loads_neither_scipy_nor_scikit_learn_and_leaves_both_loadable(corpus: Path, tmp_path: Path) -> None:
    call("index", corpus, tmp_path / "index")
    program = (
        "import sys, pathlib\n"
        "from matchmaker.matching import Document, Index\n"
        "index = Index.open(pathlib.Path(sys.argv[1]))\n"
        "index.warm()\n"
        "assert index.with_changes([Document('n', '检测')], []).search(Document('', '检测'))[0].reasons\n"
        "assert not {'scipy', 'sklearn', 'cffi'} & sys.modules.keys()\n"
        "import scipy.sparse\n"
    )

    subprocess.run([sys.executable, "-c", program, tmp_path / "index"], check=True, cwd=Path(__file__).parents[2])
