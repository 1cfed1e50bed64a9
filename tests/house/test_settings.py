"""What settings refuse: each is tried in a process of its own, as an installation would meet it."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

KEY = "k" * 60


def _check(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE") if name in os.environ}
    env = {**kept, "FAGBENK_VAR": str(tmp_path), **environment}
    command = [sys.executable, "manage.py", "check", *words]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)


def test_an_installation_without_a_secret_key_does_not_start(tmp_path: Path) -> None:
    answer = _check(tmp_path)
    assert answer.returncode != 0
    assert "SECRET_KEY must be set" in answer.stderr


def test_an_installation_with_its_secret_starts(tmp_path: Path) -> None:
    answer = _check(tmp_path, SECRET_KEY=KEY, ALLOWED_HOSTS="fagbenk.example")
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    "elsewhere", [{"ALLOWED_HOSTS": "fagbenk.example"}, {"FAGBENK_SITE_URL": "https://fagbenk.example"}]
)
def test_the_demo_answers_to_no_other_host(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    answer = _check(tmp_path, FAGBENK_DEMO="1", **elsewhere)
    assert answer.returncode != 0
    assert "fagbenk.E001" in answer.stderr


def test_the_demo_starts_on_this_machine(tmp_path: Path) -> None:
    answer = _check(tmp_path, FAGBENK_DEMO="1")
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("SESSION_MINUTES", "en time"), ("SESSION_MINUTES", "0"), ("PORT", "x"), ("EMAIL_URL", "smtp")]
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, name: str, value: str) -> None:
    answer = _check(tmp_path, SECRET_KEY=KEY, **{name: value})
    assert answer.returncode != 0
    assert f"ImproperlyConfigured: {name} must be" in answer.stderr


def test_a_setting_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    answer = _check(tmp_path, SECRET_KEY=KEY, FAGBENK_XAPI_BSAE="https://fagbenk.example")
    assert answer.returncode != 0
    assert "FAGBENK_XAPI_BSAE" in answer.stderr


def test_an_installation_passes_the_deployment_check(tmp_path: Path) -> None:
    answer = _check(tmp_path, "--deploy", "--fail-level", "WARNING", SECRET_KEY=secrets.token_urlsafe(50),
                    ALLOWED_HOSTS="fagbenk.example", FAGBENK_SITE_URL="https://fagbenk.example")  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = _check(tmp_path, SECRET_KEY=KEY, FAGBENK_VAR=str(tmp_path / "file"))
    assert "ImproperlyConfigured: FAGBENK_VAR must be a folder" in answer.stderr
