"""Hashing of passwords and of session tokens."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
#: Verified when no such person exists, so that both answers take the same time: made once of a random word that was not
#: kept, with the hasher's own parameters.
_DECOY = "$argon2id$v=19$m=65536,t=3,p=4$E2sEOE3Oi2j4RC/Z+ZSgYw$vJ5sLayhG0UFRFQQX/lfHZkE2LmG8thE7FS8rgFuyPg"


def hash_password(password: str) -> str:
    """Return an argon2id hash."""
    return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Compare in the same time whether or not there is a hash to compare with."""
    try:
        _hasher.verify(password_hash or _DECOY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def new_token() -> str:
    """Return 256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what the database keeps of a token; random tokens need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
