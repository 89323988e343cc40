"""Who may do what with introductions, and what the world holds of them.

All but "far" are of "enterprise" and "complex", about needs for members only. "asked" awaits the complex, "offered"
the enterprise, which has not agreed to anything yet. In "talking", "unattached" takes part as a broker,
"bureau-elsewhere" as a contact of its bureau, and "other-enterprise" is invited; in "shared", "unattached" takes part
and the enterprise shows the whole need.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.contracts.introductions import inviting, operations
from matchmaker.contracts.introductions.models import Introduction, ParticipantRole, Side
from matchmaker.files import operations as files
from matchmaker.files import store
from tests.access.grids import ALL_ROLES, Row, grid, same, with_row
from tests.support import cast, factories, papers

if TYPE_CHECKING:
    from tests.access.world import World

SHOW = grid("""
                  asked offered talking shared failed far missing
anonymous         in    in      in      in     in     in  in
enterprise        200   200     200     200    200    404 404
other-enterprise  404   404     200     404    404    404 404
complex           200   200     200     200    200    404 404
institute         404   404     404     404    404    200 404
bureau-district   200   200     200     200    200    404 404
bureau-elsewhere  404   404     200     404    404    200 404
bureau-city       200   200     200     200    200    200 404
admin             404   404     404     404    404    404 404
unattached        404   404     200     200    404    404 404
""")

# Nobody else does anything: whoever sees it is refused, whoever does not is told nothing.
_REFUSED = {role: {name: "403" if cell == "200" else cell for name, cell in row.items()} for role, row in SHOW.items()}

ACCEPT = with_row(
    with_row(
        with_row(_REFUSED, "enterprise", "403 done 403 403 403 404 404"),
        "complex", "done 403 409 409 409 404 404",
    ),
    "institute", "404 404 404 404 404 done 404",
)  # fmt: skip


def of_sides(both: str, far: str) -> dict[str, dict[str, str]]:
    """Return what each of the two sides may do."""
    own = with_row(with_row(_REFUSED, "enterprise", f"{both} 404 404"), "complex", f"{both} 404 404")
    return {role: dict(row) for role, row in with_row(own, "institute", f"404 404 404 404 404 {far} 404").items()}


END_PAGE = of_sides("200 200 200 200 200", "200")
END = of_sides("done done done done 409", "done")
SETTLE = of_sides("409 409 done done 409", "409")
INVITE = of_sides("409 409 done done 409", "409")
SHARE = with_row(_REFUSED, "enterprise", "done done done done 409 404 404")

_TALK = with_row(of_sides("done done done done 409", "done"), "unattached", "404 404 done done 404 404 404")
TALK = with_row(_TALK, "bureau-elsewhere", "404 404 done 404 404 403 404")
_READ = with_row(of_sides("done done done done done", "done"), "unattached", "404 404 done done 404 404 404")
READ = with_row(_READ, "bureau-elsewhere", "404 404 done 404 404 403 404")

_JOIN = with_row(_REFUSED, "unattached", "404 404 done done 404 404 404")
_JOIN = with_row(_JOIN, "bureau-elsewhere", "404 404 done 404 404 403 404")
JOIN = with_row(_JOIN, "other-enterprise", "404 404 done 404 404 404 404")

#: The introduction "talking" alone, whose guests and papers the second columns are about.
INTRODUCED = {role: {"talking": row["talking"]} for role, row in SHOW.items()}
GUEST = grid("""
                  invited accepted missing
anonymous         in      in       in
enterprise        done    done     404
other-enterprise  done    403      404
complex           done    done     404
institute         404     404      404
bureau-district   403     403      404
bureau-elsewhere  403     403      404
bureau-city       403     403      404
admin             404     404      404
unattached        403     done     404
""")
PAPER = grid("""
                  sent missing
