"""What a contract must say, what may become of it, and who speaks for which side. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from enum import Enum
from typing import Any, Self

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.rules import MAX_TITLE, check_text
from matchmaker.contracts.agreements.models import (
    Contract,
    ContractKind,
    ContractState,
    DevelopmentMode,
    ProposalState,
)
from matchmaker.contracts.introductions.models import Side
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l

#: The one table of moves. The second confirmation signs a draft; afterwards an end that one side asks for and the
#: other accepts.
ALLOWED = {
    ContractState.DRAFT: frozenset({ContractState.SIGNED}),
    ContractState.SIGNED: frozenset({ContractState.COMPLETED, ContractState.TERMINATED}),
    ContractState.COMPLETED: frozenset[ContractState](),
    ContractState.TERMINATED: frozenset[ContractState](),
}
#: What may become of what one side asks for.
ALLOWED_ANSWERS = {
    ProposalState.OPEN: frozenset({ProposalState.ACCEPTED, ProposalState.REFUSED, ProposalState.WITHDRAWN}),
    ProposalState.ACCEPTED: frozenset[ProposalState](),
    ProposalState.REFUSED: frozenset[ProposalState](),
    ProposalState.WITHDRAWN: frozenset[ProposalState](),
}

MAX_WORDS = 1_000
MAX_MILESTONES = 20
MAX_FILES = 30
#: A contract that runs longer, or was signed earlier, has a typing error in its year.
LONGEST = timedelta(days=366 * 20)

#: The form of the ministry's contract sheet: two figures of the year, province, city, registration point (two each),
#: and a serial number of six. The register writes the year in four figures; both are taken.
_REGISTRATION = re.compile(r"(?P<year>\d{2}|20\d{2})(?P<province>[1-8]\d)\d{2}\d{2}\d{6}")


@dataclass(frozen=True, slots=True)
class MilestoneText:
    """What is due on a day; ``amount_fen`` is what is paid then, if anything."""

    title: str
    due_on: date
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class ContractText:
    """What a contract says; amounts in fen, dates civil."""

    title: str
    kind: ContractKind
    category_code: str
    contract_amount_fen: int
    technology_amount_fen: int
    signed_on: date
    starts_on: date
    ends_on: date
    mode: DevelopmentMode | None = None
    milestones: tuple[MilestoneText, ...] = ()

    def check(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that cannot be right."""
        if not self.title:
            raise Invalid(field="title", message=_l("Write the contract's title."))
        check_text("title", self.title, most=MAX_TITLE)
        self._check_kind()
        self._check_amounts()
        self._check_days(on)
        self._check_milestones()

    def _check_kind(self) -> None:
        if (self.kind is ContractKind.DEVELOPMENT) != (self.mode is not None):
            message = (
                _l("Say whether it is commissioned or joint.")
                if self.mode is None
                else _l("Only a development contract is commissioned or joint.")
            )
            raise Invalid(field="mode", message=message)

    def _check_amounts(self) -> None:
        if self.contract_amount_fen <= 0:
            raise Invalid(field="contract_amount_fen", message=_l("An amount is more than zero."))
        if not 0 <= self.technology_amount_fen <= self.contract_amount_fen:
            raise Invalid(
                field="technology_amount_fen",
                message=_l("The technology amount is a part of the contract amount and never more than that."),
            )

    def _check_days(self, on: date) -> None:
        if not on - LONGEST <= self.signed_on <= on:
            raise Invalid(field="signed_on", message=_l("Write the day on which it was signed, not later than today."))
        if self.ends_on < self.starts_on:
            raise Invalid(field="ends_on", message=_l("The end lies before the beginning."))
        if self.ends_on - self.starts_on > LONGEST:
            raise Invalid(field="ends_on", message=_l("No contract runs longer than twenty years; check the year."))

    def _check_milestones(self) -> None:
        if len(self.milestones) > MAX_MILESTONES:
            message = _l(
                "At most %(most)s milestones; this has %(have)s.", most=MAX_MILESTONES, have=len(self.milestones)
            )
            raise Invalid(field="milestones", message=message)
        for milestone in self.milestones:
            if not milestone.title:
                raise Invalid(field="milestones", message=_l("Give each milestone a name."))
            check_text("milestones", milestone.title, most=MAX_TITLE)
            if not self.signed_on <= milestone.due_on <= self.ends_on:
                message = _l("“%(title)s” is due outside the contract's time.", title=milestone.title)
                raise Invalid(field="milestones", message=message)
        if sum(milestone.amount_fen or 0 for milestone in self.milestones) > self.contract_amount_fen:
            raise Invalid(field="milestones", message=_l("The milestones come to more than the contract amount."))

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """Return what ``contract`` says now; its milestones are loaded."""
        columns = {name: getattr(contract, name) for name in COLUMNS}
        return cls(**columns, milestones=tuple(_milestone(row) for row in contract.milestones))

    def columns(self) -> dict[str, Any]:
        """Return the fields that are columns of the contract."""
        return {name: getattr(self, name) for name in COLUMNS}

    def plain(self) -> dict[str, Any]:
        """Return the fields as JSON holds them."""
        whole = asdict(self)
        whole["milestones"] = [_plain_row(row) for row in whole["milestones"]]
        return _plain_row(whole)

    @classmethod
    def from_plain(cls, text: Mapping[str, Any]) -> Self:
        """Return what ``plain`` once told."""
        values = {name: text[name] for name in COLUMNS}
        for name in ("signed_on", "starts_on", "ends_on"):
            values[name] = date.fromisoformat(values[name])
        values["kind"] = ContractKind(values["kind"])
        values["mode"] = DevelopmentMode(values["mode"]) if values["mode"] else None
        rows = tuple(
            MilestoneText(row["title"], date.fromisoformat(row["due_on"]), row["amount_fen"])
            for row in text["milestones"]
        )
        return cls(**values, milestones=rows)


