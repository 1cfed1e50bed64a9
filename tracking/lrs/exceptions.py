"""What can go wrong in the record store; the docstring is the message where none is given."""


class LrsError(Exception):
    """The record store cannot do what was asked."""

    status = 400

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class InvalidStatement(LrsError):
    """The statement does not follow the specification."""


class Conflict(LrsError):
    """Another statement is already stored under this id."""

    status = 409


class NotAllowedToVoid(LrsError):
    """This statement was stored by somebody else and cannot be voided with this key."""

    status = 403
