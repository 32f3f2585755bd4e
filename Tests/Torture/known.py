"""The only list of what is known not to hold yet: each entry is printed in the summary with its count."""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    check: str  # faults, kills, flips or mutants
    point: str  # a regular expression for the point
    problem: str  # a regular expression that every problem of the point matches
    reason: str

    def covers(self, check, point, problems):
        return (check == self.check and re.search(self.point, str(point)) is not None
                and all(re.search(self.problem, problem) for problem in problems))


KNOWN = []
