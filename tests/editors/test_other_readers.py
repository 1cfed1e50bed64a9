"""Our GIFT files, read by another program's reader (gift-pegjs). For Moodle XML there is none but Moodle itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from courses.exchange import gift
from courses.exchange.plain import Choice, Plain

from .test_exchange import EVERY_KIND

# gift-pegjs takes “->” in an answer for a pair, where Moodle does not.
HARD = ["a = b ~ c", "{x}", "\\", "50 % # 3", "::t::", "// nei", "<b>", "&amp;", "[html] nei", "kl. 9:30", "%50%x"]
HARD += ["C:\\mappe\\n", "«ærlig» – ja", "100 %", "=4", "~5", "a#b", "%", "[["]


def read_elsewhere(questions: list[Plain]) -> list[dict[str, Any]]:
    node = which("node")
    assert node, "node is missing: `make test` brings it"
    done = subprocess.run(
        [node, "gift.mjs"], input=gift.write(questions), cwd=Path(__file__).parent, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_another_reader_finds_every_kind_as_it_is() -> None:
    one, several, pairs, number = read_elsewhere(EVERY_KIND)
    assert [(c["text"]["text"], c["isCorrect"], c["feedback"]["text"]) for c in one["choices"]] == [
        ("ja", False, "om 0"), ("nei", True, "om 1"), ("kanskje", False, "om 2"),
    ]  # fmt: skip
    assert [(c["text"]["text"], c["weight"]) for c in several["choices"]] == [("a", 50), ("b", -100), ("c", 50)]
    assert [(pair["subquestion"]["text"], pair["subanswer"]) for pair in pairs["matchPairs"]] == [
        ("1", "en"), ("2", "to"), ("3", "tre"),
    ]  # fmt: skip
    assert (number["choices"]["numberLow"], number["choices"]["numberHigh"]) == (4.5, 5.5)


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_another_reader_finds_any_text_as_it_was_written(kind: str) -> None:
    asked = [
        Plain(kind, text, choices=(Choice(text, True, text), Choice("annet", False), Choice(f"{text}?", False, text)))
        for text in HARD
    ]
    read = [
        [one["stem"]["text"], *((c["text"]["text"], (c["feedback"] or {}).get("text")) for c in one["choices"])]
        for one in read_elsewhere(asked)
    ]
    assert read == [[text, (text, text), ("annet", None), (f"{text}?", text)] for text in HARD]
