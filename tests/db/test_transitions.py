"""A state moves only along its table."""

import itertools

import pytest

from matchmaker.catalogue.models import STATE_LABELS, PostingState
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.rules import ALLOWED
from matchmaker.db import transaction, transitions
from matchmaker.errors import Conflict
from tests.support import factories
from tests.support.databases import Database

MOVES = [
    (PostingState.DRAFT, PostingState.PUBLISHED),
    (PostingState.PUBLISHED, PostingState.DRAFT),
    (PostingState.PUBLISHED, PostingState.CLOSED),
]


def test_the_table_says_what_may_become_of_every_state() -> None:
    assert set(ALLOWED) == set(PostingState) == set(STATE_LABELS)
    assert {(now, then) for now in ALLOWED for then in ALLOWED[now]} == set(MOVES)


@pytest.mark.parametrize(("now", "then"), list(itertools.product(PostingState, PostingState)))
def test_what_the_table_lacks_is_refused(database: Database, now: PostingState, then: PostingState) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", now.value)
        if (now, then) in MOVES:
            transitions.move(session, need, to=then, allowed=ALLOWED, labels=STATE_LABELS)
            assert need.state is then
            need.published_at = need.created_at if then is not PostingState.DRAFT else None
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
            transitions.move(quick, closing, to=PostingState.CLOSED, allowed=ALLOWED, labels=STATE_LABELS)
        with pytest.raises(Conflict) as refusal, transaction(slow):
            transitions.move(slow, need, to=PostingState.DRAFT, allowed=ALLOWED, labels=STATE_LABELS)

    assert refusal.value.message.values["now"] == STATE_LABELS[PostingState.CLOSED]
