"""``matchmaker seed`` adds and corrects, twice is as good as once, and what people made is theirs."""

import shutil
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Person
from matchmaker.accounts.passwords import is_password
from matchmaker.catalogue import operations as catalogue
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base, transaction
from matchmaker.reference.models import District
from matchmaker.registry.models import Entry, Figure, Level, Statement
from matchmaker.seeding.demo import DEMO_PASSWORD, SPREAD_DAYS, demo_accounts

Seed = Callable[..., Result]


def contents(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    rows = {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }
    session.rollback()
    return rows


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_run_changes_nothing_and_says_so(run_seed: Seed, session: Session) -> None:
    first = run_seed("--demo")
    stored = contents(session)

    second = run_seed("--demo")

    lines = first.output.splitlines()
    assert [line.split(":")[0] for line in lines] == ["reference", "demo"]
    assert second.output.splitlines() == [line.rsplit(", ", 1)[0] + ", 0 changed" for line in lines]
    assert contents(session) == stored
    assert len(stored["need"]) >= 150


def test_the_demo_comes_only_when_asked_for(run_seed: Seed, session: Session) -> None:
    run_seed()

    assert session.scalars(select(func.count()).select_from(Entry)).one() > 0
    assert session.scalars(select(Organisation).where(Organisation.is_demo)).all() == []
    assert session.scalars(select(Person)).all() == []


def test_a_changed_reference_row_corrects_the_stored_one(run_seed: Seed, session: Session, seeds: Path) -> None:
    run_seed("--seeds", seeds)
    replace(seeds / "reference/districts.csv", "Keqiao District", "Keqiao")

    result = run_seed("--seeds", seeds)

    assert result.output.endswith("1 changed\n")
    keqiao = session.get(District, "330603")
    assert keqiao is not None
    assert keqiao.name_en == "Keqiao"


def test_a_statement_that_left_the_file_leaves_the_database(run_seed: Seed, session: Session, seeds: Path) -> None:
    run_seed("--seeds", seeds)
    before = session.scalars(select(func.count()).select_from(Statement)).one()
    session.rollback()
    file = seeds / "reference/complex_statuses.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("auto-parts,")), encoding="utf-8")

    result = run_seed("--seeds", seeds)

    assert result.output.endswith("1 changed\n")
    assert session.scalars(select(func.count()).select_from(Statement)).one() == before - 1


def test_a_passage_that_names_only_the_level_leaves_the_status_open(run_seed: Seed, session: Session) -> None:
    run_seed()

    said = session.scalars(
        select(Statement)
        .join(Organisation, Organisation.id == Statement.organisation_id)
        .where(Organisation.key == "keqiao-textile", Statement.source_key == "S3")
    ).one()
    assert (said.level, said.status) == (Level.PROVINCIAL, None)


def test_figures_of_two_documents_stand_side_by_side(run_seed: Seed, session: Session) -> None:
    run_seed()

    goals = session.scalars(select(Figure).where(Figure.key.like("goal-provincial-2020-%"))).all()
    assert {(goal.source_key, goal.value) for goal in goals} == {("S0", "10"), ("S1", "5")}


def test_a_need_that_somebody_edited_stays_edited(run_seed: Seed, demo_session: Session) -> None:
    need = demo_session.scalars(select(Need).where(Need.state == NeedState.PUBLISHED).order_by(Need.id)).first()
    assert need is not None
    with transaction(demo_session):
        catalogue.rewrite(demo_session, need, NeedText(title="改过的", problem="换了个说法", industry_code="pearl"))
    stored = contents(demo_session)

    result = run_seed("--demo")

    assert result.output.endswith(" 0 changed\n")
    assert contents(demo_session) == stored


def test_what_people_made_themselves_is_left_alone(run_seed: Seed, session: Session) -> None:
    run_seed()
    with transaction(session):
        own = Organisation(
            kind=OrganisationKind.ENTERPRISE, name="自家厂", district_code="330602", created_at=clock.now()
        )
        session.add(own)
        session.flush()
        need = catalogue.draft(session, Need, NeedText(title="自己写的", problem="", industry_code="tea"), owner=own)
    version = need.version

    run_seed("--demo")

    session.expire_all()
    assert (own.name, own.key, own.is_demo) == ("自家厂", None, False)
    assert (need.title, need.version) == ("自己写的", version)


def test_demo_postings_were_made_over_the_last_months(demo_session: Session) -> None:
    postings = [*demo_session.scalars(select(Need)), *demo_session.scalars(select(Offering))]
    days = {clock.civil_day(posting.created_at) for posting in postings}
    assert len(days) > SPREAD_DAYS / 2
    assert max(days) < clock.today()
    for posting in postings:
        passed = [posting.created_at, posting.published_at, posting.closed_at]
        instants = [instant for instant in passed if instant is not None]
        assert instants == sorted(instants)
        assert posting.updated_at == instants[-1]
    assert {need.state for need in demo_session.scalars(select(Need))} == set(NeedState)


def test_a_demo_organisation_is_older_than_what_it_posted(demo_session: Session) -> None:
    for table in (Need, Offering):
        pairs = demo_session.execute(select(table.created_at, Organisation.created_at).join(table.organisation))
        assert all(posted > founded for posted, founded in pairs)


def test_every_demo_account_signs_in_with_the_one_password(demo_session: Session) -> None:
    people = {person.email: person for person in demo_session.scalars(select(Person))}
    listed = [account.email for account in demo_accounts()]
    assert [email for email in people if email in listed] == listed
    assert all(is_password(DEMO_PASSWORD, person.password_hash) for person in people.values())
    acting = (
        select(Person.email, Organisation.key)
        .select_from(Membership)
        .join(Membership.person)
        .join(Membership.organisation)
    )
    found = {tuple(row) for row in demo_session.execute(acting)}
    # The clerks who use vouchers are called as their enterprises are.
    clerks = {(email, key) for email, key in found if email == f"{key}@demo.example"}
    assert len(clerks) > 10
    assert found - clerks == {
        ("second@demo.example", "demo-bureau-city"),
        ("third@demo.example", "demo-bureau-city"),
        ("owner@demo.example", "textile-jinlan"),
        ("workshop@demo.example", "equipment-wozhou"),
        ("clerk@demo.example", "textile-jinghu-complex"),
        ("institute@demo.example", "textile-ruoye-dyeing-institute"),
        ("city@demo.example", "demo-bureau-city"),
        ("keqiao@demo.example", "demo-bureau-keqiao"),
        ("owner@demo.example", "textile-hewei"),
        ("auditor@demo.example", "demo-bureau-city"),
        ("statistics@demo.example", "demo-bureau-city"),
        ("foreman@demo.example", "textile-jinlan"),
        ("newcomer@demo.example", "pending-jinlan-twin"),
        ("newcomer@demo.example", "pending-shuangqiao"),
    }
    assert [person.email for person in people.values() if person.is_admin] == ["admin@demo.example"]


def test_broken_files_load_nothing(run_seed: Seed, session: Session, seeds: Path) -> None:
    replace(seeds / "reference/industries.csv", "\nfood,", "\nFood,")

    result = run_seed("--seeds", seeds, expect=1)

    assert "seeds/reference/industries.csv:24: code: " in result.output
    assert session.scalars(select(District)).all() == []


def test_a_folder_without_a_demo_serves_for_the_reference(run_seed: Seed, session: Session, seeds: Path) -> None:
    shutil.rmtree(seeds / "demo")

    run_seed("--seeds", seeds)
    refused = run_seed("--seeds", seeds, "--demo", expect=1)

    assert session.get(District, "330603") is not None
    assert "seeds/demo/people.jsonl: file: is missing" in refused.output


def test_a_database_without_tables_is_named(run_seed: Seed, database: Path) -> None:
    result = run_seed(expect=1)

    assert "matchmaker db upgrade" in result.output
    assert not database.exists()
