"""``matchmaker seed --check`` is quiet about good files, points at the line of bad ones, and writes nothing."""

import csv
import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matchmaker.catalogue.needs.models import Need, NeedMove
from matchmaker.db import transaction
from matchmaker.reference.models import District
from matchmaker.registry.coverage.models import Target
from matchmaker.resources import ROOT, SEEDS
from matchmaker.seeding.demo_rows import BureauRow
from matchmaker.seeding.files import Reader
from matchmaker.seeding.promises import SHARED_RUN, shared_runs
from matchmaker.seeding.reference_rows import DocumentRow

Seed = Callable[..., Result]


def change_json(file: Path, line: int, **values: object) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = json.dumps(json.loads(lines[line - 1]) | values, ensure_ascii=False)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change_csv(file: Path, line: int, **values: str) -> None:
    """Change a row of a file whose rows have one line each."""
    with file.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    for name, value in values.items():
        rows[line - 2][header.index(name)] = value
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows([header, *rows])


def test_nothing_is_wrong_with_the_seeds(run_seed: Seed) -> None:
    result = run_seed("--check")

    assert result.output.endswith("nothing is wrong.\n")
    assert len(result.output.splitlines()) == 1


#: What is done to the files → what is said of it. All of them are done at once: each must be found beside the others.
UNREADABLE_REFERENCE = {
    ("industries.csv", 2, "kind", "old"): "Input should be",
    ("industries.csv", 3, "quote", ""): "Field required",
    ("complex_statuses.csv", 2, "on_date", "31.12.2020"): "Input should be a valid date",
    ("institute_statuses.csv", 2, "statement", "famous"): "Input should be",
    ("figures.csv", 2, "period", "last year"): "String should match",
}
UNFIT_REFERENCE = {
    ("districts.csv", 7, "parent_code", "999999"): "unknown code '999999'",
    ("districts.csv", 3, "parent_code", "330603"): "'330603' stands below",
    ("districts.csv", 5, "code", "330602"): "'330602' stands already at seeds/reference/districts.csv:3",
    ("industries.csv", 2, "source", "S9"): "unknown code 'S9'",
    ("service_categories.csv", 3, "position", "99"): "99 does not come after 100",
    ("category_functions.csv", 2, "category_code", "rd"): "unknown code 'rd'",
    ("complexes.csv", 3, "industry_code", "socks"): "unknown code 'socks'",
    ("complex_statuses.csv", 2, "complex_key", "nobody"): "unknown code 'nobody'",
    ("figures.csv", 2, "scope", "330699"): "unknown code '330699'",
}
BAD_DEMO: dict[tuple[str, int, str, object], str] = {
    ("textile/providers.jsonl", 1, "district", "000000"): "unknown code '000000'",
    ("textile/providers.jsonl", 2, "industries", ("silk",)): "unknown code 'silk'",
    ("textile/providers.jsonl", 3, "name", "某某研究院"): "String should match",
    ("life/enterprises.jsonl", 2, "credit_code", "91330602MADEML3180"): "The check digit does not fit",
    ("life/enterprises.jsonl", 3, "size", "huge"): "Input should be",
    ("digital/offerings.jsonl", 1, "provider", "nobody"): "unknown code 'nobody'",
    ("digital/offerings.jsonl", 2, "category", "g-rd"): "unknown code 'g-rd'",
    ("digital/offerings.jsonl", 3, "colour", "red"): "Extra inputs",
    ("equipment/needs.jsonl", 1, "title", "长" * 121): "At most 120 characters",
    ("equipment/needs.jsonl", 2, "problem", ""): "String should have at least 1",
    ("equipment/needs.jsonl", 3, "problem", "一\u0007二"): "There is an invisible control",
    ("equipment/needs.jsonl", 4, "keywords", tuple("一二三四五六")): "At most 5",
    ("equipment/needs.jsonl", 5, "trl", "7"): "Input should be a valid integer",
    ("equipment/needs.jsonl", 6, "needed_in_days", 3661): "Input should be less than or equal to 3650",
    ("people.jsonl", 1, "organisation", "nobody"): "unknown code 'nobody'",
}


