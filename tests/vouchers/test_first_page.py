"""What vouchers, flags, batches and reconciliation put on first pages, into dossiers and into the funnel."""

import re

from matchmaker import clock
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.messages import _l
from matchmaker.vouchers import operations
from matchmaker.vouchers.flags.rules import Rule
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.reconciliation import operations as reconciliation
from matchmaker.vouchers.reconciliation.rules import Mismatch
from matchmaker.vouchers.uses import operations as uses
from tests.access.flags import _flag
from tests.conftest import ClientFor
from tests.support import cast, claims, deals, factories, money, words
from tests.support.databases import Database
from tests.support.pages import Page


def counted(page: Page) -> dict[str, int]:
    """Return where the first page's buttons lead and the figure on each."""
    found = {}
    for link in page.tree.iter("a"):
        figure = re.match(r"\d+", "".join(link.itertext()).strip())
        if figure and "btn" in link.get("class", ""):
            found[link.attrib["href"]] = int(figure[0])
    return found


def test_a_first_page_counts_what_waits_for_this_very_reader(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        scheme = money.scheme(session, publicity_days=0)
        claims.approved(session, claims.use(session, scheme, face_fen=2 * money.WAN))
        claims.sealed(session)
        waiting = money.voucher(session, scheme, issued=False, face_fen=2 * money.WAN)
        _flag(session, claims.filed(session, claims.use(session, scheme, face_fen=2 * money.WAN)).id, Rule.PRICE)
        claims.third(session)
    first, second = client_for("bureau-district"), client_for("bureau-city")
    third = client_for("anonymous")
    third.sign_in(claims.THIRD)

    waits = {"/vouchers/queue": 1, "/review/": 1, "/vouchers/flags/": 1}
    # Who sealed a batch, or reviewed a claim in it, does not approve it.
    assert counted(first.get("/")).items() >= waits.items()
    assert "/batches/?state=sealed" not in counted(first.get("/"))
    assert "/batches/?state=sealed" not in counted(second.get("/"))
    assert counted(third.get("/"))["/batches/?state=sealed"] == 1
    assert not counted(client_for("bureau-elsewhere").get("/")).keys() & waits.keys()

    with database.writing() as session, money.acting(session, money.FIRST):
        operations.return_(session, session.merge(waiting), "请补充用途")
    assert counted(client_for("enterprise").get("/"))["/vouchers/?state=returned"] == 1
    assert "/vouchers/queue" not in counted(first.get("/"))
    for link in ("/vouchers/flags/", "/batches/", "/review/", "/vouchers/pool", "/vouchers/schemes/"):
        assert link in first.get("/vouchers/queue").links, link


def test_what_does_not_agree_stands_on_the_citys_first_page_until_it_does(
    client_for: ClientFor, database: Database
) -> None:
    city, district = client_for("bureau-city"), client_for("bureau-district")
    looked = checking.nothing_seen()
    looked.add(Mismatch("pool", "2026-city/330602", _l("Amount")))
    with database.writing() as session:
        reconciliation.keep(session, looked)
    assert "/vouchers/reconciliation/" in city.get("/").links
    assert "/vouchers/reconciliation/" not in district.get("/").links
    with database.writing() as session:
        reconciliation.keep(session, checking.nothing_seen())
    assert "/vouchers/reconciliation/" not in city.get("/").links


def test_a_dossier_tells_the_life_of_vouchers_and_of_their_uses(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        scheme = money.scheme(session)
        use = claims.use(session, scheme, face_fen=2 * money.WAN)
        claims.filed(session, use)
        given_up = money.use(session, money.voucher(session, scheme, face_fen=2 * money.WAN), money.contract(session))
        with money.acting(session, "enterprise"):
            uses.give_up(session, given_up)
        enterprise = cast.organisation_of(session, "enterprise").id
        provider = cast.organisation_of(session, "complex").id
        number = session.get_one(Voucher, use.voucher_id).number
    page = client_for("bureau-district").get(f"/organisations/{enterprise}/dossier?kind=vouchers")
    said = page.main
    for step in ("Issued", "Applied for"):
        assert words.said("Voucher: %(step)s") % {"step": words.said(step)} in said, step
    for step in ("Registered; the amount is held", "The service was done", "Given up; the amount is free again"):
        assert words.said("Use of a voucher: %(step)s") % {"step": words.said(step)} in said, step
    assert number in said and f"/vouchers/uses/{use.id}" in page.links
    # The provider's own dossier has the uses that name it, and no voucher of the enterprise.
    theirs = client_for("complex").get(f"/organisations/{provider}/dossier?kind=vouchers")
    assert f"/vouchers/uses/{use.id}" in theirs.links and number not in theirs.main


def test_the_funnel_counts_a_voucher_that_is_used_and_not_one_that_was_given_up(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        scheme = money.scheme(session)
        used = []
        for _number in range(2):
            talked = factories.introduction(session, life="talking")
            contract = deals.contract(session, introduction=talked)
            deals.service(session, "confirmed", under=contract)
            used.append(money.use(session, money.voucher(session, scheme, face_fen=2 * money.WAN), contract, 1_000_00))
        with money.acting(session, "enterprise"):
            uses.give_up(session, session.get_one(Use, used[0].id))
    page = client_for("bureau-city").get("/funnel/records?step=voucher")

    listed = [link for link in page.links if re.fullmatch(r"/introductions/\d+", link)]
    with database.reading() as session:
        kept = session.get_one(Introduction, contract.introduction_id)
        assert listed == [f"/introductions/{kept.id}"], clock.today()
