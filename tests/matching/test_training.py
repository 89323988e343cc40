"""Learning the second stage's weights, from labels and from use."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from matchmaker.matching import Document, Index, derived, learning, retraining, training, use
from matchmaker.matching.commands import match
from matchmaker.matching.evaluation import paired_chance
from matchmaker.matching.learning import Measured
from matchmaker.matching.reranking import GATES, NAMES, Model, shipped_model
from matchmaker.matching.training import Quality
from matchmaker.matching.trec import BadFile, Topic
from matchmaker.matching.use import Label, Verdict

TITLE = NAMES.index("title")
GATED = np.array([1.0, 0.5, 0.0, 0.0])


def query(number: int, *, told_by: int) -> tuple[str, Measured]:
    """One relevant document among twenty, the one with the most of one feature."""
    table = np.random.default_rng(number).random((20, len(NAMES))).astype(np.float32)
    grades = np.zeros(20)
    grades[int(np.argmax(table[:, told_by]))] = 1
    return f"q{number}", Measured(table, GATED, grades, 1.0)


def mean(queries: Sequence[tuple[str, Measured]], weights: np.ndarray) -> float:
    return float(np.mean([learning.ndcg(one, learning.values(one, weights)) for _, one in queries]))


def test_the_feature_that_tells_is_learned_and_helps_on_queries_never_seen() -> None:
    seen = [query(number, told_by=TITLE) for number in range(700)]
    unseen = [query(number, told_by=TITLE) for number in range(1_000, 1_100)]

    weights = learning.learn([one for _, one in seen])

    start = np.zeros((len(GATES), len(NAMES)))
    start[0, 0] = learning.START
    assert mean(unseen, weights) > mean(unseen, start) + 0.2
    assert np.argmax(weights[0]) in (0, TITLE)
    assert np.array_equal(weights, learning.learn([one for _, one in seen]))


def test_queries_without_an_answer_among_the_candidates_teach_nothing() -> None:
    taught = [query(number, told_by=TITLE)[1] for number in range(20)]
    silent = taught[0]._replace(grades=np.zeros(20))

    assert np.array_equal(learning.learn(taught), learning.learn([*taught, silent]))


def test_the_best_order_has_ndcg_one() -> None:
    _, one = query(1, told_by=TITLE)

    assert learning.ndcg(one, one.table[:, TITLE].astype(float)) == pytest.approx(1)
    assert learning.ideal([0, 1, 2]) == pytest.approx(2 + 1 / np.log2(3))


def test_means_that_differ_by_chance_have_a_high_probability() -> None:
    chance = np.random.default_rng(1)
    one = chance.random(200)

    assert paired_chance(one, one) == 1
    assert paired_chance(one, one + chance.normal(0, 0.1, 200)) > 0.05
    assert paired_chance(one, one + 0.05) < 0.001


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A corpus of forty documents whose needs share a rare word with their answer."""
    words = [f"{first}{second}机" for first in "甲乙丙丁戊己庚辛" for second in "金木水火土"]
    folder = tmp_path / "data" / "small"
    folder.mkdir(parents=True)
    corpus = [
        {
            "id": f"d{n}",
            "title": f"{word}的检测与维修",
            "text": f"本院检测{word}，出具报告，当天可取。" * 2,
            "keywords": [word, "检测", "维修"],
        }
        for n, word in enumerate(words)
    ]
    needs = [
        {
            "id": f"n{n}",
            "title": "",
            "text": f"我们厂里的{word}经常停下来，修过几次，效果不好，想请人检测。" * 2,
            "exclude": [],
        }
        for n, word in enumerate(words)
    ]
    for name, rows in (("corpus.jsonl", corpus), ("need_queries.jsonl", needs)):
        (folder / name).write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
    (folder / "need_qrels.tsv").write_text("".join(f"n{n}\td{n}\t1\n" for n in range(len(words))), encoding="utf-8")
    return tmp_path / "data"


def test_training_queries_are_derived_without_labels_and_asked_of_documents_that_do_not_show_them(data: Path) -> None:
    (corpus,) = derived.read(data)
    sets = {one.name: one for one in corpus.sets}

    assert {"need", "need, one clause", "need, two clauses", "titles", "keywords", "two keywords"} <= sets.keys()
    clause = sets["need, one clause"].topics[0].document.body
    assert clause == "我们厂里的甲金机经常停下来，"
    assert all(document.title == "" for document in corpus.variants[sets["titles"].corpus])
    assert all(document.keywords == () for document in corpus.variants[sets["keywords"].corpus])