anonymous         in   in
enterprise        200  404
other-enterprise  403  404
complex           200  404
institute         404  404
bureau-district   403  404
bureau-elsewhere  200  404
bureau-city       403  404
admin             404  404
unattached        200  404
""")

LIST = same("200", anonymous="in", admin="403")
# A complex offers itself for a need, which the address names.
NEW = same("403", anonymous="in", enterprise="200", other_enterprise="200", complex="404", institute="404")
CREATE = same("403", anonymous="in", enterprise="done", other_enterprise="done", complex="404", institute="404")

_ONE = "/introductions/<int:introduction_id>"
ROWS = {
    ("GET", "/introductions/"): Row(LIST),
    ("GET", "/introductions/new"): Row(NEW),
    ("POST", "/introductions/"): Row(CREATE, form="opening"),
    ("GET", _ONE): Row(SHOW, ("introduction",)),
    ("POST", f"{_ONE}/accept"): Row(ACCEPT, ("introduction",)),
    ("GET", f"{_ONE}/end"): Row(END_PAGE, ("introduction",)),
    ("POST", f"{_ONE}/end"): Row(END, ("introduction",), form="ending-introduction"),
    ("POST", f"{_ONE}/share"): Row(SHARE, ("introduction",), form="sharing"),
    ("POST", f"{_ONE}/messages"): Row(TALK, ("introduction",), form="message"),
    ("POST", f"{_ONE}/read"): Row(READ, ("introduction",)),
    ("POST", f"{_ONE}/settle"): Row(SETTLE, ("introduction",)),
    ("POST", f"{_ONE}/participants"): Row(INVITE, ("introduction",), form="inviting-broker"),
    ("POST", f"{_ONE}/join"): Row(JOIN, ("introduction",)),
    ("POST", f"{_ONE}/participants/<int:participant_id>/remove"): Row(
        INTRODUCED, ("introduced", "guest"), second=GUEST
    ),
    ("GET", f"{_ONE}/files/<int:file_id>"): Row(INTRODUCED, ("introduced", "paper"), second=PAPER),
}

FORMS = {
    "opening": {"title": "想做色差检测", "text": "样品二十个，多久能出报告？"},
    "ending-introduction": {"reason": "price"},
    "sharing": {"shares_text": "1"},
    "message": {"text": "请发一份报价。"},
    "inviting-broker": {"email": "somebody@example.test"},
}

#: Who takes part in which, besides the two sides.
GUESTS = {"talking": ("unattached", "bureau-elsewhere"), "shared": ("unattached",)}
#: Who reads the whole of a need for members only, by the table of needs.
TRUSTED = {
    "enterprise": ("enterprise", "complex", "institute", "bureau-district", "bureau-city"),
    "far-enterprise": ("far-enterprise", "complex", "institute", "bureau-elsewhere", "bureau-city"),
}


def fill(world: "World", session: Session, *, canary: Callable[[], str], missing: int) -> None:
    """Put the introductions into the world, each with words of its own."""
    made = {name: _introduction(world, session, name, canary()) for name in SHOW["enterprise"] if name != "missing"}
    talking = made["talking"]
    invited = _guest(session, talking, "other-enterprise", joins=False)
    accepted = _guest(session, talking, "unattached")
    _guest(session, talking, "bureau-elsewhere", role=ParticipantRole.BUREAU)
    _guest(session, made["shared"], "unattached")
    world.ids["introduction"] = {name: one.id for name, one in made.items()} | {"missing": missing}
    world.ids["introduced"] = {"talking": talking.id}
    world.ids["guest"] = {"invited": invited, "accepted": accepted, "missing": missing}
    world.ids["paper"] = {"sent": _paper(world, session, talking), "missing": missing}


def _introduction(world: "World", session: Session, name: str, word: str) -> Introduction:
    owner, provider = ("far-enterprise", "institute") if name == "far" else ("enterprise", "complex")
    title, body, said = f"{word}t", f"{word}b", f"{word}s"
    need = factories.need(
        session, owner, title=f"染色缸差 {title}", problem=f"回修率高。{body}", keywords=[title],
        confidentiality=Confidentiality.MEMBERS,
    )  # fmt: skip
    one = factories.introduction(
        session,
        owner,
        provider,
        {"asked": "waiting", "offered": "waiting", "far": "waiting", "failed": "failed"}.get(name, "talking"),
        by=Side.PROVIDER if name == "offered" else Side.ENTERPRISE,
        about=need,
        text=f"先谈谈。{said}",
        shares_text=name == "shared",
    )
    guests = set(GUESTS.get(name, ()))
    knowing = {role for role in ALL_ROLES if SHOW[role][name] == "200"} | set(TRUSTED[owner])
    reading = set(TRUSTED[owner]) | (guests if name == "shared" else set())
    for secret, known_to in ((title, knowing), (body, reading), (said, {owner, provider} | guests)):
        world.secrets_from[secret] = set(ALL_ROLES) - known_to
    return one


def _guest(
    session: Session,
    introduction: Introduction,
    name: str,
    *,
    joins: bool = True,
    role: ParticipantRole = ParticipantRole.BROKER,
) -> int:
    person = cast.person_of(session, name)
    participant = inviting.invite(session, introduction, role=role, email=person.email)
    if joins:
        inviting.join(session, participant, reader=Reader(person_id=person.id, email=person.email))
    return participant.id


def _paper(world: "World", session: Session, introduction: Introduction) -> int:
    session.info[store.FOLDER] = world.app.extensions["matchmaker_files"]
    stored = files.keep(session, io.BytesIO(papers.pdf()), name="报价.pdf")
    said = operations.write(session, introduction, "", by=None, files=[(stored, "报价.pdf")])
    session.refresh(said, attribute_names=["files"])
    return said.files[0].id
