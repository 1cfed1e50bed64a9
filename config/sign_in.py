"""The issuers that an installation signs in with, from the TOML file that FAGBENK_OIDC names (docs/sign-in.md)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = {"id", "name", "issuer", "client_id", "claim"}
# What may be left out, and what then holds.
DEFAULTS: dict[str, Any] = {
    "client_secret": "",
    "client_secret_file": "",
    "client_authentication": "client_secret_basic",
    "match": "hr_number",
    "scopes": ["openid"],
    "acr": [],
    "amr": [],
    "userinfo": False,
    "parameters": {},
    "other_hosts": [],
}
MATCHES = {"hr_number": "hr_number", "external_id": "directory__external_id"}


def read(file: str) -> list[dict[str, Any]]:
    """The providers; none where no file is named. Raises ImproperlyConfigured and says what is wrong."""
    if not file:
        return []
    try:
        content = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"FAGBENK_OIDC: {file} cannot be read: {error}") from error
    if set(content) - {"provider"} or not isinstance(content.get("provider"), list):
        raise ImproperlyConfigured(f"FAGBENK_OIDC: {file} must have [[provider]] tables and nothing else.")
    found = [_provider(table) for table in content["provider"]]
    if len({provider["id"] for provider in found}) != len(found):
        raise ImproperlyConfigured("FAGBENK_OIDC: two providers have the same id.")
    return found


def _provider(table: dict[str, Any]) -> dict[str, Any]:
    unknown, missing = set(table) - NEEDED - set(DEFAULTS), NEEDED - set(table)
    if unknown or missing:
        said = ", ".join(sorted(unknown)) or "nothing", ", ".join(sorted(missing)) or "nothing"
        raise ImproperlyConfigured(f"FAGBENK_OIDC: unknown: {said[0]}; missing: {said[1]}.")
    provider = DEFAULTS | table
    for name, default in {**DEFAULTS, **dict.fromkeys(NEEDED, "")}.items():
        if type(provider[name]) is not type(default):
            raise ImproperlyConfigured(f"FAGBENK_OIDC: {name} must be of the kind {type(default).__name__}.")
    if provider["match"] not in MATCHES:
        raise ImproperlyConfigured(f"FAGBENK_OIDC: match must be one of {', '.join(MATCHES)}.")
    if provider["claim"] in ("email", "preferred_username", "upn"):
        raise ImproperlyConfigured("FAGBENK_OIDC: an e-mail address is no identity: name an HR number's claim.")
    if urlsplit(provider["issuer"]).scheme not in ("https", "http"):
        raise ImproperlyConfigured("FAGBENK_OIDC: issuer must be an https address.")
    return provider | {"match": MATCHES[provider["match"]], "origins": _origins(provider), "secret": _secret(provider)}


def _origins(provider: dict[str, Any]) -> list[str]:
    """Where we may ask: the issuer's own host, and others that are named."""
    at = urlsplit(provider["issuer"])
    return [f"{at.scheme}://{at.netloc}", *(f"https://{host}" for host in provider["other_hosts"])]


def _secret(provider: dict[str, Any]) -> str:
    if not provider["client_secret_file"]:
        return str(provider["client_secret"])
    try:
        return Path(provider["client_secret_file"]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"FAGBENK_OIDC: client_secret_file cannot be read: {error}") from error


def as_allauth(providers: list[dict[str, Any]]) -> dict[str, Any]:
    """The same as allauth's setting SOCIALACCOUNT_PROVIDERS."""
    apps = [
        {
            "provider_id": provider["id"],
            "name": provider["name"],
            "client_id": provider["client_id"],
            "secret": provider["secret"],
            "settings": {
                **{name: provider[name] for name in ("id", "issuer", "acr", "amr", "userinfo", "claim", "match")},
                "server_url": provider["issuer"],
                "token_auth_method": provider["client_authentication"],
                "scope": provider["scopes"],
                "auth_params": _parameters(provider),
                "oauth_pkce_enabled": True,
            },
        }
        for provider in providers
    ]
    return {"openid_connect": {"APPS": apps, "provider_class": "learners.oidc.provider.SignInProvider"}}


def _parameters(provider: dict[str, Any]) -> dict[str, str]:
    asked = {"acr_values": " ".join(provider["acr"])} if provider["acr"] else {}
    return asked | {name: str(value) for name, value in provider["parameters"].items()}
