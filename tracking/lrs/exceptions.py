"""What can go wrong in the record store; the docstring is the message where none is given."""


class LrsError(Exception):
    """The record store cannot do what was asked."""

    status = 400

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class InvalidStatementError(LrsError):
    """The statement does not follow the specification."""


class ConflictError(LrsError):
    """Another statement is already stored under this id."""

    status = 409


class NotAllowedToVoidError(LrsError):
    """This statement was stored by somebody else and cannot be voided with this key."""

    status = 403


class InvalidRequestError(LrsError):
    """The request does not follow the specification."""


class UnknownCredentialError(LrsError):
    """This resource wants a valid key and secret (Basic)."""

    status = 401


class MissingScopeError(LrsError):
    """The key may not do this."""

    status = 403


class NotFoundError(LrsError):
    """No such statement."""

    status = 404


class TooLargeError(LrsError):
    """The body is larger than this record store takes."""

    status = 413


class PreconditionFailedError(LrsError):
    """The document is not the one that If-Match or If-None-Match speaks of: read it again, then change it."""

    status = 412
