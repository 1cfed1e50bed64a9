"""One line to the mail server for a run of the outbox; it knows whether a mail was on its way when it broke."""

from __future__ import annotations

import smtplib
from types import TracebackType
from typing import Any, Self

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

log = structlog.get_logger("fagbenk.outbox")


class Lost(Exception):
    """The line broke. `on_its_way`: the server had begun to take the mail, and may have kept it."""

    def __init__(self, reason: str, on_its_way: bool) -> None:
        super().__init__(reason)
        self.on_its_way = on_its_way


class _Noting:
    """Notes that DATA has begun: from there on the server may have the mail."""

    data_begun = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.data_begun = True
        return super().data(msg)  # type: ignore[misc, no-any-return]


class _SMTP(_Noting, smtplib.SMTP):
    pass


class _SMTPS(_Noting, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Django's, over those."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SMTPS if self.use_ssl else _SMTP


class Line:
    """A connection to the mail server (or Django's other backends), opened again where it broke."""

    def __init__(self) -> None:
        self.backend = self._backend()

    @staticmethod
    def _backend() -> BaseEmailBackend:
        is_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
        return Backend() if is_smtp else get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def open(self) -> bool:
        """Whether the server answers and lets us in."""
        try:
            self.backend.open()
        except (smtplib.SMTPException, OSError) as error:
            log.warning("mail_server_unreachable", error=str(error))
            self._close()
            return False
        return True

    def send(self, message: EmailMessage) -> None:
        """Hand over one mail. Raises Lost where the line broke, else what the server answered."""
        session = getattr(self.backend, "connection", None)
        if session is not None:
            session.data_begun = False
        try:
            self.backend.send_messages([message])
        except smtplib.SMTPServerDisconnected as broken:
            raise self._lost(broken, session) from broken
        except smtplib.SMTPException:
            # The server's own answer. It may have hung up with it (421): the next mail begins on a new line.
            self._close()
            raise
        except OSError as broken:
            raise self._lost(broken, session) from broken

    def _lost(self, broken: OSError, session: Any) -> Lost:
        self._close()
        return Lost(str(broken), on_its_way=bool(getattr(session, "data_begun", False)))

    def _close(self) -> None:
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend = self._backend()
