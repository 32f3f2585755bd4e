"""The only list of what is known not to hold yet. The summary prints each entry that a point needed, with its count;
`--strict` excuses none. An entry goes when its fault is mended."""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    check: str  # a regular expression for the check: faults, kills, signals, pairs, flips or mutants
    point: str  # for the point
    problem: str  # for every problem of the point
    reason: str

    def covers(self, check, point, problems):
        return (re.fullmatch(self.check, check) is not None and re.search(self.point, str(point)) is not None
                and all(re.search(self.problem, problem) for problem in problems))


KNOWN = []
