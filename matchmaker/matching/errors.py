"""What can go wrong in matching, each with a sentence that a clerk or an operator can act on."""


class EmptyIndex(Exception):
    """Nothing has been indexed, so nothing can be found."""


class IndexDamaged(Exception):
    """The saved index cannot be used: it is missing, cut short, altered or of another version."""
