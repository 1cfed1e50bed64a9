"""Whether a statement follows the specification: strict, and in a few microseconds.

msgspec decodes into the types of this package and throws the result away; what types cannot say stands in their
`__post_init__` and below. Duplicate keys and numbers that JSON does not know are found earlier, by
`tracking.lrs.parsing`.
"""

import re
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from .. import moments
from ..exceptions import InvalidStatementError
from .activities import Activity
from .actors import Actor
from .sections import cited, parted
from .statements import Said, Statement, Statement2, StatementRef, SubStatement, SubStatement2
from .texts import in_words

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_Decoder = msgspec.json.Decoder


class _ObjectKind(Struct):
    objectType: str = "Activity"  # noqa: N815


_kind = _Decoder(_ObjectKind)
_OBJECTS: dict[str, _Decoder[Any]] = {
    "Activity": _Decoder(Activity),
    "Agent": _Decoder(Actor),
    "Group": _Decoder(Actor),
    "StatementRef": _Decoder(StatementRef),
}
_FIELD = re.compile(r"field `(.*)`$")
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>.*)`)?$", re.DOTALL)


class Standard:
    """The decoders of one version of the standard."""

    def __init__(self, version: str, statement: type[Statement], sub: type[SubStatement]) -> None:
        self.version = version
        self._statement = _Decoder(statement)
        self._objects = {**_OBJECTS, "SubStatement": _Decoder(sub)}

    def check(self, raw: bytes | msgspec.Raw) -> None:
        said = self._decoded(self._statement, raw, "")
        self._check_moment("stored", said.stored)
        target = self._check_object(said, "object")
        if isinstance(target, SubStatement):
            self._check_object(target, "object.object")
        if said.verb.id == VOIDED and not isinstance(target, StatementRef):
            raise InvalidStatementError(
                f"`object`: a voiding statement has a StatementRef as its object ({self._voiding()})."
            )

    def _check_object(self, said: Said, path: str) -> Any:
        self._check_moment(path.rpartition("object")[0] + "timestamp", said.timestamp)
        kind = self._decoded(_kind, said.object, path).objectType
        decoder = self._objects.get(kind)
        if decoder is None or (kind == "SubStatement" and isinstance(said, SubStatement)):
            raise self._refusal(f"{path}.objectType", f"{kind!r} cannot stand here")
        target = self._decoded(decoder, said.object, path)
        if said.context is not UNSET and kind != "Activity":
            self._check_context(said, path)
        return target

    def _check_context(self, said: Said, path: str) -> None:
        """1.0.3 Data 2.4.6, 2.0.0 4.2.2.5."""
        for name in ("revision", "platform"):
            if getattr(said.context, name) is not UNSET:
                place = path.rpartition("object")[0] + f"context.{name}"
                raise self._refusal(place, "only used where the object is an activity")

    def _check_moment(self, path: str, text: str | UnsetType) -> None:
        """1.0.3 Data 4.5 (ISO 8601), 2.0.0 4.2.7 (RFC 3339: with an offset)."""
        if text is UNSET:
            return
        try:
            moments.parse(text, offset_needed=self.version == "2.0.0")
        except ValueError as error:
            raise self._refusal(path, str(error)) from error

    def _decoded(self, decoder: _Decoder[Any], raw: bytes | msgspec.Raw, within: str) -> Any:
        try:
            return decoder.decode(raw)
        except msgspec.MsgspecError as error:
            raise self._refusal(*_place(str(error), within)) from error
        except UnicodeDecodeError as error:
            raise self._refusal(within, "text that is not UTF-8") from error
        except RecursionError as error:
            raise self._refusal(within, "nested too deeply") from error

    def _refusal(self, path: str, what: str) -> InvalidStatementError:
        rule, words = parted(what)
        return InvalidStatementError(f"`{path or 'statement'}`: {words} ({cited(rule or path, self.version)}).")

    def _voiding(self) -> str:
        return "xAPI 1.0.3 Data 2.3.2" if self.version == "1.0.3" else "xAPI 2.0.0 4.2.5"


def _place(message: str, within: str) -> tuple[str, str]:
    """Path and complaint of a message of msgspec."""
    match = _PLACE.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    field = _FIELD.search(what)
    path = f"{within}{path}{'.' + field[1] if field else ''}".lstrip(".")
    return path, in_words(what) + (" as key" if match and match["key"] else "")


_OLD = Standard("1.0.3", Statement, SubStatement)
_NEW = Standard("2.0.0", Statement2, SubStatement2)


def validate(raw: bytes | msgspec.Raw, version: str) -> None:
    """Raises `InvalidStatementError`, which names the property and the section."""
    (_OLD if version.startswith("1.") else _NEW).check(raw)