@pytest.mark.parametrize("breakages", [UNREADABLE_REFERENCE, UNFIT_REFERENCE])
def test_bad_reference_rows_are_pointed_at(
    run_seed: Seed, seeds: Path, breakages: dict[tuple[str, int, str, str], str]
) -> None:
    for file, line, field, value in breakages:
        change_csv(seeds / "reference" / file, line, **{field: value})

    result = run_seed("--check", "--seeds", seeds, expect=1)

    for (file, line, field, _), said in breakages.items():
        assert f"seeds/reference/{file}:{line}: {field}: {said}" in result.output


def test_bad_demo_rows_are_pointed_at(run_seed: Seed, seeds: Path) -> None:
    for file, line, field, value in BAD_DEMO:
        change_json(seeds / "demo" / file, line, **{field: value})

    result = run_seed("--check", "--seeds", seeds, expect=1)

    for (file, line, field, _), said in BAD_DEMO.items():
        assert f"seeds/demo/{file}:{line}: {field}: {said}" in result.output


def test_prices_and_instruments_that_make_no_sense_are_pointed_at(run_seed: Seed, seeds: Path) -> None:
    offerings = seeds / "demo/digital/offerings.jsonl"
    change_json(offerings, 1, price_min_yuan=9, price_max_yuan=8)
    change_json(offerings, 2, kind="instrument", model=None)

    result = run_seed("--check", "--seeds", seeds, expect=1)

    assert "digital/offerings.jsonl:1: price_max: The highest price" in result.output
    assert "digital/offerings.jsonl:2: model: An instrument needs" in result.output


def test_keys_that_stand_twice_are_pointed_at(run_seed: Seed, seeds: Path) -> None:
    needs = seeds / "demo/life/needs.jsonl"
    first = json.loads(needs.read_text(encoding="utf-8").splitlines()[0])["key"]
    change_json(needs, 9, key=first)
    change_json(seeds / "demo/life/providers.jsonl", 8, key="keqiao-textile")

    result = run_seed("--check", "--seeds", seeds, expect=1)

    assert f"seeds/demo/life/needs.jsonl:9: key: {first!r} stands already at seeds/demo/life/needs.jsonl:1" in (
        result.output
    )
    assert (
        "seeds/demo/life/providers.jsonl:8: key: 'keqiao-textile' stands already at seeds/reference/complexes.csv:2"
    ) in result.output


def test_too_few_needs_and_a_bare_industry_are_named(run_seed: Seed, seeds: Path) -> None:
    for cluster in ("textile", "equipment", "digital"):
        (seeds / "demo" / cluster / "needs.jsonl").write_text("", encoding="utf-8")

    result = run_seed("--check", "--seeds", seeds, expect=1)

    assert "150 are promised" in result.output
    assert "seeds/demo: needs: none for the industry 'hosiery'" in result.output


def test_a_leaf_that_no_document_names_is_pointed_at(run_seed: Seed, seeds: Path) -> None:
    file = seeds / "reference/category_functions.csv"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if ",logistics," not in line]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")

    result = run_seed("--check", "--seeds", seeds, expect=1)

    assert "service_categories.csv:40: code: no function of S1 or S4 reaches 'logistics'" in result.output


def test_texts_from_one_stencil_are_pointed_at() -> None:
    rows = Reader(SEEDS).jsonl("demo/bureaus.jsonl", BureauRow)
    run = "这是两段文字里完全相同的一串字其长度正好够得上二十五"[:SHARED_RUN]
    texts = [
        (rows[0], "about", f"甲{run}乙"),
        (rows[1], "about", f"丙{run[:9]} {run[9:]}丁"),
        (rows[2], "about", run[1:]),
    ]

    said = [str(problem) for problem in shared_runs(texts)]

    assert said == [f"seeds/demo/bureaus.jsonl:2: about: “{run}” stands also at seeds/demo/bureaus.jsonl:1"]


