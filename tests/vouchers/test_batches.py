"""A batch from its opening to the bank and back: what it fixes, who may, and that nothing is paid twice."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import clock, spreadsheets
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger.queries import account_by_code
from matchmaker.vouchers import accounts
from matchmaker.vouchers.clearing import operations, queries, rules, writing
from matchmaker.vouchers.clearing.models import Batch, BatchItem, BatchState, Outcome
from matchmaker.vouchers.clearing.rules import Line
from matchmaker.vouchers.clearing.writing import Encoding, Sheet
from matchmaker.vouchers.redemptions import operations as redemptions
from matchmaker.vouchers.redemptions import recalls, seams
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.schemes.models import Scheme
from tests.support import cast, claims, money
from tests.support.databases import Database
from tests.support.money import WAN, acting

At = Callable[[str], None]


def posted(session: Session, code: str) -> int:
    found = session.scalars(account_by_code(code)).one_or_none()
    return found.posted_fen if found else 0


def sums(session: Session, batch: Batch, scheme: Scheme) -> tuple[int, int, int]:
    """Return what is payable, on its way in the batch, and paid."""
    return (
        posted(session, accounts.payable_code(scheme.code, cast.HERE)),
        posted(session, accounts.clearing_code(batch.id)),
        posted(session, accounts.paid_code(scheme.code, cast.HERE)),
    )


def two(session: Session) -> Scheme:
    """Leave two claims of one scheme payable."""
    scheme = money.scheme(session, publicity_days=0)
    for fen in (2 * WAN, 1 * WAN):
        claims.approved(session, claims.use(session, scheme, fen))
    return scheme


def test_a_batch_takes_in_what_is_payable_and_moves_it_when_it_is_sealed(book: Database) -> None:
    with book.writing() as session:
        scheme = two(session)
        with acting(session, money.FIRST):
            batch = operations.open_(session, cast.HERE)
            assert sums(session, batch, scheme) == (15_000_00, 0, 0)
            operations.seal(session, batch)
        assert sums(session, batch, scheme) == (0, 15_000_00, 0)
        assert (batch.item_count, batch.total_fen) == (2, 15_000_00)
        with claims.acting_as(session, claims.third(session)):
            operations.approve(session, batch)
            operations.export(session, batch)
        with acting(session, money.FIRST):
            operations.settle(session, batch, failed={}, on=clock.today())
        assert sums(session, batch, scheme) == (0, 0, 15_000_00)
        states = session.scalars(select(Redemption.state)).all()

    assert batch.state is BatchState.SETTLED
    assert set(states) == {RedemptionState.PAID}


def test_failed_payments_go_back_to_review_and_their_amounts_are_held_again(book: Database) -> None:
    with book.writing() as session:
        scheme = two(session)
        batch = claims.exported(session)
        items = session.scalars(queries.items_of(batch.id)).all()
        with acting(session, money.FIRST):
            operations.settle(session, batch, failed={items[0].id: "账号与户名不符"}, on=clock.today())
        assert sums(session, batch, scheme) == (0, 0, 5_000_00)
        failed = session.get_one(Redemption, items[0].redemption_id)
        voucher = session.scalars(account_by_code(accounts.voucher_code(failed.voucher_id))).one()
        assert (voucher.posted_fen, voucher.available_fen) == (5 * WAN, 4 * WAN)
        assert (failed.state, failed.approved_fen) == (RedemptionState.FAILED, None)
        assert batch.state is BatchState.PARTLY_FAILED

        with acting(session, money.FIRST):
            review.return_(session, failed, {"payee": "请更正账号"})
        with acting(session, money.APPLICANT):
            redemptions.file(session, failed)
        with acting(session, money.FIRST):
            review.agree(session, failed)
        with acting(session, money.SECOND):
            review.approve(session, failed, failed.claimed_fen)
        again = claims.exported(session)
        with acting(session, money.FIRST):
            operations.settle(session, again, failed={}, on=clock.today())
        assert sums(session, again, scheme) == (0, 0, 15_000_00)

    assert failed.state is RedemptionState.PAID


def test_whoever_sealed_or_reviewed_any_item_cannot_approve(book: Database) -> None:
    with book.writing() as session:
        two(session)
        third = claims.third(session)
        with claims.acting_as(session, third):
            batch = operations.open_(session, cast.HERE)
            operations.seal(session, batch)
    for role in (money.FIRST, money.SECOND):
        with pytest.raises(Forbidden), book.writing() as session, acting(session, role):
            operations.approve(session, session.get_one(Batch, batch.id))
    with pytest.raises(Forbidden), book.writing() as session, claims.acting_as(session, third):
        operations.approve(session, session.get_one(Batch, batch.id))
    with book.reading() as session:
        assert session.get_one(Batch, batch.id).state is BatchState.SEALED


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE redemption SET payee_account = '6222000000000000'",
        "UPDATE redemption SET payee_name = '别的公司'",
        "UPDATE clearing_item SET amount_fen = amount_fen + 1",
        "UPDATE redemption SET approved_fen = approved_fen - 1",
        "UPDATE clearing_item SET outcome = 'taken_out' WHERE id = 1",
    ],
)
def test_what_was_changed_behind_a_seal_is_neither_approved_nor_sent(database: Database, change: str) -> None:
    with database.writing() as session:
        two(session)
        batch = claims.sealed(session)
        third = claims.third(session)
        session.execute(text(change))
    with pytest.raises(Conflict), database.writing() as session, claims.acting_as(session, third):
        operations.approve(session, session.get_one(Batch, batch.id))


def test_a_sealed_batch_keeps_its_items_until_it_is_opened_again(book: Database) -> None:
    with book.writing() as session:
        scheme = two(session)
        batch = claims.sealed(session)
        item = session.scalars(queries.items_of(batch.id)).first()
        assert item is not None
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.FIRST):
        operations.take_out(session, session.get_one(BatchItem, item.id))
    with book.writing() as session, acting(session, money.SECOND):
        operations.refuse(session, session.get_one(Batch, batch.id), "一笔需再核")
        operations.take_out(session, session.get_one(BatchItem, item.id))
        found = session.get_one(Batch, batch.id)
        assert sums(session, found, scheme) == (15_000_00, 0, 0)
        operations.seal(session, found)
        assert sums(session, found, scheme) == (15_000_00 - found.total_fen, found.total_fen, 0)  # type: ignore[operator]  # sealed

    assert found.item_count == 1


def test_a_sealed_batch_is_not_opened_beside_another(book: Database) -> None:
    with book.writing() as session:
        two(session)
        batch = claims.sealed(session)
        scheme = money.scheme(session, key="more", publicity_days=0)
        claims.approved(session, claims.use(session, scheme, 1 * WAN))
        with acting(session, money.FIRST):
            operations.open_(session, cast.HERE)
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.FIRST):
        operations.refuse(session, session.get_one(Batch, batch.id), "一笔需再核")


def test_nothing_is_in_two_live_batches_whatever_program_asks(book: Database) -> None:
    with book.writing() as session:
        two(session)
        batch = claims.sealed(session)
        item = session.scalars(queries.items_of(batch.id)).first()
        assert item is not None
    with pytest.raises(IntegrityError), book.writing() as session:
        session.add(BatchItem(batch_id=batch.id, redemption_id=item.redemption_id, amount_fen=item.amount_fen))
        session.flush()


def test_a_dissolved_batch_frees_its_items_for_another(book: Database) -> None:
    with book.writing() as session, acting(session, money.FIRST):
        two(session)
    with book.writing() as session, acting(session, money.FIRST):
        first = operations.open_(session, cast.HERE)
        operations.dissolve(session, first)
        second = operations.open_(session, cast.HERE)
        assert len(session.scalars(queries.items_of(second.id)).all()) == 2

    assert first.id != second.id


def test_an_empty_batch_is_not_opened(book: Database) -> None:
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.FIRST):
        operations.open_(session, cast.HERE)


def test_what_does_not_reconcile_stops_clearing(book: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_session: Session) -> None:
        raise Conflict(seams.STOPPED)

    with book.writing() as session:
        two(session)
    monkeypatch.setattr(seams, "_gates", [stop])
    with pytest.raises(Conflict), book.writing() as session:
        claims.sealed(session)


def test_a_payment_is_not_dated_before_it_was_sent_or_after_today(book: Database, at: At) -> None:
    at("2026-11-10T10:00")
    with book.writing() as session:
        two(session)
        batch = claims.exported(session)
    for day in ("2026-11-09", "2026-11-11"):
        with pytest.raises(Invalid) as refused, book.writing() as session, acting(session, money.FIRST):
            found = session.get_one(Batch, batch.id)
            operations.settle(session, found, failed={}, on=clock.today().fromisoformat(day))
        assert refused.value.field == "settled_on"


def test_what_was_changed_behind_a_seal_is_not_settled(database: Database) -> None:
    with database.writing() as session:
        two(session)
        batch = claims.exported(session)
    with database.writing() as session:
        session.execute(text("UPDATE redemption SET payee_account = '6222000000000000'"))
    with pytest.raises(Conflict), database.writing() as session, acting(session, money.FIRST):
        operations.settle(session, session.get_one(Batch, batch.id), failed={}, on=clock.today())


def test_a_proposal_to_claw_back_is_dropped_by_whoever_made_it(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.paid(session)
        with acting(session, money.FIRST):
            recalls.ask_back(session, redemption, "成果造假")
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.SECOND):
        recalls.drop(session, session.get_one(Redemption, redemption.id))
    with book.writing() as session:
        found = session.get_one(Redemption, redemption.id)
        with acting(session, money.FIRST):
            recalls.drop(session, found)
        assert (found.state, found.recall_by_id, found.recall_reason) == (RedemptionState.PAID, None, "")
        with acting(session, money.SECOND), pytest.raises(Conflict):
            recalls.claw_back(session, found)
        with acting(session, money.FIRST), pytest.raises(Conflict):
            recalls.drop(session, found)
        # It may be proposed anew.
        with acting(session, money.SECOND):
            recalls.ask_back(session, found, "成果造假，已核实")


def test_paid_money_is_clawed_back_by_two_people(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.paid(session)
        with acting(session, money.FIRST):
            recalls.ask_back(session, redemption, "成果造假")
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.FIRST):
        recalls.claw_back(session, session.get_one(Redemption, redemption.id))
    with book.writing() as session, acting(session, money.SECOND):
        found = session.get_one(Redemption, redemption.id)
        scheme = session.get_one(Scheme, found.scheme_id)
        before = posted(session, accounts.pool_code(scheme.code, cast.HERE))
        recalls.claw_back(session, found)
        assert posted(session, accounts.pool_code(scheme.code, cast.HERE)) == before + 1 * WAN
        assert posted(session, accounts.paid_code(scheme.code, cast.HERE)) == 0

    assert found.state is RedemptionState.CLAWED_BACK


EVIL = Line(7, "R2026-000007", '=HYPERLINK("http://x")', "＋cmd|' /C calc'!A0", "6222021305001234567", 12_345_67)
PLAIN = Line(8, "R2026-000008", "绍兴锦程印染有限公司", "绍兴银行,越城支行", "0012345678", 100)


def sheet(*lines: Line) -> Sheet:
    return Sheet("B2026-00001", lines, "a" * 64)


@pytest.mark.parametrize("encoding", Encoding)
def test_a_banks_csv_has_exact_amounts_and_no_formulas(encoding: Encoding) -> None:
    data = writing.bank_csv(sheet(EVIL, PLAIN), "zh", encoding)
    text = data.decode("utf-8-sig" if encoding is Encoding.UTF_8 else "gb18030")
    _headings, first, second = list(csv.reader(io.StringIO(text)))

    assert first[2].startswith("'=") and first[4].startswith("'＋")
    assert first[5] == "12345.67" and second[5] == "1.00"
    assert second[3] == "0012345678" and second[4] == "绍兴银行,越城支行"


def test_a_banks_text_begins_with_number_and_sum_and_has_one_line_for_each() -> None:
    lines = writing.bank_text(sheet(EVIL, PLAIN), "zh", Encoding.GB18030).decode("gb18030").split("\r\n")

    assert lines[0] == "B2026-00001|2|12346.67"
    assert [line.count("|") for line in lines[1:3]] == [4, 4]


def test_a_workbook_holds_texts_and_numbers_only() -> None:
    data = writing.workbook(sheet(EVIL, PLAIN), "zh")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()

    assert rows[1][2] == "'" + EVIL.payee_name and rows[1][3] == EVIL.payee_account
    assert rows[1][5] == 12_345.67 and rows[3][5] == 12_346.67
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@given(st.text(max_size=30))
def test_no_cell_begins_as_a_formula_does(words: str) -> None:
    assert not spreadsheets.safe(words).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    assert "\n" not in spreadsheets.safe(words)


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=6, unique=True))
def test_a_seal_does_not_depend_on_the_order_and_changes_with_any_amount(amounts: list[int]) -> None:
    lines = [Line(number, f"R{number}", "甲", "乙", "12345678", fen) for number, fen in enumerate(amounts)]

    assert rules.seal("B1", lines) == rules.seal("B1", lines[::-1])
    changed = [*lines[:-1], Line(len(lines) - 1, lines[-1].number, "甲", "乙", "12345678", amounts[-1] + 1)]
    assert rules.seal("B1", lines) != rules.seal("B1", changed)
    assert rules.seal("B1", lines) != rules.seal("B2", lines)


def test_a_settled_batch_is_not_settled_again(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.paid(session)
        item = session.scalars(select(BatchItem).where(BatchItem.redemption_id == redemption.id)).one()
        batch = session.get_one(Batch, item.batch_id)
        assert item.outcome is Outcome.PAID
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.FIRST):
        operations.settle(session, session.get_one(Batch, batch.id), failed={item.id: "退票"}, on=clock.today())
