"""Whose opening is kept: that of the need's own side, while others could answer it."""

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.rules import speaks_for


def is_kept(reader: Reader, need: Need) -> bool:
    """Its enterprise and whoever posted it by mandate; a draft's matches are a try and tell nothing."""
    return need.is_open and speaks_for(reader, need)
