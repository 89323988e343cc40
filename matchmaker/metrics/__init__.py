"""Service metrics: one definition each, kept up with the records they count, for any period."""
