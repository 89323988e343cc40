"""Forms of one's own account."""

from matchmaker.accounts.rules import MIN_PASSWORD
from matchmaker.messages import _l
from matchmaker.web.forms import LineField, ShapedForm

_NEW = _l("At least %(least)s characters. A few unrelated words are good.", least=MIN_PASSWORD)


class ChangeForm(ShapedForm):
    """The present password and the new one."""

    old = LineField(_l("Present password"), most=200, needed=True)
    password = LineField(_l("New password"), most=200, needed=True, hint=_NEW)


class ForgottenForm(ShapedForm):
    """The address to write to."""

    email = LineField(_l("E-mail address"), most=255, needed=True)


class ResetForm(ShapedForm):
    """The new password."""

    password = LineField(_l("New password"), most=200, needed=True, hint=_NEW)
