"""An OpenID Connect issuer in a process of its own, which can be told to answer wrongly.

`python issuer.py` writes its address. `POST /control` sets what is wrong ({"claims": {…}, "alg": …}); a request to
authorise is answered at once, as one and the same person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "fagbenk", "en-hemmelighet"
KEY, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
codes: dict[str, dict[str, Any]] = {}
seen: list[dict[str, Any]] = []  # what was asked for
wrong: dict[str, Any] = {}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any], alg: str, key: bytes = b"") -> str:
    """A token whose header says `alg`: no signature, or one made with the public key for a shared secret."""
    parts = [b64(json.dumps(part).encode()) for part in ({"alg": alg, "kid": "one", "typ": "JWT"}, claims)]
    signature = hmac.new(key, ".".join(parts).encode(), hashlib.sha256).digest() if key else b""
    return ".".join([*parts, b64(signature)])


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass

    @property
    def base(self) -> str:
        return f"http://{self.headers['Host']}"

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def form(self) -> dict[str, str]:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        return {name: values[0] for name, values in parse_qs(raw).items()}

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(at.query).items()}
        if at.path == "/.well-known/openid-configuration":
            self.answer(self.configuration() | wrong.get("configuration", {}))
        elif at.path == "/keys":
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.answer({"keys": [jwk | {"kid": "one", "use": "sig", "alg": "RS256"}]})
        elif at.path == "/authorize":
            self.authorize(query)
        elif at.path == "/userinfo":
            self.answer({"sub": "kari-sub", "hr": "1001"} | wrong.get("userinfo", {}))
        elif at.path == "/seen":
            self.answer(seen)
        else:
            self.answer({}, 404)

    def configuration(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        names |= {"userinfo_endpoint": "userinfo", "end_session_endpoint": "end"}
        return {"issuer": self.base, **{name: f"{self.base}/{path}" for name, path in names.items()}}

    def authorize(self, query: dict[str, str]) -> None:
        seen.append(query)
        code = secrets.token_urlsafe(12)
        codes[code] = query
        back = {"code": code, "state": query["state"], **wrong.get("answer", {})}
        self.answer({}, 302, Location=f"{query['redirect_uri']}?{urlencode(back)}")

    def do_POST(self) -> None:
        if self.path == "/control":
            wrong.clear()
            wrong.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer({})
        elif self.path == "/token":
            self.token(self.form())

    def token(self, form: dict[str, str]) -> None:
        asked = codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        good = asked and asked.get("code_challenge") == challenge and asked.get("code_challenge_method") == "S256"
        if not good or self.headers.get("Authorization") != f"Basic {basic}":
            return self.answer({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.base, "aud": CLIENT, "sub": "kari-sub", "hr": "1001", "acr": "high", "iat": now}
        claims |= {"exp": now + 300, "nonce": asked.get("nonce") if asked else "", **wrong.get("claims", {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.answer({"access_token": "a", "token_type": "Bearer", "id_token": self.signed(claims)})

    def signed(self, claims: dict[str, Any]) -> Any:
        alg = wrong.get("alg", "RS256")
        if alg == "none":
            return unsigned(claims, "none")
        if alg == "HS256":
            return unsigned(claims, "HS256", PUBLIC)
        if wrong.get("id_token"):
            return wrong["id_token"]
        key = STRANGER if wrong.get("stranger") else KEY
        return jwt.encode(claims, key, algorithm=alg, headers={"kid": wrong.get("kid", "one")})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"http://localhost:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
