"""What the domains raise when they refuse; ``web/errors.py`` alone turns these into pages."""

from typing import ClassVar

from matchmaker.messages import Message


class DomainError(Exception):
    """A refusal with a message for the person who asked."""

    status: ClassVar[int] = 400

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Invalid(DomainError):
    """A value that the rules do not allow; ``field`` names the form's field."""

    status = 422

    def __init__(self, *, field: str, message: Message) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The thing is no longer as the person saw it."""

    status = 409


class Forbidden(DomainError):
    """The person may see the thing but not do this to it."""

    status = 403


class Busy(DomainError):
    """The database is held by someone else; trying again shortly will work."""

    status = 503


class Full(DomainError):
    """There is no room left to write; reading goes on."""

    status = 507
