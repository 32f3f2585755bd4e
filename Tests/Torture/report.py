"""Points tried one after another on several sandboxes, and what is said of them."""
import queue
import random
import re
import sys
import threading
import time
from collections import Counter

from known import KNOWN


class Report:
    """Counts points, prints each failure with the command that shows it, and the summary."""

    def __init__(self, name, settings, total):
        self.name, self.settings, self.total = name, settings, total
        self.tried, self.failed, self.known = 0, 0, {}
        self._lock, self._begun = threading.Lock(), time.monotonic()

    def point(self, point, problems):
        with self._lock:
            self.tried += 1
            excuse = next((entry for entry in KNOWN if problems and not self.settings.strict and entry.covers(self.name, point, problems)), None)
            if excuse:
                self.known[excuse] = self.known.get(excuse, 0) + 1
            elif problems:
                self.failed += 1
                print(f"FAILED {self.name} '{point}': {'; '.join(problems[:4])}")
                print(f"       Tests/Torture/torture.py {self.name} --seed {self.settings.seed} --point '{point}'", flush=True)

    def end(self, codes):
        seconds = time.monotonic() - self._begun
        words = ", ".join(f"{'hung' if code is None else code}: {count}" for code, count in sorted(
            codes.items(), key=lambda item: (item[0] is None, item[0])))
        print(f"{self.name}: how runs ended, {words}")
        for excuse, count in self.known.items():
            print(f"known fault, {count} points of {self.name}: {excuse.reason}")
        print(f"{self.name}: {self.tried} of {self.total} points tried, {self.failed} failed, {sum(self.known.values())} known, "
              f"{seconds:.0f} s", flush=True)
        return self.failed == 0


def chosen(points, settings, short):
    """All points, a share of them, or a sample in which every kind (a point's first part) has its turn."""
    if settings.point:
        found = [point for point in points if str(point) == settings.point]
        if not found:
            sys.exit(f"torture: no point '{settings.point}' here; the program makes other calls than before?")
        return found
    if settings.only:
        points = [point for point in points if re.search(settings.only, str(point))]
    if settings.share:
        part, parts = (int(number) for number in settings.share.split("/"))
        points = points[part - 1 :: parts]
    sample = settings.sample or (short if settings.short else len(points))
    if sample >= len(points):
        return points
    dice = random.Random(settings.seed)
    buckets = {}
    for point in points:
        buckets.setdefault(point.bucket, []).append(point)
    order = list(buckets.values())
    for bucket in [order, *order]:
        dice.shuffle(bucket)
    turns = [bucket[turn] for turn in range(max(map(len, order))) for bucket in order if turn < len(bucket)]
    return turns[:sample]


def try_all(name, workshop, settings, points, short, attempt):
    """`short` is the number of points of a short run; `attempt(sandbox, point)` says what is wrong, as a list. Returns whether nothing was."""
    report, waiting = Report(name, settings, len(points)), queue.SimpleQueue()
    points = chosen(points, settings, short)
    for point in points:
        waiting.put(point)
    deadline = time.monotonic() + settings.seconds if settings.seconds else None

    sandboxes = [workshop.sandbox(f"{name}-{number}") for number in range(settings.jobs)]

    def work(sandbox):
        while deadline is None or time.monotonic() < deadline:
            try:
                point = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                report.point(point, attempt(sandbox, point))
            except Exception as error:  # A fault of the harness is a failure too.
                report.point(point, [f"the harness: {error!r}"])

    workers = [threading.Thread(target=work, args=(sandbox,)) for sandbox in sandboxes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return report.end(sum((sandbox.codes for sandbox in sandboxes), Counter()))
