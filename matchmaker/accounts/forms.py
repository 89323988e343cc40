"""The sign-in form."""

from matchmaker.messages import _l
from matchmaker.web.forms import LineField, ShapedForm


class SignInForm(ShapedForm):
    """Address and password."""

    email = LineField(_l("E-mail address"), most=255, needed=True)
    password = LineField(_l("Password"), most=200, needed=True)
