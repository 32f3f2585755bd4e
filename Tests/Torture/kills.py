"""kill -9 at any moment: the next run ends as if nothing had been, and what was there before is there still."""
import random
import signal
from dataclasses import dataclass

from faults import CASES, Undisturbed, aftermath, losses
from report import try_all
from sandbox import Fault

SHORT = 10
MOMENTS = 200
# A kill before a call of these families meets each state of the files that another process can see.
FAMILIES = ["open", "write", "sync", "rename", "mkdir", "unlink", "truncate"]


@dataclass(frozen=True)
class Point:
    case: object
    fault: Fault | None = None
    seconds: float = 0

    @property
    def bucket(self):
        return (self.case.name, self.fault.family if self.fault else "moment")

    def __str__(self):
        return f"{self.case.name} {self.fault or f'{self.seconds:.4f} s'}"


def run(workshop, settings):
    sandbox, dice = workshop.sandbox("counting"), random.Random(settings.seed)
    cases = [case for case in CASES if not case.children]
    expected = {case.name: Undisturbed(sandbox, case) for case in cases}
    points = []
    for case in cases:
        ended = expected[case.name].ended
        points += [Point(case, seconds=dice.uniform(0, ended.seconds)) for _ in range(MOMENTS)]
        points += [Point(case, Fault(family, number, "KILL"))
                   for family in FAMILIES for number in range(1, ended.counts[family] + 1)]
    return try_all("kills", workshop, settings, points, SHORT,
                   lambda sandbox, point: attempt(sandbox, point, expected[point.case.name]))


def attempt(sandbox, point, expected):
    sandbox.reset(point.case.state)
    if point.fault:
        ended = sandbox.run(point.case.arguments, point.fault)
    else:
        ended = sandbox.run(point.case.arguments, send=(signal.SIGKILL, point.seconds))
    problems = [] if ended.code in (-9, 0) else [f"ended with {ended.code}, expected a kill: {ended.says}"]
    problems += losses(sandbox, point.case, expected) + aftermath(sandbox, point.case, expected)
    return [f"{text} [{ended.call or f'{ended.seconds:.3f} s'}]" for text in problems]
