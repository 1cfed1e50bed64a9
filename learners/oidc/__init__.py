"""Signing in elsewhere: OpenID Connect with Entra ID, ID-porten, Feide or any other issuer (docs/sign-in.md)."""
