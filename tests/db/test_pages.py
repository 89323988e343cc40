"""Pages of long lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matchmaker.accounts.models import Organisation
from matchmaker.db.pages import Page, counts_by, page_of
from tests.support.databases import Database

#: How many organisations the cast has.
TOTAL = 8


@given(total=st.integers(0, 500), number=st.integers(1, 40), size=st.integers(1, 60))
def test_the_pages_of_a_list_cover_it_without_gap_or_overlap(total: int, number: int, size: int) -> None:
    pages = [
        Page(rows=range(min(size, total - at)), number=at // size + 1, total=total, size=size)
        for at in range(0, total, size)
    ]

    assert [row for page in pages for row in range(page.first, page.last + 1)] == list(range(1, total + 1))
    assert all(page.count == max(1, len(pages)) for page in pages)


def test_an_empty_list_has_one_page_without_rows() -> None:
    page: Page[int] = Page(rows=[], number=1, total=0)

    assert (page.count, page.first, page.last) == (1, 0, 0)


@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (2, 2), (3, 3), (4, 3), (10**9, 3), (10**30, 3), (0, 1), (-5, 1)])
def test_a_number_past_either_end_shows_the_nearest_page(either_database: Database, asked: int, shown: int) -> None:
    with either_database.reading() as session:
        page = page_of(session, select(Organisation).order_by(Organisation.id), number=asked, size=3)

    assert (page.number, page.total, page.count) == (shown, TOTAL, 3)
    assert len(page.rows) == (3 if shown < 3 else 2)


def test_pages_one_after_another_show_every_row_once(database: Database) -> None:
    with database.reading() as session:
        statement = select(Organisation).order_by(Organisation.id)
        shown = [row.id for number in (1, 2, 3) for row in page_of(session, statement, number=number, size=3).rows]

        assert shown == [row.id for row in session.scalars(statement)]


def test_counts_add_up_to_the_list(either_database: Database) -> None:
    with either_database.reading() as session:
        counts = counts_by(session, select(Organisation), Organisation.kind)

    assert sum(counts.values()) == TOTAL
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
