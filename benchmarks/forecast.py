"""How the forecast fares on simulated campaigns: coverage of its 80 % range, and its score beside linear pace.

`python benchmarks/forecast.py [CAMPAIGNS [SEED]]`. The campaigns are those of tests/barometer/surges.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.barometer.surges import backtest


def main() -> None:
    campaigns, seed = (int(word) for word in [*sys.argv[1:], *("1000", "2")[len(sys.argv) - 1 :]][:2])
    print("weeks left | ranges | covered | too low | interval score | linear pace")
    for weeks, one in backtest(seed, campaigns).items():
        covered, below = one.covered / one.told, one.below / one.told
        score, linear = one.score / one.told, one.linear_score / one.told
        print(f"{weeks:10} | {one.told:6} | {covered:7.1%} | {below:7.1%} | {score:14.3f} | {linear:.3f}")


if __name__ == "__main__":
    main()
