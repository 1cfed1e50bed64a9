"""What can go wrong in the record store; the docstring is the message where none is given."""


class LrsError(Exception):
    """The record store cannot do what was asked."""

    status = 400
    retry_after = 0  # seconds; 0: trying again helps nothing

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


class TooOftenError(LrsError):
    """This key has asked more often than it may. Try again when its minute is over."""

    status = 429


class OutsideLaunchError(LrsError):
    """A launch token reaches its own learner, registration and activity, and nothing else."""

    status = 403


class SealBrokenError(LrsError):
    """The secret was kept under another SECRET_KEY: enter it again."""


class EgressRefusedError(LrsError):
    """This address may not be reached from here."""


class RemoteError(LrsError):
    """The other record store cannot be reached, or answered with an error of its own."""

    def __init__(self, message: str = "", *, status: int = 0, retry_after: int = 0) -> None:
        super().__init__(message)
        self.answered = status  # 0: nothing was answered
        self.retry_after = retry_after
