"""Who may: every view wears ``protect``, and a view without it keeps the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Select

from matchmaker.accounts.policies import is_public
from matchmaker.accounts.rules import Reader
from matchmaker.web.database import session

Policy = Callable[..., bool]
Load = Callable[..., Select[Any]]
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

_ATTRIBUTE = "matchmaker_protection"


@dataclass(frozen=True, slots=True)
class Protection:
    """What guards one view."""

    policy: Policy
    load: Load | None


class UnprotectedView(RuntimeError):
    """A view has no policy."""


def reader() -> Reader:
    """Return who asks for this page."""
    return cast(Reader, current_user._get_current_object())


def protect(policy: Policy, *, load: Load | None = None, as_: str = "") -> Callable[[View], View]:
    """Let the view run only for readers whom ``policy`` allows.

    With ``load``, the URL's values select one object within the reader's own scope and the view receives it
    as ``as_`` in their stead; what the reader may not know of is a 404, what they may know of but not do a 403.
    Anonymous readers are sent to sign in rather than refused.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            who = reader()
            if load is None:
                if not policy(who):
                    return _refuse(who)
                return view(**values)
            thing = session().scalars(load(who, **values)).one_or_none()
            if thing is None:
                # To somebody unknown, a page that is not there and one that is not theirs look alike.
                return _refuse(who) if who.is_anonymous and not is_public(policy) else abort(404)
            if not policy(who, thing):
                return _refuse(who)
            return view(**{as_: thing})

        setattr(guarded, _ATTRIBUTE, Protection(policy=policy, load=load))
        return cast(View, guarded)

    return decorate


def _refuse(who: Reader) -> ResponseReturnValue:
    if not who.is_anonymous:
        abort(403)
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=following), code=303)


def may(endpoint: str, *thing: object) -> bool:
    """Return whether the reader may open ``endpoint`` (for ``thing``): what templates ask before they link."""
    return bool(_protection(current_app, endpoint).policy(reader(), *thing))


def open_to_reader(*endpoints: str) -> frozenset[str]:
    """Return those that the reader may open."""
    return frozenset(endpoint for endpoint in endpoints if may(endpoint))


def _protection(app: Flask, endpoint: str) -> Protection:
    protection = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    if not isinstance(protection, Protection):
        raise UnprotectedView(f"{endpoint} has no @protect(...)")
    return protection


def require_policies(app: Flask) -> None:
    """Raise ``UnprotectedView`` unless every view is protected. Static files are public by their nature."""
    for endpoint in app.view_functions:
        if endpoint != "static":
            _protection(app, endpoint)
