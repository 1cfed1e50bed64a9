"""`make locks`: the lock files from pyproject.toml and package.json, without any web address in them."""

import json
from pathlib import Path

from commands import Commands
from environment import Environment

# uv's own lock writes registry addresses; this form has names, versions and hashes only.
COMPILE = ["pip", "compile", "--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", "3.11"]
LOCKS: dict[str, list[str]] = {"requirements.lock": [], "requirements-dev.lock": ["--group", "dev"]}


def renew(environment: Environment, commands: Commands, root: Path) -> None:
    """Resolve again; what still fits its range keeps its version."""
    for name, group in LOCKS.items():
        command: list[str | Path] = [
            environment.uv(),
            *COMPILE,
            "pyproject.toml",
            *group,
            "--output-file",
            name,
            "--quiet",
        ]
        commands.run(f"Locking {name}", command)
    npm = [*environment.npm(), "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    commands.run("Locking the browser libraries", [*npm, "--omit-lockfile-registry-resolved"])
    strip(root / "package-lock.json")


def strip(path: Path) -> None:
    """Take registry addresses and requests for money out of an npm lock file; `npm ci` needs neither."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for entry in lock["packages"].values():
        entry.pop("funding", None)
        entry.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
