"""The public notice (公示): what is about to be paid, for anybody to read, and objections to it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.vouchers.redemptions import operations, policies, queries
from matchmaker.vouchers.redemptions.forms import AnswerForm, WordsForm
from matchmaker.vouchers.redemptions.models import Objection, Redemption
from matchmaker.vouchers.redemptions.views import bp
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.forms import ShapedForm
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number


@bp.get("/notices")
@protect(policies.may_read_notices)
def notices() -> ResponseReturnValue:
    """List what is on public notice, and what was within the last month."""
    district = chosen("district")["district"]
    statement = queries.notices(clock.today(), district if district in codes().districts else "")
    return render_template(
        "redemptions/notices.html",
        page=page_of(session(), statement, number=page_number()),
        on=clock.today(),
        district=district,
    )


@bp.get("/<int:redemption_id>/objection")
@protect(policies.may_object, load=queries.notice_by_id, as_="redemption")
def objection(redemption: Redemption) -> ResponseReturnValue:
    """Ask what speaks against a redemption on public notice."""
    return render_template("redemptions/objection.html", redemption=redemption, form=WordsForm())


@bp.post("/<int:redemption_id>/objection")
@protect(policies.may_object, load=queries.notice_by_id, as_="redemption")
def object_to(redemption: Redemption) -> ResponseReturnValue:
    """Keep an objection; nothing is paid before it is answered."""
    form = WordsForm(request.form)

    def act() -> Reply:
        operations.object_to(session(), redemption, form.words.data or "")
        return Reply(
            url_for("redemptions.notices"),
            _l("Your objection was kept. The bureau answers it before anything is paid."),
        )

    answer = once(act, form=form)
    if answer is not None:
        return answer
    again = session().scalars(queries.notice_by_id(reader(), redemption.id)).one()
    return render_template("redemptions/objection.html", redemption=again, form=form), 422


@bp.get("/objections/<int:objection_id>")
@protect(policies.may_answer, load=queries.objection_by_id, as_="objection")
def answering(objection: Objection) -> ResponseReturnValue:
    """Ask for the answer to an objection."""
    return _answer_page(objection, AnswerForm())


@bp.post("/objections/<int:objection_id>")
@protect(policies.may_answer, load=queries.objection_by_id, as_="objection")
def answer(objection: Objection) -> ResponseReturnValue:
    """Answer an objection: the claim goes back to its reviewers, or on to its payment."""
    form = AnswerForm(request.form)

    def act() -> Reply:
        is_upheld = request.form.get("is_upheld") == "1"
        operations.answer(session(), objection, form.answer.data or "", is_upheld=is_upheld)
        done = _l("Back to its reviewers, its amount held again.") if is_upheld else _l("Dismissed: it can be paid.")
        return Reply(url_for("redemptions.show", redemption_id=objection.redemption_id), done)

    done = once(act, form=form)
    if done is not None:
        return done
    again = session().scalars(queries.objection_by_id(reader(), objection.id)).one()
    return _answer_page(again, form), 422


def _answer_page(objection: Objection, form: ShapedForm) -> str:
    return render_template("redemptions/answer.html", objection=objection, redemption=objection.redemption, form=form)
