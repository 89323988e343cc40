"""What a form that asks for an introduction is about, read within what its sender may know, and filled in for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import abort
from sqlalchemy import Select

from matchmaker.accounts.mandates.queries import possible_providers
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.needs.queries import need_to_match
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import offering_by_id
from matchmaker.catalogue.rules import MAX_TITLE
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.queries import pair
from matchmaker.catalogue.suggestions.views import indexes
from matchmaker.contracts.introductions import queries
from matchmaker.contracts.introductions.forms import OpeningForm
from matchmaker.contracts.introductions.models import Side
from matchmaker.matching import Match
from matchmaker.messages import Message, _l
from matchmaker.web.database import session
from matchmaker.web.forms import Option
from matchmaker.web.i18n import say
from matchmaker.web.ids import LARGEST

Row = TypeVar("Row")

#: So many of one's own needs or offerings can be chosen from.
CHOICES = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, and about which need and offering: those that the address named, as far as it named any."""

    by: Side
    need: Need | None
    offering: Offering | None
    provider: Organisation | None

    @property
    def match(self) -> Match | None:
        """How well the two fit, where both are known; both sides may read the whole of both."""
        if self.need is None or self.offering is None:
            return None
        index = indexes().offerings.current(session())
        return pair(index, documents.need_as_query(self.need), [str(self.offering.id)])

    @property
    def keeps_text(self) -> bool:
        """Whether there is a text that the enterprise may share or keep."""
        return self.by is Side.ENTERPRISE and (
            self.need is None or self.need.confidentiality is not Confidentiality.PUBLIC
        )

    def prefilled(self) -> dict[str, object]:
        """Return what the form begins with. Of the need only what its summary says: others will read it."""
        about = self.need or self.offering
        return {
            "title": about.title[:MAX_TITLE] if about else "",
            "text": say(self._words()),
        }

    def _words(self) -> Message:
        need, offering = self.need.title if self.need else "", self.offering.title if self.offering else ""
        if self.by is Side.PROVIDER:
            if offering:
                return _l(
                    "We would like to help with “%(need)s”. With “%(offering)s” we have what it takes; may we talk "
                    "about how we would go about it, how long it takes and what it costs?",
                    need=need,
                    offering=offering,
                )
            return _l(
                "We would like to help with “%(need)s”. May we talk about how we would go about it, how long it takes "
                "and what it costs?",
                need=need,
            )
        if need and offering:
            return _l(
                "We need a solution for “%(need)s”, and your offering “%(offering)s” seems to fit. How would you go "
                "about it, how long does it take and what does it cost?",
                need=need,
                offering=offering,
            )
        if need:
            return _l(
                "We need a solution for “%(need)s”. Can you help, how would you go about it, how long does it take and "
                "what does it cost?",
                need=need,
            )
        return _l(
            "We are interested in your offering “%(offering)s”. Our case is this: ",
            offering=offering,
        )


def subject_of(reader: Reader, values: Mapping[str, str]) -> Subject:
    """Return what the values name; 404 for what the reader may not know of or not ask about."""
    need_id, offering_id, provider_id = (_number(values, name) for name in ("need", "offering", "provider"))
    if reader.is_enterprise:
        need = _one(queries.own_open_needs(reader).where(Need.id == need_id)) if need_id is not None else None
        offering = _one(offering_by_id(reader, offering_id)) if offering_id is not None else None
        provider = _one(possible_providers().where(Organisation.id == provider_id)) if provider_id is not None else None
        return Subject(Side.ENTERPRISE, need, offering, offering.organisation if offering else provider)
    if need_id is None:
        abort(404)
    need = _one(need_to_match(reader, need_id))
    own = queries.own_offerings(reader)
    offering = _one(own.where(Offering.id == offering_id)) if offering_id is not None else None
    return Subject(Side.PROVIDER, need, offering, None)


def form_of(reader: Reader, subject: Subject, values: Mapping[str, str] | None = None) -> OpeningForm:
    """Return the form, with choices of what the address did not name."""
    needs: Sequence[Option] = ()
    offerings: Sequence[Option] = ()
    providers: Sequence[Option] = ()
    if subject.by is Side.ENTERPRISE:
        if subject.need is None:
            needs = [
                (str(one.id), one.title) for one in session().scalars(queries.own_open_needs(reader).limit(CHOICES))
            ]
        if subject.provider is None:
            providers = [(str(one.id), one.name) for one in session().scalars(possible_providers())]
    elif subject.offering is None:
        offerings = [
            (str(one.id), one.title) for one in session().scalars(queries.own_offerings(reader).limit(CHOICES))
        ]
    given = (values,) if values is not None else ()
    return OpeningForm(
        *given,
        needs=needs,
        offerings=offerings,
        providers=providers,
        keeps_text=subject.keeps_text,
        data=None if given else subject.prefilled(),
    )


def _titles(postings: Select[Need] | Select[Offering]) -> list[Option]:
    return [(str(one.id), one.title) for one in session().scalars(postings.limit(CHOICES))]


def completed(reader: Reader, subject: Subject, form: OpeningForm) -> Subject:
    """Return the subject with what was chosen in the form."""
    need, offering, provider = subject.need, subject.offering, subject.provider
    if need is None and (need_id := form.chosen("need_id")) is not None:
        need = _one(queries.own_open_needs(reader).where(Need.id == need_id))
    if offering is None and (offering_id := form.chosen("offering_id")) is not None:
        offering = _one(queries.own_offerings(reader).where(Offering.id == offering_id))
    if provider is None and (provider_id := form.chosen("provider_id")) is not None:
        provider = _one(possible_providers().where(Organisation.id == provider_id))
    return Subject(subject.by, need, offering, provider)


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > LARGEST:
        abort(404)
    return int(text)


def _one(statement: Select[Row]) -> Row:
    found = session().scalars(statement).one_or_none()
    if found is None:
        abort(404)
    return found
