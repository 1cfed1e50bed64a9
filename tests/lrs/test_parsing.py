"""Strict JSON (1.0.3 Data 2.2, 2.0.0 4.2): what other parsers let through is refused before anything is looked at."""

import pytest

from tracking.lrs.exceptions import InvalidStatementError
from tracking.lrs.parsing import parse

REFUSED = {
    "a name twice": b'{"a":1,"a":2}',
    "a name twice, deep inside": b'[{"a":{"b":[{"c":1,"c":1}]}}]',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "a whole number beyond 64 bits": b'{"a":123456789012345678901234567890}',
    "a lone surrogate": b'{"a":"\\ud800"}',
    "not UTF-8": b'{"a":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a control character in text": b'{"a":"\x01"}',
    "a number that begins with 0": b'{"a":01}',
    "something after the end": b"{} {}",
    "nothing": b"",
    "text alone": b'"statement"',
    "an array of numbers": b"[1]",
    "150 levels": b'{"a":' * 150 + b"1" + b"}" * 150,
    "a hundred thousand levels": b"[" * 100_000,
    "a hundred thousand levels of objects": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_body_that_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidStatementError):
        parse(body)


def test_a_statement_is_kept_to_the_letter() -> None:
    incoming, many = parse(b'[ {"result":{"score":{"raw": 1.0}}} ]')
    assert many
    assert bytes(incoming[0].raw) == b'{"result":{"score":{"raw": 1.0}}}'


def test_one_statement_is_told_from_an_array_of_one() -> None:
    assert parse(b"{}")[1] is False
    assert parse(b"[{}]")[1] is True
