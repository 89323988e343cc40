"""Forms about the people of an organisation."""

from matchmaker.accounts.rules import MIN_PASSWORD
from matchmaker.messages import _l
from matchmaker.web.forms import LineField, ManyField, ShapedForm


class InviteForm(ShapedForm):
    """Whom to invite and as what; ``roles`` gets its options from the kind of organisation."""

    email = LineField(_l("E-mail address"), most=254, needed=True)
    roles = ManyField(_l("Roles"))


class JoinForm(ShapedForm):
    """Who somebody new is."""

    person_name = LineField(_l("Your name"), most=40, needed=True)
    password = LineField(
        _l("Password"),
        most=200,
        needed=True,
        hint=_l("At least %(least)s characters. A few unrelated words are good.", least=MIN_PASSWORD),
    )


class AskForm(ShapedForm):
    """Who asks to be invited."""

    person_name = LineField(_l("Your name"), most=40, needed=True)
    email = LineField(_l("E-mail address"), most=254, needed=True, hint=_l("The invitation is sent there."))
