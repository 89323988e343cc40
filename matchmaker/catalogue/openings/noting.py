"""What the pages share that a need's side comes to from its matches: ``?at=3`` says where the offering stood."""

from functools import partial

from flask import request

from matchmaker import clock
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import need_to_match
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.openings import operations, queries, rules
from matchmaker.catalogue.suggestions.queries import CANDIDATES
from matchmaker.web import looks
from matchmaker.web.access import reader
from matchmaker.web.database import session
from matchmaker.web.ids import row_id


def note(need: Need, offering: Offering) -> None:
    """Keep that the offering was opened from the need's matches, if it was: by its own side, and from a place."""
    place = _place()
    if place is None or not offering.is_open or not rules.is_kept(reader(), need):
        return
    today = clock.today()
    if not queries.is_kept(session(), need.id, offering.id, on=today):
        looks.afterwards(partial(operations.keep, need_id=need.id, offering_id=offering.id, place=place, on=today))


def note_from_address(offering: Offering) -> None:
    """The same where the address names the need: ``?need=7&at=3``."""
    need_id = row_id("need")
    if need_id is None or _place() is None or reader().is_anonymous:
        return
    need = session().scalars(need_to_match(reader(), need_id)).one_or_none()
    if need is not None:
        note(need, offering)


def _place() -> int | None:
    place = request.args.get("at", type=int)
    return place if place is not None and 1 <= place <= CANDIDATES else None
