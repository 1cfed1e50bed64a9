"""What the repository's files must and must not hold."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def _pinned(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_a_lock_file_holds_no_web_address(name: str) -> None:
    assert not re.search(r"https?://|git\+|file:", (ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+(?:\[[^\]]*\])?==)", text, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_tests_run_on_the_versions_that_production_gets() -> None:
    dev = _pinned("requirements-dev.lock")
    assert {name: dev.get(name) for name in _pinned("requirements.lock")} == _pinned("requirements.lock")


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[\[<>=~ ]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert wanted - set(_pinned("requirements.lock")) == set()


def test_no_collected_file_names_a_source_map() -> None:
    found = [path for path in (settings.VAR_DIR / "npm").rglob("*") if path.suffix in {".js", ".css"}]
    assert found
    assert [path.name for path in found if b"sourceMappingURL=" in path.read_bytes()] == []