def test_what_is_learned_is_cross_validated_and_reads_back(data: Path, tmp_path: Path) -> None:
    sets = training.measured_sets(data, lambda _: None)
    quality = training.cross_validated(sets, lambda _: None)
    weights = training.weights_of(sets, taken=lambda *_: True)
    training.write(tmp_path / "weights.json", weights, {})

    assert quality.keys() == sets.keys()
    assert all(0 <= one.by_query <= 1 for one in quality.values())
    told = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert np.allclose(Model.of(told["features"]).weights, weights, atol=1e-3)
    assert weights[0, NAMES.index("industry")] == learning.PRIORS["industry"], "no labelled corpus has industries"
    assert weights[0, NAMES.index("models")] >= learning.LEAST["models"] > 0


def test_weights_that_do_no_better_are_refused(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "cross_validated", lambda *_: {"small/need": Quality(40, 0.5, 0.5, 0.5)})

    result = CliRunner().invoke(match, ["train", str(data), "--out", str(tmp_path / "weights.json")])

    assert result.exit_code == 1
    assert "nothing was written" in result.output
    assert not (tmp_path / "weights.json").exists()


def test_a_folder_without_a_corpus_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(match, ["train", str(tmp_path)])

    assert "holds no corpus.jsonl" in result.output


NEED = Document("n1", "激光淬火", "模具不够硬")


def test_an_opening_far_down_the_list_counts_more_than_one_at_the_top() -> None:
    opened = [use.grade(Label(NEED, "o-1", position, "opened")) for position in (1, 5, 10, 1_000)]

    assert opened == sorted(opened)
    assert opened[0] == 1
    assert opened[-1] == use.MOST_WEIGHT
    assert use.grade(Label(NEED, "o-1", 1, "signed")) > use.grade(Label(NEED, "o-1", 1, "contacted")) > opened[0]


def test_a_rejection_speaks_against_the_text_unless_something_else_was_the_reason() -> None:
    assert use.grade(Label(NEED, "o-1", 1, "rejected", "off topic")) == 0
    assert use.grade(Label(NEED, "o-1", 1, "rejected", "price")) == use.grade(Label(NEED, "o-1", 1, "opened"))


def test_labels_are_read_and_bad_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "use.jsonl"
    good = {"need": {"id": "n1", "title": "激光"}, "offering": "o-1", "position": 2, "event": "opened"}
    path.write_text(json.dumps(good) + "\n", encoding="utf-8")
    assert list(use.read(path)) == [Label(Document("n1", "激光"), "o-1", 2, "opened")]

    for bad in ("{", '{"need": {}}', json.dumps({**good, "event": "liked"}), json.dumps({**good, "position": 0})):
        path.write_text(json.dumps(good) + "\n" + bad + "\n", encoding="utf-8")
        with pytest.raises(BadFile, match="line 2"):
            list(use.read(path))


def test_needs_are_measured_with_the_best_that_happened_to_each_offering() -> None:
    index = Index.build([Document("o-1", "激光淬火"), Document("o-2", "激光"), Document("o-3", "模具")])
    labels = [Label(NEED, "o-1", 1, "opened"), Label(NEED, "o-1", 1, "signed"), Label(NEED, "o-3", 3, "shown")]

    ((name, one),) = use.measured(index, labels)

    assert name == "n1"
    assert sorted(one.grades) == [0, 0, 3]


def test_labels_that_contradict_the_text_may_not_change_the_weights() -> None:
    """What people opened has nothing to do with any feature, so nothing can be learned from it."""
    used = [query(number, told_by=TITLE) for number in range(120)]
    chance = np.random.default_rng(5)
    noise = [(name, one._replace(grades=chance.permutation(one.grades))) for name, one in used]
    lucky = Model(np.zeros((len(GATES), len(NAMES))))
    lucky.weights[0, TITLE] = 1.0

    assert not use.verdict(used, {}, lucky).may_ship
    assert use.verdict(noise, {}, shipped_model()).queries > 0


def test_labels_that_tell_something_new_may() -> None:
    used = [query(number, told_by=NAMES.index("brief")) for number in range(200)]

    found = use.verdict(used, {}, shipped_model())

    assert found.may_ship
    assert found.new > found.in_use
    assert found.chance < 0.05


