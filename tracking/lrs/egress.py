"""The one way out: connections to addresses that somebody has entered.

The host must be on the administrators' list, its addresses public (or in a network that the installation allows), and
the connection goes to the very address that was looked at: a name that resolves otherwise a moment later gains nothing.
Redirects are not followed.
"""

import ipaddress
import socket
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from .connections import AllowedHost
from .exceptions import EgressRefusedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_IN_PATH = "%/:=&?~#+!$,;'@()*[]"
_ROUTED = ipaddress.ip_network("2000::/3")  # what IANA gives out to the whole net
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 within IPv6 (RFC 6052)


def connect(url: str, *, timeout: float) -> HTTPConnection:
    """A connection that is opened at its first request. Raises `EgressRefusedError`, OSError where no name resolves."""
    parts = urlsplit(url)
    host, port = check_name(url), parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port)
    if parts.scheme == "http" and not all(_is_allowed_private(one) for one in addresses):
        raise EgressRefusedError("Plain http is only for a network that FAGBENK_EGRESS_NETWORKS allows: use https.")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(host, port, timeout=timeout)
    # Both kinds open their socket through this one function; TLS then checks the certificate against the name.
    connection._create_connection = _opener(addresses, port)  # type: ignore[attr-defined]
    return connection


def reach(url: str, *, timeout: float) -> tuple[int, str]:
    """Whether anything answers at a public address, for looking links over: the status, and where it sends on to ("").

    Private addresses are refused, also those that FAGBENK_EGRESS_NETWORKS names, and nothing of the answer is read.
    Raises PermissionError for an address that may not be asked, OSError and HTTPException where nothing answers.
    """
    try:
        host, parts = _host(url), urlsplit(url)
    except EgressRefusedError as refused:
        raise PermissionError(str(refused)) from refused
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _resolved(host, port)
    if not all(_is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise PermissionError(f"{host} leads to a private address.")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(host, port, timeout=timeout)
    connection._create_connection = _opener(addresses, port)  # type: ignore[attr-defined]
    try:
        target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_IN_PATH)
        connection.request("GET", target, headers={"User-Agent": "Fagbenk", "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", "") if 300 <= answer.status < 400 else ""
    finally:
        connection.close()


def check_name(url: str) -> str:
    """The host of an address that may be entered. Raises `EgressRefusedError`."""
    host = _host(url)
    if not AllowedHost.objects.filter(host=host).exists():
        raise EgressRefusedError(f"{host} is not among the hosts that an administrator has allowed.")
    return host


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise EgressRefusedError("This is no web address.") from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise EgressRefusedError("The address must be like https://lrs.example.org/xapi/, without a name or password.")
    return host


def _resolved(host: str, port: int) -> list[str]:
    return list(dict.fromkeys(str(line[4][0]) for line in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def _addresses(host: str, port: int) -> list[str]:
    found = _resolved(host, port)
    for one in found:
        if not (_is_public(ipaddress.ip_address(one.partition("%")[0])) or _is_allowed_private(one)):
            raise EgressRefusedError(
                f"{host} leads to a private address, and FAGBENK_EGRESS_NETWORKS does not name it."
            )
    return found


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _TRANSLATED:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within:
            return _is_public(within)
        if address not in _ROUTED:  # Python calls some global that are not: site-local, translated in one's own network
            return False
    return address.is_global and not address.is_multicast


def _is_allowed_private(address: str) -> bool:
    held = ipaddress.ip_address(address.partition("%")[0])
    return any(held in network for network in settings.EGRESS_NETWORKS)


def _opener(addresses: list[str], port: int) -> Any:
    def opened(_: tuple[str, int], timeout: Any = None, source: Any = None) -> socket.socket:
        for address in addresses[:-1]:
            try:
                return socket.create_connection((address, port), timeout, source)
            except OSError:
                continue
        return socket.create_connection((addresses[-1], port), timeout, source)

    return opened
