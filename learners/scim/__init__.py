"""SCIM 2.0: a directory (Entra ID) provisions people. Protocol and PATCH by scim2-models; docs/people.md says what
its attributes mean here."""