def sources_of(seeds: Path, folder: Path) -> Path:
    """Write documents that say what the seeds quote, broken over lines as a copied page is."""
    quotes = defaultdict(list)
    for file in sorted((seeds / "reference").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                if row.get("quote"):
                    quotes[row.get("source") or row["scheme"]].append(row["quote"])
    folder.mkdir()
    for number in range(5):
        text = "。".join(quotes[f"S{number}"])
        lines = [text[start : start + 17] for start in range(0, len(text), 17)]
        (folder / f"00{number}_document.txt").write_text("\n  ".join(lines), encoding="utf-8")
    return folder


def test_a_quote_that_its_document_does_not_hold_is_pointed_at(run_seed: Seed, seeds: Path, tmp_path: Path) -> None:
    sources = sources_of(seeds, tmp_path / "sources")
    run_seed("--check", "--seeds", seeds, "--sources", sources)
    change_csv(seeds / "reference/complexes.csv", 3, quote="支持诸暨大唐袜业综合体")

    result = run_seed("--check", "--seeds", seeds, "--sources", sources, expect=1)

    assert result.output.splitlines()[0] == (
        "seeds/reference/complexes.csv:3: quote: S3 does not say “支持诸暨大唐袜业综合体”"
    )


def test_a_document_without_its_text_is_named(run_seed: Seed, seeds: Path, tmp_path: Path) -> None:
    sources = sources_of(seeds, tmp_path / "sources")
    (sources / "003_document.txt").unlink()

    result = run_seed("--check", "--seeds", seeds, "--sources", sources, expect=1)

    assert "there is no text of S3 here" in result.output


def test_what_the_database_lacks_or_holds_otherwise_is_pointed_at(run_seed: Seed, session: Session) -> None:
    run_seed()
    run_seed("--check")
    with transaction(session):
        tea = session.get_one(District, "330624")
        tea.name_en = "Somewhere"
        for target in session.scalars(select(Target).where(Target.district_code == "1305-xd")):
            session.delete(target)
        session.flush()
        session.delete(session.get_one(District, "1305-xd"))

    result = run_seed("--check", expect=1)

    lines = result.output.splitlines()
    assert lines[0].startswith("seeds/reference/districts.csv:")
    assert "name_en: differs from the database" in lines[0]
    assert "row: is not in the database" in lines[1]


def test_a_database_that_was_never_seeded_gets_one_line(run_seed: Seed, session: Session) -> None:
    result = run_seed("--check", expect=1)

    assert result.output.splitlines()[0] == "database: rows: there are none yet; run `matchmaker seed`"


def test_a_check_writes_nothing(run_seed: Seed, database: Path, demo_file: Path) -> None:
    database.parent.mkdir()
    shutil.copy(demo_file, database)

    run_seed("--check")

    assert database.read_bytes() == demo_file.read_bytes()


def test_a_demo_row_that_the_database_lacks_is_pointed_at(run_seed: Seed, demo_session: Session) -> None:
    with transaction(demo_session):
        # Of a draft nothing else in the demo speaks.
        drafts = select(Need).where(Need.key.is_not(None), Need.submitted_at.is_(None)).order_by(Need.id)
        first = demo_session.scalars(drafts).first()
        demo_session.execute(delete(NeedMove).where(NeedMove.need_id == first.id))
        demo_session.delete(first)

    result = run_seed("--check", expect=1)

    (file,) = (one for one in (SEEDS / "demo").glob("*/needs.jsonl") if first.key in one.read_text("utf-8"))
    lines = file.read_text("utf-8").splitlines()
    (number,) = (at for at, line in enumerate(lines, start=1) if json.loads(line)["key"] == first.key)
    assert result.output.splitlines()[0] == (
        f"{file.relative_to(ROOT)}:{number}: key: is not in the database; run `matchmaker seed --demo`"
    )


def test_a_check_makes_no_database(run_seed: Seed, database: Path) -> None:
    run_seed("--check")

    assert not database.exists()


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    header = "key,title,title_en,publisher,number,issued_on,note"
    rows = ['A,甲,a,,,,"two\nlines"', "B,乙,b,,,not a day,", "C,丙,c"]
    (tmp_path / "seeds/documents.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    reader = Reader(tmp_path / "seeds")

    read = reader.csv("documents.csv", DocumentRow)

    assert [row.key for row in read] == ["A"]
    assert [(problem.place.line, problem.field) for problem in reader.problems] == [(4, "issued_on"), (5, "row")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "file: is missing"),
        (b"key,title\n", "header: should hold key, title, title_en"),
        (b"\xff\xfe", "file: is not UTF-8 at byte 0"),
        (b'key,"title\n', "file: is not well-formed CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "documents.csv").write_bytes(content)
    reader = Reader(tmp_path)

    assert reader.csv("documents.csv", DocumentRow) == []
    assert said in str(reader.problems[0])
