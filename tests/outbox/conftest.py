"""A mail server that does as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


class ScriptedServer:
    """Takes mails; `script` says by recipient what else happens: an answer, "hang up", "hang up before", "sleep"."""

    def __init__(self) -> None:
        self.script: dict[str, list[str]] = {}
        self.taken: list[tuple[str, str]] = []  # (recipient, Message-ID)
        self.hang_up_on_mail = 0

    def recipients(self) -> list[str]:
        return [recipient for recipient, _id in self.taken]

    def _next(self, recipient: str, *kinds: str) -> str:
        planned = self.script.get(recipient, [])
        return planned.pop(0) if planned and planned[0].startswith(kinds) else ""

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.hang_up_on_mail:
            self.hang_up_on_mail -= 1
            hang_up(server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        refusal = self._next(address, "4", "5")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient, content = envelope.rcpt_tos[0], envelope.content
        assert isinstance(content, bytes)
        identity = next(line for line in content.decode().splitlines() if line.lower().startswith("message-id:"))
        self.taken.append((recipient, identity.split(":", 1)[1].strip()))
        planned = self._next(recipient, "hang up", "sleep", "data ")
        if planned == "hang up":
            hang_up(server)
        if planned == "sleep":
            await asyncio.sleep(1)
        return planned.removeprefix("data ") if planned.startswith("data ") else "250 OK"


def hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


@pytest.fixture
def server(settings: Settings) -> Iterator[ScriptedServer]:
    """The server, which the outbox sends to."""
    scripted, port = ScriptedServer(), free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 20
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    controller = Controller(scripted, hostname="127.0.0.1", port=port)
    controller.start()
    yield scripted
    controller.stop()