def test_a_handful_of_labels_decides_nothing() -> None:
    assert not use.verdict([query(number, told_by=TITLE) for number in range(10)], {}, shipped_model()).may_ship
    assert not Verdict(30, 0.5, 0.5, 1.0).may_ship


def test_quality_is_told_set_by_set() -> None:
    lines = retraining.table({"small/need": Quality(40, 0.5, 0.6, 0.55)})

    assert lines[1].split() == ["small/need", "40", "0.5000", "0.6000", "0.5500"]


def test_outcomes_become_labels_by_where_the_offering_stands_today() -> None:
    index = Index.build([Document("o-1", "激光淬火", "模具"), Document("o-2", "激光"), Document("o-3", "纺织品")])
    outcomes = [
        use.Told(NEED, "o-1", "signed"),
        use.Told(NEED, "o-2", "failed", "price"),
        use.Told(NEED, "o-3", "talking"),
        use.Told(NEED, "o-2", "failed", "no_reply"),
    ]

    told = list(use.labels(outcomes, index))

    assert [(label.offering, label.position, label.event) for label in told] == [
        ("o-1", 1, "signed"),
        ("o-2", 2, "rejected"),
        ("o-2", 2, "contacted"),
    ]
    with pytest.raises(ValueError, match="liked"):
        list(use.labels([use.Told(NEED, "o-1", "liked")], index))


def test_outcomes_in_a_file_become_labels_that_training_reads(tmp_path: Path) -> None:
    outcomes, labels = tmp_path / "outcomes.jsonl", tmp_path / "labels.jsonl"
    need = {"id": "n1", "title": "激光淬火", "text": "模具不够硬"}
    outcomes.write_text(
        json.dumps({"need": need, "offering": "o-1", "state": "failed", "reason": "time"}) + "\n", encoding="utf-8"
    )
    Index.build([Document("o-1", "激光淬火")]).save(tmp_path / "index")

    result = CliRunner().invoke(match, ["labels", str(outcomes), str(tmp_path / "index"), "--out", str(labels)])

    assert result.exit_code == 0, result.output
    assert list(use.read(labels)) == [Label(NEED, "o-1", 1, "rejected", "time")]
    outcomes.write_text('{"need": {}}\n', encoding="utf-8")
    refused = CliRunner().invoke(match, ["labels", str(outcomes), str(tmp_path / "index")])
    assert f"{outcomes}, line 1" in refused.output


def shown(power: float, needs: int = 1_500) -> list[Label]:
    """Show ten matches of each need; people act on those they look at, and look at fewer the lower these stand."""
    chance, labels = np.random.default_rng(3), []
    for number in range(needs):
        for position, likely in enumerate(np.sort(chance.beta(1.2, 4.0, 10))[::-1].tolist(), start=1):
            acts = chance.random() < likely * position**-power
            event = "contacted" if acts else "shown"
            labels.append(Label(Document(f"n{number}"), f"o{position}", position, event, likely=max(likely, 1e-3)))
    return labels


@pytest.mark.parametrize("power", [0.0, 0.4, 1.1])
def test_how_attention_falls_is_measured_where_the_site_tells_what_it_showed(power: float) -> None:
    """Likelier matches stand higher, so what is asked for falls faster than attention does."""
    assert use.falls_by(shown(power)) == pytest.approx(power, abs=0.1)


def test_labels_weighed_by_that_are_worth_the_same_wherever_the_offering_stood() -> None:
    labels, chance = shown(1.1), np.random.default_rng(4)
    power = use.falls_by(labels)
    told = {
        position: [use.grade(one._replace(position=position, event=event), power=power)
                   for one in labels[:4_000]
                   for event in ("contacted" if chance.random() < 0.4 * position**-1.1 else "shown",)]
        for position in (1, 4)
    }  # fmt: skip
    first, fourth = (sum(own) / len(own) for own in told.values())

    assert fourth == pytest.approx(first, rel=0.15)


