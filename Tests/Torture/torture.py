#!/usr/bin/env python3
"""Fails every call once, kills at every moment, damages every file, feeds what nobody should: and looks at what is left.

    Tests/Torture/torture.py                          everything: a day and a half
    Tests/Torture/torture.py faults --share 3/100     each hundredth point, from the third
    Tests/Torture/torture.py flips --sample 50 --seed 7
    Tests/Torture/torture.py faults --point 'over write 17 ENOSPC'

Each failure is printed with the line that repeats it. Exit code 1 if anything failed that known.py does not list.
"""
import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import faults
import flips
import kills
import mutants
import pairs
import signals
from sandbox import Workshop

CHECKS = {"faults": faults, "kills": kills, "signals": signals, "pairs": pairs, "flips": flips, "mutants": mutants}


def count(text):
    """A whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number


def settings():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", nargs="*", help=f"some of {', '.join(CHECKS)}; all of them if none is named")
    parser.add_argument("--program", default=".build/release/tessera", help="the program (default: %(default)s)")
    parser.add_argument("--share", metavar="K/N", help="of N equal shares of the points the K-th")
    parser.add_argument("--sample", type=count, metavar="COUNT", help="so many points of each check, every kind in turn")
    parser.add_argument("--short", action="store_true", help="the sample that `make test` takes")
    parser.add_argument("--seed", type=int, default=1, help="of sample, mutants, flips and moments (default: 1)")
    parser.add_argument("--only", metavar="PATTERN", help="points whose name has this regular expression: 'over stat'")
    parser.add_argument("--point", help="one point, as a failure names it")
    parser.add_argument("--jobs", type=count, default=os.cpu_count(), help="sandboxes side by side (default: all cores)")
    parser.add_argument("--seconds", type=float, help="begin no point after so many seconds of a check")
    parser.add_argument("--work", help="a folder for the sandboxes (default: in memory where that is possible)")
    parser.add_argument("--strict", action="store_true", help="no known fault is excused: what holds is told without known.py")
    parser.add_argument("--keep", action="store_true", help="leave that folder there")
    return parser.parse_args()


def main():
    asked = settings()
    unknown = set(asked.check) - set(CHECKS)
    if unknown:
        sys.exit(f"torture: no check '{unknown.pop()}': expected {', '.join(CHECKS)}")
    where = asked.work or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    folder = Path(tempfile.mkdtemp(prefix="tessera-torture-", dir=where))
    try:
        workshop = Workshop(asked.program, folder, lambda text: print(f"torture: {text}", flush=True))
        held = [CHECKS[name].run(workshop, asked) for name in asked.check or CHECKS]
    finally:
        if asked.keep:
            print(f"torture: the sandboxes are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
