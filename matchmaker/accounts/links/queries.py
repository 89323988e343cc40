"""Reads of single-use links."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.passwords import hash_token


def good_link(purpose: LinkPurpose, token: str) -> Select[Link]:
    """The link with this token, while it is unused and in time."""
    return (
        select(Link)
        .where(
            Link.token_hash == hash_token(token),
            Link.purpose == purpose,
            Link.used_at.is_(None),
            Link.expires_at > clock.now(),
        )
        .options(joinedload(Link.organisation))
    )


def open_invitations(organisation_id: int) -> Select[Link]:
    """Invitations to an organisation that nobody has followed yet, newest first."""
    return (
        select(Link)
        .where(
            Link.organisation_id == organisation_id,
            Link.purpose == LinkPurpose.INVITATION,
            Link.used_at.is_(None),
            Link.expires_at > clock.now(),
        )
        .order_by(Link.created_at.desc(), Link.id.desc())
    )