def visited(power: float, pages: int) -> list[tuple[np.ndarray, np.ndarray, list[Label]]]:
    """Show lists in the order of one feature to people who open what has most of another, as far down as they look.

    Each with its features, what really fits, and what became of it.
    """
    chance, found = np.random.default_rng(6), []
    for number in range(pages):
        table = chance.random((30, len(NAMES))).astype(np.float32)
        fits = np.isin(np.arange(30), np.argsort(-table[:, TITLE])[:3])
        labels = []
        for position, row in enumerate(np.argsort(-table[:, 0]).tolist(), start=1):
            likely = 0.9 if fits[row] else 0.1
            event = "opened" if chance.random() < likely * position**-power else "shown"
            labels.append(Label(Document(f"n{number}"), str(row), position, event, likely=likely))
        found.append((table, fits.astype(float), labels))
    return found


def test_planted_openings_teach_what_fits_and_not_what_stood_first(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = visited(0.7, 1_000)
    by_name = {labels[0].need.id: table for table, _, labels in pages}

    def measure(_index: object, topic: Topic, grades: dict[str, float], **_more: object) -> Measured:
        held = np.array([grades.get(str(row), 0.0) for row in range(30)])
        return Measured(by_name[topic.document.id], GATED, held, learning.ideal(held))

    def quality(weights: np.ndarray) -> float:
        unseen = [Measured(table, GATED, fits, learning.ideal(fits)) for table, fits, _ in pages[700:]]
        return mean([("", one) for one in unseen], weights)

    monkeypatch.setattr(training, "measure", measure)
    seen = [label for _, _, labels in pages[:700] for label in labels]
    told = use.measured(Index.build([]), seen)
    weighed = quality(learning.learn([one for _, one in told]))
    once_each = quality(learning.learn([one._replace(weight=1.0) for _, one in told]))
    monkeypatch.setattr(use, "falls_by", lambda _: 0.0)
    taken_as_they_are = quality(learning.learn([one for _, one in use.measured(Index.build([]), seen)]))

    assert np.mean([one.weight for _, one in told]) == pytest.approx(1)
    assert weighed > once_each + 0.1
    assert weighed > taken_as_they_are + 0.15


def test_without_what_was_shown_the_power_stays_what_it_was() -> None:
    assert use.falls_by([one._replace(likely=0.0) for one in shown(1.1)]) == use.FALLS_BY
    assert use.falls_by(shown(1.1, needs=20)) == use.FALLS_BY
    assert use.falls_by([one for one in shown(1.1) if one.event != "shown"]) == use.FALLS_BY


def test_where_the_site_knows_where_an_offering_stood_the_index_of_today_does_not_decide() -> None:
    index = Index.build([Document("o-1", "激光淬火", "模具"), Document("o-2", "激光")])

    (label,) = use.labels([use.Told(NEED, "o-2", "shown", position=7)], index)

    assert (label.position, label.event) == (7, "shown")
    assert label.likely > 0


def test_what_was_opened_where_nobody_knows_what_was_passed_over_says_nothing_of_attention(tmp_path: Path) -> None:
    index = Index.build([Document("o-1", "激光淬火", "模具"), Document("o-2", "激光")])
    outcomes = tmp_path / "outcomes.jsonl"
    line = {"need": {"id": "n1", "title": "激光淬火"}, "state": "opened", "position": 14}
    rows = [{**line, "offering": "o-1", "listed": False}, {**line, "offering": "o-2", "listed": True}]
    outcomes.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    beside, listed = use.labels(use.read_outcomes(outcomes), index)

    assert (beside.position, beside.event, beside.likely) == (14, "opened", 0)
    assert listed.likely > 0


def test_how_much_an_industry_counts_is_learned_from_use() -> None:
    """Offerings say the same, and people open those of their industry, wherever these stand."""
    names = ("dyeing", "tea", "glass")
    offers = [
        Document(f"{industry}-{number}", f"检测{number}", "取样三天出报告", facets={"industry": (industry,)})
        for industry in names
        for number in range(9)
    ]
    needs = [
        Document(f"n{number}-{of}", f"检测{number}", facets={"industry": (of,)}) for number in range(9) for of in names
    ]
    labels = [Label(need, f"{need.facets['industry'][0]}-{need.id[1]}", 3, "signed") for need in needs]

    told = [use._label(Path("use.jsonl"), 1, json.loads(use.line(label))) for label in labels]
    weights = learning.learn([one for _, one in use.measured(Index.build(offers), told)])

    assert told == labels
    assert weights[:, NAMES.index("industry")].sum() > 3 * learning.PRIORS["industry"]
    assert weights[0, NAMES.index("category")] == learning.PRIORS["category"]
