"""People, the organisations they belong to, and signing in."""
