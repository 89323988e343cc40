"""What the lives of needs and offerings share: drafts, saving, two writers, one form; and an offering's own steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from tests.conftest import ClientFor
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


@dataclass
class Kind:
    """One of the two kinds of postings, with somebody who posts them."""

    noun: str
    table: type[Posting]
    owner: str
    form: Callable[..., dict[str, str]]
    make: Callable[..., Any]
    #: What the button that does not merely save brings about.
    sent: str = "published"
    says: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> str:
        """The step that ends a draft."""
        return "submit" if self.noun == "needs" else "publish"


NEED = Kind(
    "needs", Need, "enterprise", factories.need_form, factories.need, "submitted",
    {
        "draft": "“%(title)s” is kept as a draft; only you see it.",
        "published": "“%(title)s” is published. These offerings fit it best.",
    },
)  # fmt: skip
OFFERING = Kind(
    "offerings", Offering, "complex", factories.offering_form, factories.offering, "published",
    {
        "draft": "“%(title)s” is kept as a draft; only you see it.",
        "published": "“%(title)s” is published. These needs could be served by it.",
    },
)  # fmt: skip


@pytest.fixture(params=[NEED, OFFERING], ids=lambda kind: kind.noun)
def kind(request: pytest.FixtureRequest) -> Kind:
    given: Kind = request.param
    return given


@pytest.fixture
def owner(client_for: ClientFor, kind: Kind) -> Visitor:
    return client_for(kind.owner)


def state_of(database: Database, kind: Kind, number: int) -> str:
    with database.reading() as session:
        state: str = session.get_one(kind.table, number).state.value
        return state


def title_of(database: Database, kind: Kind, number: int) -> str:
    with database.reading() as session:
        return session.get_one(kind.table, number).title


def post(database: Database, kind: Kind, life: str = "published", **differences: Any) -> int:
    with database.writing() as session:
        number: int = kind.make(session, kind.owner, life, **differences).id
        return number


def test_what_is_written_is_kept_as_a_draft_that_nobody_else_sees(
    kind: Kind, owner: Visitor, visitor: Visitor, database: Database
) -> None:
    form = owner.get(f"/{kind.noun}/new")
    saved = owner.submit(form, f"/{kind.noun}/", **kind.form(title="新的"))

    assert saved.location == f"/{kind.noun}/1"
    assert owner.get(saved.location).flashes == [words.said(kind.says["draft"], title="新的")]
    assert state_of(database, kind, 1) == "draft"
    visitor.get(saved.location, expect=404)


def test_one_button_saves_and_sends_on(kind: Kind, owner: Visitor, visitor: Visitor, database: Database) -> None:
    form = owner.get(f"/{kind.noun}/new")
    saved = owner.submit(form, f"/{kind.noun}/", publish="1", **kind.form(title="新的"))

    assert saved.location == f"/{kind.noun}/1/matches"
    assert "新的" in owner.get(saved.location).h1
    assert state_of(database, kind, 1) == kind.sent
    visitor.get(f"/{kind.noun}/1", expect=200 if kind.sent == "published" else 404)


def test_the_form_shows_what_was_saved_and_saves_what_is_changed(
    kind: Kind, owner: Visitor, database: Database
) -> None:
    number = post(database, kind, title="旧名")
    form = owner.get(f"/{kind.noun}/{number}/edit")
    assert form.typed(f"/{kind.noun}/{number}")["title"] == "旧名"

    saved = owner.submit(form, f"/{kind.noun}/{number}", title="新名")
    assert owner.get(saved.location).h1 == "新名"
    assert owner.get(saved.location).flashes == []


def test_saving_without_a_change_changes_nothing(kind: Kind, owner: Visitor, database: Database) -> None:
    number = post(database, kind)
    before = database.dump()
    owner.submit(owner.get(f"/{kind.noun}/{number}/edit"), f"/{kind.noun}/{number}")

    assert database.dump() | {"sign_in": []} == before | {"sign_in": []}


def test_an_offering_is_published_withdrawn_published_again_and_closed(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    number = post(database, OFFERING, "draft")
    owner = client_for(OFFERING.owner)

    for step, state, public in (
        ("publish", "published", 200),
        ("withdraw", "draft", 404),
        ("publish", "published", 200),
        ("close", "closed", 200),
    ):
        owner.post(f"/offerings/{number}/{step}")
        assert state_of(database, OFFERING, number) == state
        visitor.get(f"/offerings/{number}", expect=public)


@pytest.mark.parametrize(
    ("life", "step"),
    [
        ("closed", "publish"), ("closed", "withdraw"), ("closed", "close"), ("draft", "withdraw"), ("draft", "close"),
        ("withdrawn", "close"), ("published", "publish"),
    ],
)  # fmt: skip
def test_a_step_that_an_offerings_state_forbids_is_a_409_that_says_why(
    client_for: ClientFor, database: Database, life: str, step: str
) -> None:
    number = post(database, OFFERING, life)
    before = state_of(database, OFFERING, number)

    page = client_for(OFFERING.owner).post(f"/offerings/{number}/{step}", expect=409)
    assert words.said(before.capitalize()) in page.main
    assert state_of(database, OFFERING, number) == before


def test_what_is_closed_is_not_edited_any_more(kind: Kind, owner: Visitor, database: Database) -> None:
    number = post(database, kind, "closed")

    assert f"/{kind.noun}/{number}/edit" not in owner.get(f"/{kind.noun}/{number}").links
    owner.get(f"/{kind.noun}/{number}/edit", expect=403)
    owner.post(f"/{kind.noun}/{number}", kind.form(), expect=403)


@pytest.mark.parametrize(
    ("life", "offered"),
    [
        ("draft", {"publish"}),
        ("withdrawn", {"publish"}),
        ("published", {"withdraw", "close", "pause", "confirm"}),
        ("closed", set()),
    ],
)
def test_an_offerings_page_offers_the_steps_that_its_state_allows_and_no_other(
    client_for: ClientFor, visitor: Visitor, database: Database, life: str, offered: set[str]
) -> None:
    path = f"/offerings/{post(database, OFFERING, life)}"

    actions = client_for(OFFERING.owner).get(path).actions
    assert {action.removeprefix(f"{path}/") for action in actions if action.startswith(f"{path}/")} == offered
    if life in ("published", "closed"):
        assert not [action for action in visitor.get(path).actions if action.startswith(path)]


def test_the_second_of_two_writers_gets_a_422_and_keeps_every_word(
    kind: Kind, client_for: ClientFor, database: Database
) -> None:
    number = post(database, kind)
    path = f"/{kind.noun}/{number}"
    first, second = client_for(kind.owner), client_for(kind.owner)
    at_work, at_home = first.get(f"{path}/edit"), second.get(f"{path}/edit")
    first.submit(at_work, path, title="先写的")

    refused = second.submit(at_home, path, title="后写的", keywords="染色，后写", expect=422)
    assert (
        words.said(
            "Somebody saved this while you were writing. What you typed is still below; compare before you save."
        )
        in refused.main
    )
    assert refused.typed(path)["title"] == "后写的" and refused.typed(path)["keywords"] == "染色，后写"
    assert title_of(database, kind, number) == "先写的"

    second.submit(refused, path)
    assert title_of(database, kind, number) == "后写的"


def test_the_same_words_saved_twice_are_no_conflict(kind: Kind, client_for: ClientFor, database: Database) -> None:
    number = post(database, kind)
    path = f"/{kind.noun}/{number}"
    owner = client_for(kind.owner)
    form = owner.get(f"{path}/edit")

    owner.submit(form, path, title="一样的")
    owner.submit(form, path, title="一样的")
    assert title_of(database, kind, number) == "一样的"


def test_one_form_sent_twice_makes_one_posting(kind: Kind, owner: Visitor, database: Database) -> None:
    form = owner.get(f"/{kind.noun}/new")
    first = owner.submit(form, f"/{kind.noun}/", publish="1", **kind.form(title="只此一份"))
    again = owner.submit(form, f"/{kind.noun}/", publish="1", **kind.form(title="只此一份"))

    assert first.location == again.location
    assert len(database.dump()[kind.noun.removesuffix("s")]) == 1


def test_two_forms_with_the_same_words_make_two_postings(kind: Kind, owner: Visitor, database: Database) -> None:
    for _ in range(2):
        owner.submit(owner.get(f"/{kind.noun}/new"), f"/{kind.noun}/", **kind.form())

    assert len(database.dump()[kind.noun.removesuffix("s")]) == 2


def test_a_form_of_another_organisation_is_not_found_by_its_name(
    kind: Kind, client_for: ClientFor, database: Database
) -> None:
    other = "other-enterprise" if kind is NEED else "institute"
    mine = client_for(kind.owner).get(f"/{kind.noun}/new").typed(f"/{kind.noun}/")["form_id"]
    client_for(kind.owner).post(f"/{kind.noun}/", kind.form(form_id=mine, title="我的"))
    client_for(other).post(f"/{kind.noun}/", kind.form(form_id=mine, title="别人的"))

    assert {title_of(database, kind, number) for number in (1, 2)} == {"我的", "别人的"}


@pytest.mark.parametrize("form_id", ["", "\x00", "x" * 500, "' OR 1=1", "é"])
def test_a_form_with_an_odd_name_is_saved_all_the_same(
    kind: Kind, client_for: ClientFor, database: Database, form_id: str
) -> None:
    client_for(kind.owner).post(f"/{kind.noun}/", kind.form(form_id=form_id))

    assert state_of(database, kind, 1) == "draft"


def test_sending_on_from_the_page_asks_for_what_a_reader_needs(kind: Kind, owner: Visitor, database: Database) -> None:
    number = post(database, kind, "draft", **{"problem": ""} if kind is NEED else {"description": ""})

    owner.post(f"/{kind.noun}/{number}/{kind.step}", expect=422)
    assert state_of(database, kind, number) == "draft"
