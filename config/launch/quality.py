"""`make test`, `make lint`, `make bench` and `make messages`: the tools of those who work on Fagbenk."""

import os
import subprocess
import sys
from pathlib import Path

import locks
import machine
from commands import Commands
from environment import Environment

LINT = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy", "."],
    "types of config/launch": ["-m", "mypy", "--config-file", "config/launch/mypy.ini", "config/launch"],
    "layers": ["-c", "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"],
    "templates": ["-m", "djlint", "templates", "--lint", "--quiet"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["-m", "config.catalogues", "check"],
    "settings": ["manage.py", "check", "--fail-level", "WARNING"],
}


def _environment(root: Path, var: Path) -> Environment:
    var.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    commands = Commands(root, var / "log", {**inherited, "FAGBENK_VAR": str(var)})
    return Environment(root, var, sys.executable, commands, dev=True)


def prepared(root: Path, var: Path) -> Environment:
    """The environment with the tools in it, and everything compiled and collected."""
    environment = _environment(root, var)
    environment.install_python()
    environment.install_browser_libraries()
    environment.compile_sources()
    return environment


def test(root: Path, var: Path, words: list[str]) -> int:
    """The whole suite on two processes, the long files first, or what `words` (pytest's own) name."""
    machine.ensure_chromium()
    environment = prepared(root, var)
    return _call(environment, ["-m", "pytest", *(words or ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"])])


def lint(root: Path, var: Path) -> int:
    """Every check, also after one that failed; the number of those that did."""
    environment = prepared(root, var)
    failed = []
    for name, words in LINT.items():
        print(f"-- {name}", flush=True)
        if _call(environment, words, FAGBENK_DEMO="1"):
            failed.append(name)
    print(f"Lint: {', '.join(failed)} failed." if failed else "Lint: all is well.", flush=True)
    return 1 if failed else 0


def bench(root: Path, var: Path) -> int:
    """Every benchmark, on static files as they are now; those that want PostgreSQL say so where no DATABASE_URL is."""
    environment = prepared(root, var)
    if _call(environment, ["manage.py", "collectstatic", "--noinput", "--clear", "-v0"], FAGBENK_DEMO="1"):
        return 1
    failed = [path.name for path in benchmarks(root) if _call(environment, [str(path)], FAGBENK_DEMO="1")]
    print(f"Bench: {', '.join(failed)} failed." if failed else "Bench: all were measured.", flush=True)
    return 1 if failed else 0


def benchmarks(root: Path) -> list[Path]:
    """The programs among the files; the rest is what they share."""
    return [path for path in sorted((root / "benchmarks").glob("*.py")) if "__main__" in path.read_text("utf-8")]


def renew_locks(root: Path, var: Path) -> int:
    """With the Python tools alone: what package.json newly asks for is not locked yet, so it cannot be installed."""
    environment = _environment(root, var)
    environment.install_python()
    locks.renew(environment, environment.commands, root)
    return 0


def messages(root: Path, var: Path) -> int:
    return _call(prepared(root, var), ["-m", "config.catalogues", "update"])


def _call(environment: Environment, words: list[str], **extra: str) -> int:
    node = environment.node_folder()
    path = os.pathsep.join([str(environment.venv / "bin"), os.environ.get("PATH", ""), *([str(node)] if node else [])])
    inherited = {name: value for name, value in os.environ.items() if name != "FAGBENK_DEMO"}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    env = {**inherited, "FAGBENK_VAR": str(environment.var), "PATH": path, "PYTHONPATH": str(environment.root), **extra}
    return subprocess.run([str(environment.python), *words], cwd=environment.root, env=env, check=False).returncode
