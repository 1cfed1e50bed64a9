"""Attachments as multipart/mixed and signed statements (1.0.3 Data 2.4.11 and 2.6, Communication 1.5; 2.0.0 4.1.3)."""

import datetime as dt
import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID
from lrs_cast import Xapi, build, voiding

from tracking.lrs.models import Attachment, Statement

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
BYTES = b"\x00\xff\r\n--other\r\n\n"
MULTIPART = "multipart/mixed; boundary=abc"


def sha2(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def attachment(content: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "usageType": "urn:use:file",
        "display": {"nb": "fil"},
        "contentType": "image/png",
        "length": len(content),
        "sha2": sha2(content),
        **changes,
    }


def attached(content: bytes = BYTES, **changes: Any) -> dict[str, Any]:
    return build(attachments=[attachment(content)], **changes)


def part(content: bytes, **changes: str | None) -> bytes:
    headers = {
        "Content-Type": "image/png",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2(content),
        **{name.replace("_", "-"): text for name, text in changes.items()},
    }
    lines = [f"{name}: {text}" for name, text in headers.items() if text is not None]
    return "\r\n".join([*lines, "", ""]).encode() + content


def body(said: Any, *parts: bytes, kind: str = "application/json") -> bytes:
    first = f"Content-Type: {kind}\r\n\r\n{json.dumps(said)}".encode()
    return b"".join(b"\r\n--abc\r\n" + one for one in (first, *parts)) + b"\r\n--abc--"


def read(xapi: Xapi, **query: str) -> list[tuple[str, bytes]]:
    """Content types and contents of the parts of an answer."""
    answer = xapi.get(attachments="true", **query)
    assert answer.status_code == 200, answer.content
    head = f"Content-Type: {answer['Content-Type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + answer.content, policy=HTTP)
    assert not whole.defects
    boundary = whole.get_boundary() or ""
    pieces = answer.content.split(f"--{boundary}".encode())[1:-1]
    heads = [one.get_content_type() for one in whole.iter_parts()]
    return [(kind, piece.partition(b"\r\n\r\n")[2][:-2]) for kind, piece in zip(heads, pieces, strict=True)]


@pytest.fixture(params=["1.0.3", "2.0.0"])
def xapi(request: Any, key: Any) -> Xapi:
    return key(version=request.param)


def test_bytes_come_back_as_they_came_with_one_and_with_many(xapi: Xapi) -> None:
    (statement_id,) = xapi.post(body(attached(), part(BYTES)), kind=MULTIPART).json()
    for query in ({"statementId": statement_id}, {}):
        (kind, text), (other, content) = read(xapi, **query)
        assert (kind, other, content) == ("application/json", "image/png", BYTES)
        said = json.loads(text)
        assert (said if query else said["statements"][0])["attachments"] == [attachment(BYTES)]
    assert xapi.get(statementId=statement_id).json()["id"] == statement_id


def test_without_attachments_the_answer_has_one_part(xapi: Xapi) -> None:
    assert [kind for kind, _ in read(xapi)] == ["application/json"]


def test_bytes_of_a_voided_statement_and_of_a_sub_statement_are_found(xapi: Xapi) -> None:
    said = build(object={"objectType": "SubStatement", **attached()})
    (statement_id,) = xapi.post(body([said], part(BYTES)), kind=MULTIPART).json()
    xapi.post(voiding(statement_id))
    assert read(xapi, voidedStatementId=statement_id)[1][1] == BYTES


def test_the_same_statement_sent_again_keeps_its_bytes_once(xapi: Xapi) -> None:
    said = attached(id="0d1c1a3e-8f5b-4a53-9f0e-6f1f3f1f3f1f")
    for _ in range(2):
        assert xapi.post(body(said, part(BYTES)), kind=MULTIPART).status_code == 200
    assert Attachment.objects.count() == 1


def test_who_only_names_a_hash_does_not_get_the_bytes_of_others(key: Any) -> None:
    key().post(body(attached(), part(BYTES)), kind=MULTIPART)
    other = key("statements/write", "statements/read/mine")
    other.post(build(attachments=[attachment(BYTES, fileUrl="https://fagbenk.example/f")]))
    assert len(read(other)) == 1


def test_a_content_type_that_no_header_can_hold_is_given_as_bytes(xapi: Xapi) -> None:
    said = build(attachments=[attachment(BYTES, contentType="text/plain\r\n;æ=ø")])
    xapi.post(body(said, part(BYTES)), kind=MULTIPART)
    assert read(xapi)[1] == ("application/octet-stream", BYTES)


FILE = attachment(BYTES, fileUrl="https://fagbenk.example/f")
# name: (content type, body)
BAD = {
    "1.5.2 no boundary named": ("multipart/mixed", body(attached(), part(BYTES))),
    "1.5.2 another boundary": ("multipart/mixed; boundary=x", body(attached(), part(BYTES))),
    "1.5.2 no end": (MULTIPART, body(attached(), part(BYTES))[:-2]),
    "1.5.2 no statement": (MULTIPART, b"\r\n--abc--"),
    "1.5.2 a first part that is not JSON": (MULTIPART, body(attached(), part(BYTES), kind="text/plain")),
    "1.5.2 a part without headers": (MULTIPART, body(attached(), b"x")),
    "1.5.2 no hash": (MULTIPART, body(attached(), part(BYTES, X_Experience_API_Hash=None))),
    "1.5.2 the hash of something else": (MULTIPART, body(attached(), part(BYTES, X_Experience_API_Hash="a" * 64))),
    "1.5.2 another encoding": (MULTIPART, body(attached(), part(BYTES, Content_Transfer_Encoding="base64"))),
    "1.5.2 no encoding": (MULTIPART, body(attached(), part(BYTES, Content_Transfer_Encoding=None))),
    "1.5.2 a part too many": (MULTIPART, body(attached(), part(BYTES), part(b"x"))),
    "1.5.2 a part too few": (MULTIPART, body(attached())),
    "1.5 form data": ("multipart/form-data; boundary=abc", body(attached(), part(BYTES))),
}


@pytest.mark.parametrize(("kind", "sent"), BAD.values(), ids=BAD)
def test_a_body_that_does_not_hold_together_is_refused_whole(kind: str, sent: bytes, xapi: Xapi) -> None:
    assert xapi.post(sent, kind=kind).status_code == 400
    assert not Statement.objects.exists()
    assert not Attachment.objects.exists()


def test_an_attachment_with_an_address_needs_no_part(xapi: Xapi) -> None:
    assert xapi.post(body(build(attachments=[FILE])), kind=MULTIPART).status_code == 200


def jws(payload: Any, alg: str = "RS256") -> bytes:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    pieces = (json.dumps({"alg": alg}).encode(), raw, b"signature")
    return b".".join(urlsafe_b64encode(one).rstrip(b"=") for one in pieces)


def signed(signature: bytes, **changes: Any) -> bytes:
    one = attachment(signature, usageType=SIGNATURE, contentType="application/octet-stream", **changes)
    return body(build(attachments=[one]), part(signature))


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_stored_with_its_signature(alg: str, xapi: Xapi) -> None:
    signature = jws(build(), alg)
    assert xapi.post(signed(signature), kind=MULTIPART).status_code == 200
    assert read(xapi)[1][1] == signature


UNSIGNED = {
    "2.6 another algorithm": signed(jws(build(), "HS256")),
    "2.6 no JWS": signed(b"signature"),
    "2.6 no base64": signed(b"a.b.c"),
    "2.6 a payload that is no JSON": signed(jws(b"{'a'}")),
    "2.6 a payload that is no statement": signed(jws({"a": 1})),
    "2.6 an array as payload": signed(jws([])),
    "2.6 another statement": signed(jws(build(result={"success": True}))),
    "2.6 another content type": signed(jws(build())).replace(b"application/octet-stream", b"text/plain"),
}


@pytest.mark.parametrize("sent", UNSIGNED.values(), ids=UNSIGNED)
def test_a_signature_that_is_not_of_the_statement_is_refused(sent: bytes, xapi: Xapi) -> None:
    assert xapi.post(sent, kind=MULTIPART).status_code == 400
    assert not Statement.objects.exists()


def _certificate(name: str, key: RSAPrivateKey, issuer: str, issuer_key: RSAPrivateKey) -> str:
    """DER in base64, as it stands in x5c."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
    day = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    built = x509.CertificateBuilder(names[1], names[0], key.public_key(), 1, day, day + dt.timedelta(days=1))
    der = built.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return b64encode(der).decode()


OWN, ISSUER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CHAIN = [_certificate("Kari", OWN, "Etat", ISSUER), _certificate("Etat", ISSUER, "Etat", ISSUER)]


def certified(chain: Any, *, key: RSAPrivateKey = OWN, alg: str = "RS256", **header: Any) -> bytes:
    whole = {"alg": alg, "x5c": chain, **header}
    made = b".".join(urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (whole, build()))
    algorithm = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}[alg]
    return signed(made + b"." + urlsafe_b64encode(key.sign(made, PKCS1v15(), algorithm)).rstrip(b"="))


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("chain", [CHAIN, CHAIN[:1]], ids=["chain", "alone"])
def test_a_signature_made_with_its_certificate_is_stored(chain: list[str], alg: str, xapi: Xapi) -> None:
    """1.0.3 Data 2.6, 2.0.0 4.2.6; RFC 7515 4.1.6. The certificate's days are not looked at: they are the reader's."""
    answer = xapi.post(certified(chain, alg=alg), kind=MULTIPART)
    assert answer.status_code == 200, answer.content


UNCERTIFIED = {
    "2.6 made with another key": certified(CHAIN, key=ISSUER),
    "2.6 a chain in the wrong order": certified(CHAIN[::-1], key=ISSUER),
    "2.6 a certificate of nobody in the chain": certified([CHAIN[0], CHAIN[0]]),
    "2.6 no certificate in the chain": certified([]),
    "2.6 a text for the chain": certified(CHAIN[0]),
    "2.6 a number in the chain": certified([1]),
    "2.6 no base64": certified(["!"]),
    "2.6 no certificate": certified([b64encode(b"a").decode()]),
    "2.6 a chain without end": certified(CHAIN * 10),
    "2.6 a header that must be understood": certified(CHAIN, crit=["b64"], b64=False),
}


@pytest.mark.parametrize("sent", UNCERTIFIED.values(), ids=UNCERTIFIED)
def test_a_signature_that_its_certificate_did_not_make_is_refused(sent: bytes, xapi: Xapi) -> None:
    answer = xapi.post(sent, kind=MULTIPART)
    assert answer.status_code == 400
    assert "Data 2.6, 2.0.0 4.2.6" in answer.content.decode()
