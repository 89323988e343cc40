"""What is odd about a few of the demo's claims, so that flags have something to find; and what a reviewer answered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.seeding.files import Key, MaybeText, Problem, Row
from matchmaker.vouchers.flags import operations
from matchmaker.vouchers.flags.models import Flag
from matchmaker.vouchers.flags.rules import Rule, Shared
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.schemes.rules import EvidenceKind

#: Who answers: a reviewer who has seen to none of these claims.
_ANSWERING = "third@demo.example"
_SOURCE = "演示数据，非真实登记信息"


class OddityRow(Row):
    """What is odd about the claim on a voucher; ``split`` and ``two_schemes`` lie in the vouchers themselves."""

    voucher: Key
    what: Literal["related", "early", "duplicate", "split", "two_schemes"]
    #: Of "duplicate", whose report was sent again.
    other: Key | None
    #: Of "related", the name of the invented legal representative of both sides.
    value: MaybeText
    #: Why it is in order, as a reviewer says; "" while nobody has looked.
    answer: MaybeText


class Oddities:
    """What differs about the claims, by voucher."""

    def __init__(self, rows: Sequence[OddityRow]) -> None:
        self.rows = {row.voucher: row for row in rows}

    def page(self, key: str, name: str) -> str:
        """Return the words of a paper: those of another claim's where its report was sent again."""
        row = self.rows.get(key)
        return f"{row.other if row and row.other and name == '检测报告' else key} {name}"

    def issued_on(self, key: str, kind: EvidenceKind, *, today: date) -> date:
        """Return the day that stands on a paper: of an early report, one before the contract."""
        row = self.rows.get(key)
        early = row is not None and row.what == "early" and kind is EvidenceKind.RESULT
        return today - timedelta(days=20 if early else 2)


def problems(rows: Sequence[OddityRow], vouchers: set[str]) -> Iterator[Problem]:
    """Yield the vouchers named that nothing else knows."""
    for row in rows:
        for field in ("voucher", "other"):
            name = getattr(row, field)
            if name is not None and name not in vouchers:
                yield row.fault(field, f"unknown {name!r}")


def note(
    session: Session,
    odd: Oddities,
    organisations: Mapping[str, Organisation],
    sides: Mapping[str, tuple[str, str]],
) -> None:
    """Note what two sides have in common, before their claim is filed; ``sides`` are the keys of both, by voucher."""
    for row in odd.rows.values():
        if row.what == "related" and row.voucher in sides:
            for key in sides[row.voucher]:
                operations.note_fact(
                    session, organisations[key].id, kind=Shared.LEGAL_PERSON, value=row.value, source=_SOURCE
                )


def answer(session: Session, odd: Oddities, keys: set[str], act_as: Callable[[str], None]) -> None:
    """Let a reviewer answer the flags of these vouchers' claims that are to be answered."""
    for key in sorted(keys & odd.rows.keys()):
        row = odd.rows[key]
        flag = session.scalars(
            select(Flag)
            .join(Redemption, Redemption.id == Flag.redemption_id)
            .join(Use, Use.id == Redemption.use_id)
            .join(Voucher, Voucher.id == Use.voucher_id)
            .where(Voucher.key == key, Flag.rule == Rule(row.what))
        ).first()
        if row.answer and flag is not None and flag.stands:
            act_as(_ANSWERING)
            operations.override(session, flag, row.answer)
