"""Every page that the site has, for whom it is, and where it is found in the tests' instance."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.scene import Scene

#: One of each role; an institute sees what a complex sees.
EVERYBODY = ("visitor", "enterprise", "complex", "district", "city", "admin")


@dataclass(frozen=True)
class Place:
    """One page of an endpoint and the roles that it opens to."""

    endpoint: str
    path: Callable[[Scene], str]
    roles: tuple[str, ...] = EVERYBODY
    #: What tells it from the endpoint's other pages.
    name: str = ""
    status: int = 200

    def __str__(self) -> str:
        return f"{self.endpoint}-{self.name}" if self.name else self.endpoint


PLACES = [
    Place("home.index", lambda _: "/", (*EVERYBODY, "institute", "newcomer")),
    Place("home.components", lambda _: "/components", ("visitor",)),
    Place("accounts.sign_in", lambda _: "/sign-in", ("visitor",)),
    Place("registration.new", lambda _: "/register", ("visitor", "enterprise")),
    Place("registration.sent", lambda _: "/register/sent", ("visitor",)),
    Place("registration.index", lambda _: "/registrations/", ("district", "city")),
    Place("registration.show", lambda scene: f"/registrations/{scene.enterprise}", ("enterprise", "district", "city")),
    Place("registration.edit", lambda scene: f"/registrations/{scene.enterprise}/edit", ("enterprise",)),
    Place("registration.confirm", lambda _: "/register/spent", ("visitor",), "spent", 404),
    Place("members.index", lambda scene: f"/organisations/{scene.enterprise}/people", ("enterprise", "admin")),
    Place("members.bureaus", lambda _: "/bureaus", ("admin",)),
    Place("members.accept", lambda _: "/invitations/spent", ("visitor",), "spent", 404),
    Place("members.ask", lambda scene: f"/organisations/{scene.enterprise}/join", ("visitor", "complex")),
    Place("own.account", lambda _: "/account", ("enterprise", "district", "admin")),
    Place("own.forgotten", lambda _: "/password/forgotten", ("visitor",)),
    Place("own.forgotten_sent", lambda _: "/password/forgotten/sent", ("visitor",)),
    Place("own.reset", lambda _: "/password/reset/spent", ("visitor",), "spent", 404),
    Place("trail.index", lambda _: "/audit", ("admin",)),
    Place(
        "dossier.show",
        lambda scene: f"/organisations/{scene.enterprise}/dossier",
        ("enterprise", "district", "city"),
    ),
    Place("accounts.people", lambda _: "/people", ("admin",)),
    Place("registry.index", lambda _: "/organisations/"),
    Place("registry.figures", lambda _: "/organisations/figures", ("visitor", "city")),
    Place("registry.show", lambda scene: f"/organisations/{scene.enterprise}", name="enterprise"),
    Place("registry.show", lambda scene: f"/organisations/{scene.complex}", ("visitor", "enterprise"), "complex"),
    Place("registry.show", lambda _: "/organisations/1", ("visitor", "city"), "cited"),
    Place("registry.index", lambda _: "/organisations/?on=2021-06-30&kind=complex", ("visitor",), "past"),
    Place("registry.show", lambda scene: f"/organisations/{scene.complex}", ("complex", "district"), "own"),
    Place("registry.history", lambda scene: f"/organisations/{scene.complex}/history", ("visitor", "district")),
    Place("coverage.grid", lambda _: "/organisations/coverage", ("visitor", "city")),
    Place("coverage.targets", lambda _: "/organisations/targets", ("visitor", "city")),
    Place("profiles.edit", lambda scene: f"/organisations/{scene.complex}/profile/edit", ("complex",)),
    Place("profiles.index", lambda _: "/organisations/proposals", ("complex", "district", "city")),
    Place("profiles.show", lambda scene: f"/organisations/proposals/{scene.proposal}", ("complex", "district")),
    Place("needs.index", lambda _: "/needs/"),
    Place("needs.index", lambda _: "/needs/?mine=1", ("newcomer",), "none"),
    Place("needs.new", lambda _: "/needs/new", ("enterprise",)),
    Place("needs.show", lambda scene: f"/needs/{scene.public_need}"),
    Place("needs.show", lambda scene: f"/needs/{scene.confidential_need}", ("institute", "district"), "members-only"),
    Place("needs.show", lambda scene: f"/needs/{scene.draft_need}", ("enterprise",), "draft"),
    Place("needs.show", lambda _: "/needs/999999", ("visitor", "enterprise"), "missing", 404),
    Place("needs.edit", lambda scene: f"/needs/{scene.public_need}/edit", ("enterprise",)),
    Place("needs.edit", lambda scene: f"/needs/{scene.public_need}/edit", ("complex",), "not-theirs", 403),
    Place("needs.show", lambda scene: f"/needs/{scene.returned_need}", ("enterprise", "district"), "returned"),
    Place("needs.show", lambda scene: f"/needs/{scene.expired_need}", ("visitor", "city"), "expired"),
    Place("needs.edit", lambda scene: f"/needs/{scene.returned_need}/edit", ("enterprise",), "returned"),
    Place("needs.copy", lambda scene: f"/needs/{scene.public_need}/copy", ("enterprise",)),
    Place("needs.solving", lambda scene: f"/needs/{scene.public_need}/solve", ("enterprise",)),
    Place("needs.closing", lambda scene: f"/needs/{scene.public_need}/close", ("enterprise",)),
    Place("needs.versions", lambda scene: f"/needs/{scene.rewritten_need}/versions", ("enterprise", "district")),
    Place("needs.queue", lambda _: "/needs/queue", ("district", "city")),
    Place("needs.review", lambda scene: f"/needs/{scene.submitted_need}/review", ("district", "city")),
    Place("needs.checking", lambda _: "/needs/checking", ("district", "city")),
    Place("mandates.index", lambda _: "/mandates/", ("enterprise", "newcomer")),
    Place("offerings.index", lambda _: "/offerings/"),
    Place("offerings.index", lambda _: "/offerings/?kind=instrument&page=2", ("visitor",), "second-page"),
    Place("offerings.instruments", lambda _: "/offerings/instruments", ("visitor", "enterprise", "city")),
    Place("offerings.instruments", lambda _: "/offerings/instruments?weekend=1&price=300", ("visitor",), "weekend"),
    Place("offerings.new", lambda _: "/offerings/new", ("complex", "institute")),
    Place("offerings.new", lambda _: "/offerings/new?kind=instrument", ("complex",), "instrument"),
    Place("offerings.new", lambda _: "/offerings/new?kind=expert_team", ("complex",), "expert-team"),
    Place("offerings.new", lambda _: "/offerings/new?kind=result", ("complex",), "result"),
    Place("offerings.versions", lambda scene: f"/offerings/{scene.offering}/versions", ("complex", "district")),
    Place("sheets.index", lambda _: "/offerings/sheet/", ("complex",)),
    Place("sheets.show", lambda scene: f"/offerings/sheet/{scene.upload}", ("complex",)),
    Place("demand.index", lambda _: "/offerings/found/", ("complex", "institute")),
    Place("offerings.show", lambda scene: f"/offerings/{scene.offering}"),
    Place("offerings.show", lambda scene: f"/offerings/{scene.draft_offering}", ("complex",), "draft"),
    Place("offerings.edit", lambda scene: f"/offerings/{scene.offering}/edit", ("complex",)),
    Place("matches.for_need", lambda scene: f"/needs/{scene.public_need}/matches", ("enterprise", "district", "city")),
    Place(
        "matches.for_offering", lambda scene: f"/offerings/{scene.offering}/matches", ("complex", "district", "city")
    ),
    Place(
        "matches.of_need",
        lambda scene: f"/needs/{scene.public_need}/matches/{scene.offering}",
        ("enterprise", "district", "city"),
    ),
    Place(
        "matches.of_offering",
        lambda scene: f"/offerings/{scene.offering}/matches/{scene.public_need}",
        ("complex", "district", "city"),
    ),
    Place(
        "introductions.index", lambda _: "/introductions/", ("enterprise", "complex", "district", "city", "newcomer")
    ),
    Place("introductions.index", lambda _: "/introductions/?state=failed&overdue=1", ("complex",), "none"),
    Place(
        "introductions.new",
        lambda scene: f"/introductions/new?need={scene.public_need}&offering={scene.offering}",
        ("enterprise", "complex"),
    ),
    Place(
        "introductions.new",
        lambda scene: f"/introductions/new?need={scene.confidential_need}",
        ("enterprise",),
        "levels",
    ),
    Place(
        "introductions.show",
        lambda scene: f"/introductions/{scene.introduction}",
        ("enterprise", "complex", "district"),
    ),
    Place("introductions.show", lambda scene: f"/introductions/{scene.asked}", ("complex", "city"), "asked"),
    Place("introductions.show", lambda scene: f"/introductions/{scene.failed}", ("institute",), "failed"),
    Place("introductions.ending", lambda scene: f"/introductions/{scene.introduction}/end", ("enterprise",)),
    Place("redemptions.index", lambda _: "/redemptions/", ("enterprise", "complex", "district", "city", "newcomer")),
    Place("redemptions.show", lambda scene: f"/redemptions/{scene.filed_claim}", ("enterprise", "complex", "district")),
    Place("redemptions.show", lambda scene: f"/redemptions/{scene.public_claim}", ("enterprise", "district"), "public"),
    Place("redemptions.edit", lambda scene: f"/redemptions/{scene.draft_claim}/edit", ("enterprise",)),
    Place("redemptions.edit", lambda scene: f"/redemptions/{scene.returned_claim}/edit", ("enterprise",), "returned"),
    Place("redemptions.notices", lambda _: "/redemptions/notices", ("visitor", "enterprise", "city")),
    Place("redemptions.objection", lambda scene: f"/redemptions/{scene.public_claim}/objection", ("complex",)),
    Place("redemptions.answering", lambda scene: f"/redemptions/objections/{scene.objection}", ("district",)),
    Place("review.queue", lambda _: "/review/", ("district", "city")),
    Place("review.show", lambda scene: f"/review/{scene.filed_claim}", ("district",)),
    Place("review.show", lambda scene: f"/review/{scene.reviewed_claim}", ("city",), "second"),
    Place("batches.index", lambda _: "/batches/", ("district", "city")),
    Place("batches.show", lambda scene: f"/batches/{scene.batch}", ("district", "city")),
    Place("flags.index", lambda _: "/vouchers/flags/", ("district", "city")),
    Place("flags.show", lambda scene: f"/vouchers/flags/{scene.flag}", ("district", "city")),
    Place("flags.show", lambda scene: f"/vouchers/flags/{scene.answered_flag}", ("district",), "answered"),
    Place("flags.party", lambda scene: f"/vouchers/flags/parties/{scene.enterprise}", ("district",)),
    Place("reconciliation.index", lambda _: "/vouchers/reconciliation/", ("city",)),
    Place("reconciliation.show", lambda scene: f"/vouchers/reconciliation/{scene.reconciliation}", ("city",)),
    Place("vouchers.index", lambda _: "/vouchers/", ("enterprise", "district", "city")),
    Place("vouchers.new", lambda _: "/vouchers/new", ("enterprise",), "choose"),
    Place("vouchers.new", lambda scene: f"/vouchers/new?scheme={scene.scheme}", ("enterprise",)),
    Place("vouchers.show", lambda scene: f"/vouchers/{scene.voucher}", ("enterprise", "district", "city")),
    Place("vouchers.change", lambda scene: f"/vouchers/{scene.returned_voucher}/change", ("enterprise",)),
    Place("vouchers.queue", lambda _: "/vouchers/queue", ("district", "city")),
    Place("vouchers.review", lambda scene: f"/vouchers/{scene.asked_voucher}/review", ("district", "city")),
    Place("uses.new", lambda scene: f"/vouchers/{scene.voucher}/use", ("enterprise",)),
    Place("uses.show", lambda scene: f"/vouchers/uses/{scene.use}", ("enterprise", "district")),
    Place("schemes.index", lambda _: "/vouchers/schemes/", ("enterprise", "complex", "city", "admin")),
    Place("schemes.new", lambda _: "/vouchers/schemes/new", ("city",)),
    Place("schemes.show", lambda scene: f"/vouchers/schemes/{scene.scheme}", ("enterprise", "district", "city")),
    Place("schemes.edit", lambda scene: f"/vouchers/schemes/{scene.scheme}/edit", ("city",)),
    Place("pool.index", lambda _: "/vouchers/pool", ("district", "city")),
    Place("pool.transfers", lambda _: "/vouchers/transfers?figure=issued", ("city",)),
    Place("search.index", lambda _: "/search/?q=染色"),
    Place("search.index", lambda _: "/search/?q=zzzz", ("visitor",), "nothing"),
    Place("search.index", lambda _: "/search/?q=因染&kind=offerings", ("visitor", "enterprise"), "other-spelling"),
]
