"""What a new password must be. Pure."""

from matchmaker.accounts.rules import check_password
from matchmaker.errors import Invalid
from matchmaker.messages import _l


def check_new_password(password: str, *, email: str, name: str) -> None:
    """Raise ``Invalid`` on ``password`` when it is too short or is what everybody would try first."""
    check_password(password)
    lowered = password.lower()
    known = [email, email.partition("@")[0], name]
    if len(set(lowered)) < 5 or any(
        word and lowered == (word * len(password))[: len(password)].lower() for word in known
    ):
        raise Invalid(field="password", message=_l("That is too easy to guess. A few unrelated words are good."))
