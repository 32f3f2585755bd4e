#!/usr/bin/env python3
"""Benchmark rows of two builds, one after the other in turn, and the median of their ratios.

    Tests/Compare/pairs.py BEFORE AFTER 'train/spn!' 'train/spn-vae!' [--pairs 12] [--repetitions 5]

BEFORE and AFTER are folders with a release build (`swift build -c release`). A ratio above 1 means that AFTER does more a
second. Neighbours of a shared machine disturb both builds of a pair alike: only ratios are worth keeping, and their spread says
how much. Run nothing beside it.
"""
import argparse
import json
import pathlib
import statistics
import subprocess


def rows(folder, name, repetitions):
    """Values of one benchmark run by (name, workers, batch)."""
    subprocess.run(
        [".build/release/benchmark", str(repetitions), "--only", name], cwd=folder, check=True, capture_output=True)
    found = json.loads((folder / "Output" / "benchmark.json").read_text())
    return {(row["name"], row.get("workers"), row.get("batch")): row.get("value") or 0 for row in found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("rows", nargs="+", help="names for the benchmark's --only")
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--repetitions", type=int, default=5)
    asked = parser.parse_args()
    ratios, best = {}, {}
    for number in range(asked.pairs):
        for name in asked.rows:
            # Whichever comes first has the cooler processor: in turn.
            order = [asked.before, asked.after] if number % 2 == 0 else [asked.after, asked.before]
            values = {folder: rows(folder, name, asked.repetitions) for folder in order}
            for key, before in values[asked.before].items():
                after = values[asked.after].get(key, 0)
                if before and after:
                    ratios.setdefault(key, []).append(after / before)
                    most = best.get(key, (0, 0))
                    best[key] = (max(most[0], before), max(most[1], after))
    print(f"{'row':32} workers batch  pairs  median   best  [lowest, highest]")
    for (name, workers, batch), found in sorted(ratios.items(), key=str):
        print(f"{name:32} {workers or '':>7} {batch or '':>5} {len(found):>6}  {statistics.median(found):.3f}"
              f"  {best[(name, workers, batch)][1] / best[(name, workers, batch)][0]:.3f}  [{min(found):.2f}, {max(found):.2f}]")


if __name__ == "__main__":
    main()
