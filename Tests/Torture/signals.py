"""SIGINT and SIGTERM at any moment: the end comes within 5 seconds, says so, and costs the next run nothing."""
import random
import signal
from dataclasses import dataclass

from faults import CASES, Undisturbed, aftermath, losses
from report import try_all

MOMENTS = 100
SHORT = 4
CODES = {"SIGINT": 130, "SIGTERM": 143}


@dataclass(frozen=True)
class Point:
    case: object
    name: str
    seconds: float

    @property
    def bucket(self):
        return (self.case.name, self.name)

    def __str__(self):
        return f"{self.case.name} {self.name} {self.seconds:.4f} s"


def run(workshop, settings):
    sandbox, dice = workshop.sandbox("counting"), random.Random(settings.seed)
    cases = [case for case in CASES if not case.children]
    expected = {case.name: Undisturbed(sandbox, case) for case in cases}
    points = [Point(case, name, dice.uniform(0, expected[case.name].ended.seconds))
              for case in cases for name in CODES for _ in range(MOMENTS)]
    return try_all("signals", workshop, settings, points, SHORT,
                   lambda sandbox, point: attempt(sandbox, point, expected[point.case.name]))


def attempt(sandbox, point, expected):
    sandbox.reset(point.case.state)
    number = signal.Signals[point.name]
    ended = sandbox.run(point.case.arguments, send=(number, point.seconds))
    allowed = {0, CODES[point.name], -number}
    problems = [] if ended.code in allowed else [f"ended with {ended.code}, expected one of {sorted(allowed)}: {ended.says}"]
    if ended.code is None:
        problems = ["did not end within 5 s"]
    problems += losses(sandbox, point.case, expected) + aftermath(sandbox, point.case, expected)
    return [f"{text} [{ended.seconds:.3f} s]" for text in problems]
