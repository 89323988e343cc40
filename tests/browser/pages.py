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
    Place("accounts.people", lambda _: "/people", ("admin",)),
    Place("registry.index", lambda _: "/organisations/"),
    Place("registry.figures", lambda _: "/organisations/figures", ("visitor", "city")),
    Place("registry.show", lambda scene: f"/organisations/{scene.enterprise}", name="enterprise"),
    Place("registry.show", lambda scene: f"/organisations/{scene.complex}", ("visitor", "enterprise"), "complex"),
    Place("registry.show", lambda _: "/organisations/1", ("visitor", "city"), "cited"),
    Place("needs.index", lambda _: "/needs/"),
    Place("needs.index", lambda _: "/needs/?mine=1", ("newcomer",), "none"),
    Place("needs.new", lambda _: "/needs/new", ("enterprise",)),
    Place("needs.show", lambda scene: f"/needs/{scene.public_need}"),
    Place("needs.show", lambda scene: f"/needs/{scene.confidential_need}", ("institute", "district"), "members-only"),
    Place("needs.show", lambda scene: f"/needs/{scene.draft_need}", ("enterprise",), "draft"),
    Place("needs.show", lambda _: "/needs/999999", ("visitor", "enterprise"), "missing", 404),
    Place("needs.edit", lambda scene: f"/needs/{scene.public_need}/edit", ("enterprise",)),
    Place("needs.edit", lambda scene: f"/needs/{scene.public_need}/edit", ("complex",), "not-theirs", 403),
    Place("offerings.index", lambda _: "/offerings/"),
    Place("offerings.index", lambda _: "/offerings/?kind=instrument&page=2", ("visitor",), "second-page"),
    Place("offerings.new", lambda _: "/offerings/new", ("complex", "institute")),
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
    Place("search.index", lambda _: "/search/?q=染色"),
    Place("search.index", lambda _: "/search/?q=zzzz", ("visitor",), "nothing"),
    Place("search.index", lambda _: "/search/?q=因染&kind=offerings", ("visitor", "enterprise"), "other-spelling"),
]
