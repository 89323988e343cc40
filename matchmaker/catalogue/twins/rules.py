"""Which moves a pair can make. Pure."""

from matchmaker.catalogue.twins.models import TwinState

ALLOWED = {
    TwinState.FOUND: frozenset({TwinState.ASKED, TwinState.MERGED, TwinState.DIFFERENT}),
    TwinState.ASKED: frozenset({TwinState.MERGED, TwinState.DIFFERENT}),
    TwinState.MERGED: frozenset[TwinState](),
    TwinState.DIFFERENT: frozenset[TwinState](),
}
