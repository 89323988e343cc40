"""The edge to people: the application, sessions, access, errors, forms, languages, headers."""
