"""What a benchmark stands on: a state folder with the collected static files, and a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment(name: str, **own: str) -> dict[str, str]:
    """For processes whose state lies in `bench-NAME` below the checkout's state folder."""
    home = Path(os.environ.get("FAGBENK_VAR", ROOT / "var"))
    collect(home)
    var = home / f"bench-{name}"
    var.mkdir(parents=True, exist_ok=True)
    for folder in ("npm", "static"):
        if not (var / folder).exists():
            (var / folder).symlink_to(home / folder)
    return {**os.environ, "FAGBENK_VAR": str(var), "FAGBENK_DEMO": "1", "PYTHONPATH": str(ROOT), **own}


def collect(home: Path) -> None:
    """Browser libraries and static files, where nobody has collected them yet; `make bench` does it anew."""
    if not (home / "static" / "staticfiles.json").exists():
        env = {**os.environ, "FAGBENK_VAR": str(home), "FAGBENK_DEMO": "1"}
        for words in (["config/launch", "collect"], ["manage.py", "collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=True)


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """The address of a new, empty database on the server that `url` names; dropped afterwards."""
    import psycopg

    name = f"bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield url.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def database(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """`env` with a new database on the server that it names; as it is where it names none."""
    url = env.get("DATABASE_URL", "")
    if not url:
        yield env
        return
    with own_database(url) as own:
        yield {**env, "DATABASE_URL": own}
