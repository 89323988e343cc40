"""Saved indexes: the same when opened again, and never half right."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import Document, Index, IndexDamaged, storage
from tests.matching.texts import OFFERINGS, WORDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Index.build(OFFERINGS).save(tmp_path / "index")
    return tmp_path / "index"


def told(index: Index) -> list[object]:
    return [
        (match.id, match.score, match.band, match.reasons)
        for word in WORDS
        for match in index.search(Document("", body=word), where=~index.where(kind="result"))
    ]


def test_an_opened_index_answers_as_the_built_one(folder: Path) -> None:
    built, opened = Index.build(OFFERINGS), Index.open(folder)

    assert told(opened) == told(built)
    assert len(opened) == len(built)
    assert told(opened.with_changes([OFFERINGS[0]], ["o-laser"])) == told(
        built.with_changes([OFFERINGS[0]], ["o-laser"])
    )


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    Index.build([]).save(tmp_path)

    assert len(Index.open(tmp_path)) == 0
    assert len(Index.open(tmp_path).with_changes(OFFERINGS, [])) == 5


def test_saving_again_replaces_the_index_and_leaves_the_opened_one_alone(folder: Path) -> None:
    opened = Index.open(folder)
    before = told(opened)

    Index.build(OFFERINGS[:2]).save(folder)

    assert told(opened) == before
    assert len(Index.open(folder)) == 2
    assert len(list(folder.iterdir())) == 2


def test_an_opened_index_can_be_saved_elsewhere(folder: Path, tmp_path: Path) -> None:
    Index.open(folder).save(tmp_path / "copy")

    assert told(Index.open(tmp_path / "copy")) == told(Index.open(folder))


def test_an_index_with_changes_is_not_saved(folder: Path) -> None:
    with pytest.raises(ValueError, match="build it anew"):
        Index.open(folder).with_changes([], ["o-metal"]).save(folder)


def test_a_write_that_fails_leaves_the_old_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write_durably", fail)
    with pytest.raises(OSError, match="No space"):
        Index.build(OFFERINGS[:1]).save(folder)

    assert len(Index.open(folder)) == 5


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match=r"index\.json is missing"):
        Index.open(tmp_path / "nowhere")


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("which", [0, 1])
def test_a_missing_file_is_noticed(folder: Path, which: int) -> None:
    files(folder)[which].unlink()

    with pytest.raises(IndexDamaged, match="missing"):
        Index.open(folder)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_file_cut_short_is_noticed(folder: Path, which: int, share: float) -> None:
    path = files(folder)[which]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(IndexDamaged):
        Index.open(folder)


@pytest.mark.parametrize("which", [0, 1])
def test_one_flipped_bit_anywhere_is_noticed(folder: Path, which: int) -> None:
    path = files(folder)[which]
    content = path.read_bytes()
    for at in range(0, len(content), max(1, len(content) // 150)):
        damaged = bytearray(content)
        damaged[at] ^= 1 << (at % 8)
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged):
            Index.open(folder)
    path.write_bytes(content)
    assert len(Index.open(folder)) == 5


def test_a_large_file_with_a_flipped_bit_never_breaks_a_search_and_is_noticed_by_the_check(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bits all through it, as if the file were too large to be checked when it is opened."""
    (path,) = folder.glob("postings-*")
    content = path.read_bytes()
    monkeypatch.setattr(storage, "CHECKED_AT_ONCE", 0)
    needs = [Document("", body="ICP-MS 重金属检测 GB/T 3920 gears 模具激光淬火 色牢度")]

    assert not Index.is_checked_on_opening(folder)
    arrays = storage._described(folder)["postings"]["arrays"].values()
    # Large arrays would take all the time: a few bits of each.
    places = [place["at"] + at for place in arrays for at in range(0, place["size"], max(1, place["size"] // 8))]
    for at in places:
        damaged = bytearray(content)
        damaged[at] ^= 1 << (at % 8)
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged):
            Index.verify(folder)
        try:
            index = Index.open(folder).ranked_by(None)
            index.search_many(needs)
        except (IndexDamaged, ValueError, IndexError):
            continue


def test_a_longer_file_is_noticed(folder: Path) -> None:
    for path in files(folder):
        content = path.read_bytes()
        path.write_bytes(content + b"x")
        with pytest.raises(IndexDamaged):
            Index.open(folder)
        path.write_bytes(content)


def test_an_index_of_an_older_version_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "FORMAT", storage.FORMAT + 1)

    with pytest.raises(IndexDamaged, match="another version"):
        Index.open(folder)


#: What can happen to bytes on a disk: some are overwritten, lost, doubled, or a page comes back empty.
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["overwrite", "lose", "insert", "double", "blank"]),
        st.floats(0, 1),
        st.binary(min_size=1, max_size=40),
    ),
    min_size=1,
    max_size=4,
)


def edited(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, share, piece in edits:
        at = int(share * len(content))
        rest = content[at + len(piece) :]
        middle = {
            "overwrite": piece,
            "lose": b"",
            "insert": piece + content[at : at + len(piece)],
            "double": 2 * content[at : at + len(piece)],
            "blank": bytes(len(piece)),
        }[kind]
        content = content[:at] + middle + rest
    return content


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("saved")
    Index.build(OFFERINGS).save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=300, deadline=None)
@given(which=st.integers(0, 1), edits=EDITS)
def test_whatever_happens_to_its_bytes_an_index_is_opened_whole_or_not_at_all(
    saved: dict[str, bytes], which: int, edits: list[tuple[str, float, bytes]]
) -> None:
    name = sorted(saved)[which]
    content = edited(saved[name], edits)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for other, whole in saved.items():
            (folder / other).write_bytes(content if other == name else whole)
        if content == saved[name]:
            assert len(Index.open(folder)) == len(OFFERINGS)
        else:
            with pytest.raises(IndexDamaged):
                Index.open(folder)
