"""A state moves only along its table."""

import itertools

import pytest

from matchmaker.catalogue.needs.models import STATE_LABELS, Need, NeedState
from matchmaker.catalogue.needs.rules import ALLOWED
from matchmaker.db import transaction, transitions
from matchmaker.errors import Conflict
from tests.support import factories
from tests.support.databases import Database

S = NeedState
#: Written by hand: what may become of what.
MOVES = [
    (S.DRAFT, S.SUBMITTED),
    (S.SUBMITTED, S.PUBLISHED), (S.SUBMITTED, S.RETURNED), (S.SUBMITTED, S.DRAFT),
    (S.RETURNED, S.SUBMITTED), (S.RETURNED, S.DRAFT),
    (S.PUBLISHED, S.IN_DISCUSSION), (S.PUBLISHED, S.SOLVED), (S.PUBLISHED, S.CLOSED), (S.PUBLISHED, S.EXPIRED),
    (S.PUBLISHED, S.DRAFT),
    (S.IN_DISCUSSION, S.PUBLISHED), (S.IN_DISCUSSION, S.SOLVED), (S.IN_DISCUSSION, S.CLOSED),
    (S.IN_DISCUSSION, S.EXPIRED),
    (S.EXPIRED, S.PUBLISHED), (S.EXPIRED, S.CLOSED),
]  # fmt: skip


def test_the_table_says_what_may_become_of_every_state() -> None:
    assert set(ALLOWED) == set(NeedState) == set(STATE_LABELS)
    assert {(now, then) for now in ALLOWED for then in ALLOWED[now]} == set(MOVES)


@pytest.mark.parametrize(("now", "then"), list(itertools.product(NeedState, NeedState)))
def test_what_the_table_lacks_is_refused(database: Database, now: NeedState, then: NeedState) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", now.value)
        if (now, then) in MOVES:
            transitions.move(session, need, to=then, allowed=ALLOWED, labels=STATE_LABELS)
            assert need.state is then
            need.published_at = None if then.value in Need.unpublished else need.created_at
        else:
            with pytest.raises(Conflict) as refusal:
                transitions.move(session, need, to=then, allowed=ALLOWED, labels=STATE_LABELS)
            assert need.state is now
            assert refusal.value.message.values == {"now": STATE_LABELS[now], "then": STATE_LABELS[then]}


def test_the_state_is_judged_as_it_is_now_and_not_as_it_was_read(either_database: Database) -> None:
    with either_database.writing() as session:
        need_id = factories.need(session, "enterprise").id
    with either_database.reading() as slow:
        need = slow.get_one(Need, need_id)
        with either_database.writing() as quick:
            closing = quick.get_one(Need, need_id)
            transitions.move(quick, closing, to=NeedState.CLOSED, allowed=ALLOWED, labels=STATE_LABELS)
        with pytest.raises(Conflict) as refusal, transaction(slow):
            transitions.move(slow, need, to=NeedState.DRAFT, allowed=ALLOWED, labels=STATE_LABELS)

    assert refusal.value.message.values["now"] == STATE_LABELS[NeedState.CLOSED]
