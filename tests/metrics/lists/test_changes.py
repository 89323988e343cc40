"""How two periods differ, and the hash over what was frozen: properties over invented rows."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.metrics.lists.models import ListKind
from matchmaker.metrics.lists.rules import Change, Row, compare, seal

CELLS = st.fixed_dictionaries({"title": st.sampled_from("甲乙丙"), "state": st.sampled_from(["open", "solved"])})
TABLES = st.dictionaries(st.sampled_from("123456"), CELLS, max_size=6)


def rows(table: dict[str, dict[str, Any]]) -> list[Row]:
    return [Row(key, int(key), cells) for key, cells in table.items()]


@given(TABLES, TABLES)
def test_what_differs_leads_from_one_period_to_the_other(before: dict[str, Any], now: dict[str, Any]) -> None:
    found = compare(rows(before), rows(now), ["title", "state"])

    rebuilt = {key: dict(cells) for key, cells in before.items()}
    for one in found:
        if one.change is Change.GONE:
            del rebuilt[one.row.key]
        elif one.change is Change.NEW:
            rebuilt[one.row.key] = dict(one.row.cells)
        else:
            assert one.columns
            rebuilt[one.row.key] |= {name: one.row.cells[name] for name in one.columns}
    assert rebuilt == now
    assert len({one.row.key for one in found}) == len(found)


@given(TABLES)
def test_a_period_does_not_differ_from_itself(table: dict[str, Any]) -> None:
    assert compare(rows(table), rows(table), ["title", "state"]) == []


@given(TABLES, TABLES)
def test_the_seal_tells_other_rows_apart_and_knows_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    seals = [seal({ListKind.NEEDS: rows(table)}) for table in (one, other)]

    assert (seals[0] == seals[1]) == (list(one.items()) == list(other.items()))
    assert seal({ListKind.NEEDS: rows(one)}) == seals[0]