COLUMNS = tuple(field.name for field in fields(ContractText) if field.name != "milestones")


def _milestone(row: Any) -> MilestoneText:
    return MilestoneText(row.title, row.due_on, row.amount_fen)


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def check_registration(number: str, registered_on: date | None, *, signed_on: date, on: date) -> str:
    """Return the 合同认定登记编号 as figures alone. Raises ``Invalid`` with what does not fit."""
    figures = "".join(sign for sign in unicodedata.normalize("NFKC", number) if sign not in " -–—.　")
    if not (figures.isascii() and figures.isdigit()):
        raise _wrong(_l("A registration number consists of figures only."))
    if len(figures) not in (14, 16):
        raise _wrong(_l("A registration number has 14 or 16 figures; this has %(have)s.", have=len(figures)))
    found = _REGISTRATION.fullmatch(figures)
    if found is None:
        raise _wrong(_l("The number begins with the year and the code of the province, such as 2633 or 202633."))
    if registered_on is None:
        raise Invalid(field="registered_on", message=_l("Write the day on which it was registered."))
    if not signed_on <= registered_on <= on:
        message = _l("It was registered between its signing and today.")
        raise Invalid(field="registered_on", message=message)
    if int(found["year"][-2:]) != registered_on.year % 100:
        year = registered_on.year
        raise _wrong(_l("The number's year is not that of the registration, %(year)s.", year=year))
    return figures


def _wrong(message: Message) -> Invalid:
    return Invalid(field="registration_number", message=message)


def check_words(words: str, *, field: str = "words", needed: bool = False) -> str:
    """Return what somebody says of a step. Raises ``Invalid``."""
    check_text(field, words, most=MAX_WORDS)
    if needed and not words:
        raise Invalid(field=field, message=_l("Say why, in a sentence or two."))
    return words


def side_of(reader: Reader, contract: Contract) -> Side | None:
    """Return the side for which ``reader`` acts, ``None`` for nobody of either."""
    return contract.side_of(reader.organisation_id)


def own_side(reader: Reader) -> Side | None:
    """Return on which side the reader's organisation stands in any contract."""
    if reader.is_enterprise:
        return Side.ENTERPRISE
    return Side.PROVIDER if reader.is_provider else None
