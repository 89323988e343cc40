"""The worked examples of ``docs/ledger.md``, run as they are printed."""

import re

import pytest

from matchmaker.errors import DomainError
from matchmaker.ledger import operations, queries
from matchmaker.ledger.models import Account, Guard, Transfer
from matchmaker.resources import ROOT
from tests.ledger.conftest import check
from tests.support.databases import Database

PAGE = (ROOT / "docs/ledger.md").read_text(encoding="utf-8")
WORLD = {"treasury"}


def examples() -> dict[str, list[list[str]]]:
    """Return the steps of every example by its heading."""
    found = {}
    for section in PAGE.split("\n### ")[1:]:
        rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
        found[section.splitlines()[0]] = rows[2:]
    return found


def fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part)


class Book:
    """Carries the steps of one example out."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reservations: list[int] = []
        self.payments: list[int] = []

    def run(self, step: str, debit: str, credit: str, yuan: str) -> None:
        verb, _, number = step.partition(" ")
        with self.database.writing() as session:
            accounts = {
                code: operations.open_account(session, code, guard=Guard.NONE if code in WORLD else Guard.CREDIT)
                for code in (debit, credit)
            }
            values = {"debit": accounts[debit], "credit": accounts[credit], "amount_fen": fen(yuan), "purpose": verb}
            if verb == "post":
                made = operations.post(session, **values)
                self.payments += [made.id] if debit not in WORLD else []
            elif verb == "reserve":
                self.reservations.append(operations.reserve(session, **values).id)
            elif verb == "reverse":
                operations.reverse(session, session.get_one(Transfer, self.payments[int(number) - 1]), purpose=verb)
            else:
                held = session.get_one(Transfer, self.reservations[int(number) - 1])
                if verb == "settle":
                    operations.settle(session, held, amount_fen=fen(yuan), purpose=verb)
                else:
                    operations.void(session, held, purpose=verb)

    def holds(self, claim: str) -> None:
        code, said = re.fullmatch(r"([\w-]+): (.*)", claim).groups()  # type: ignore[union-attr]  # the page is ours
        with self.database.reading() as session:
            account: Account = session.scalars(queries.account_by_code(code)).one()
            values = {
                "balance": account.posted_fen,
                "held": account.debits_pending,
                "available": account.available_fen,
            }
        for part in said.split(", "):
            name, yuan = part.split(" ")
            assert values[name] == fen(yuan), claim


def test_the_page_has_its_examples() -> None:
    assert len(examples()) == 4
    assert all(len(steps) >= 3 for steps in examples().values())


@pytest.mark.parametrize("name", examples())
def test_the_page_says_what_the_ledger_does(database: Database, name: str) -> None:
    book = Book(database)
    for step, debit, credit, yuan, then in examples()[name]:
        claims = then.split("; ")
        if claims[0] == "refused":
            with pytest.raises(DomainError):
                book.run(step, debit, credit, yuan)
        else:
            book.run(step, debit, credit, yuan)
        for claim in claims:
            if claim != "refused":
                book.holds(claim)
    check(database)
