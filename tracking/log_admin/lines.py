"""Lists in a form, one entry a line: IRIs, and people as xAPI knows them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 200  # entries


class Lines(forms.CharField):
    """Text with an entry a line <-> a list."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.help)
        super().__init__(**kwargs)

    help = gettext_lazy("One a line. Empty: all.")

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.written, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        found = [self.read(line) for line in lines if line]
        if len(found) > MOST:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": MOST})
        return found

    def read(self, line: str) -> Any:
        raise NotImplementedError

    def written(self, entry: Any) -> str:
        return str(entry)


class IriLines(Lines):
    def read(self, line: str) -> str:
        if not urlsplit(line).scheme or " " in line:
            raise forms.ValidationError(_("“%(line)s” is no IRI: it begins like https: or urn:.") % {"line": line})
        return line


class AgentLines(Lines):
    help = gettext_lazy("One a line: mailto:kari@example.org, or the account's home page, a space and its name.")

    def read(self, line: str) -> dict[str, Any]:
        if line.startswith("mailto:") and "@" in line and " " not in line:
            return {"objectType": "Agent", "mbox": line}
        home, _space, name = line.partition(" ")
        if urlsplit(home).scheme and name.strip():
            return {"objectType": "Agent", "account": {"homePage": home, "name": name.strip()}}
        raise forms.ValidationError(_("“%(line)s” is neither a mailto: address nor an account.") % {"line": line})

    def written(self, entry: Any) -> str:
        if "mbox" in entry:
            return str(entry["mbox"])
        account = entry["account"]
        return f"{account['homePage']} {account['name']}"
