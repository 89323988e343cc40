"""What belongs to the person who is signed in: password, sessions, language, the organisation acted for."""
