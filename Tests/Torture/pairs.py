"""Two runs on one cache and one output, begun at any distance: each ends well, with what one of them alone would leave."""
import random
import threading
import time
from dataclasses import dataclass

from report import try_all
from sandbox import PIPELINE, Contents

PAIRS = 100
SHORT = 2


@dataclass(frozen=True)
class Point:
    state: str
    seconds: float

    @property
    def bucket(self):
        return self.state

    def __str__(self):
        return f"{self.state} {self.seconds:.4f} s"


def run(workshop, settings):
    dice = random.Random(settings.seed)
    points = [Point(state, dice.uniform(0, 1) ** 2) for state in ("empty", "old", "new") for _ in range(PAIRS)]
    return try_all("pairs", workshop, settings, points, SHORT, lambda sandbox, point: attempt(workshop, sandbox, point))


def attempt(workshop, sandbox, point):
    sandbox.reset(point.state)
    ends = {}

    def work(name, delay):
        time.sleep(delay)
        ends[name] = sandbox.run(PIPELINE)

    runs = [threading.Thread(target=work, args=pair) for pair in (("the first", 0), ("the second", point.seconds))]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    problems = [f"{name} ended with {ended.code}: {ended.says}" for name, ended in ends.items() if ended.code != 0]
    found = Contents(sandbox.root).differences(workshop.new)
    # The older results of `new` are not among those of `empty`.
    return problems + [text for text in found if point.state != "empty" or not text.startswith("missing: cache/")]
