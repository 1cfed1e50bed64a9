"""What the one who waits sees: a bar on a terminal, a line a stage elsewhere."""

from __future__ import annotations

import time

from django.core.management.base import OutputWrapper

WIDTH = 28


class Progress:
    """Shows stages one after the other; `weights` are the stages' usual shares of the time, by name."""

    def __init__(self, out: OutputWrapper, weights: dict[str, float]) -> None:
        self.out, self.weights = out, weights
        self.done = 0.0
        self.stage = ""
        self.began = time.monotonic()

    def begin(self, stage: str) -> None:
        self.finish()
        self.stage = stage
        self.part(0.0)
        if not self.out.isatty():
            self.out.write(f"  {stage} …\n")
            self.out.flush()

    def part(self, share: float) -> None:
        """`share` of the present stage is done."""
        if not self.out.isatty():
            return
        whole = (self.done + share * self.weights.get(self.stage, 0)) / sum(self.weights.values())
        filled = round(WIDTH * min(whole, 1))
        self.out.write(
            f"\r  {'█' * filled}{'░' * (WIDTH - filled)} {int(100 * whole):3} %  {self.stage[:40]:40}", ending=""
        )
        self.out.flush()

    def finish(self) -> None:
        self.done += self.weights.get(self.stage, 0)
        self.stage = ""

    def end(self) -> None:
        self.finish()
        if self.out.isatty():
            self.part(0.0)
            self.out.write("\n")
        self.out.write(f"  Ferdig på {time.monotonic() - self.began:.0f} sekunder.\n")
