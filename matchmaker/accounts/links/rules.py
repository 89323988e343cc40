"""How long a link is good for. Pure."""

from datetime import timedelta

from matchmaker.accounts.links.models import LinkPurpose

#: OWASP's cheat sheet on forgotten passwords asks for a short life; an invitation may lie over a week's leave.
GOOD_FOR = {
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.REGISTRATION: timedelta(days=7),
    LinkPurpose.INVITATION: timedelta(days=7),
}


def masked(email: str) -> str:
    """Return an address that its owner recognises and nobody else can write to: "c***n@example.com"."""
    name, at, host = email.partition("@")
    shown = name[0] + "***" + (name[-1] if len(name) > 3 else "") if name else "***"
    return f"{shown}{at}{host}"
