"""One bit changed in every kind of file of ours: found by the next run, and by whoever reads the file.

`disk` changes the file. `rot` changes what reads of it find, while size and times say that nothing happened.
`inspect` changes the file and asks `tessera inspect`, where that command takes the undamaged one.
"""
import os
import random
import re
import shutil
import time
from dataclasses import dataclass

from report import try_all
from sandbox import PIPELINE, Contents

SHORT = 32
FLIPS = 200
# After so many seconds a file is old enough for its hash to be remembered.
MEMORABLE = 0.15


@dataclass(frozen=True)
class Point:
    way: str
    path: str
    byte: int
    bit: int

    @property
    def bucket(self):
        return (self.way, kind(self.path))

    def __str__(self):
        return f"{self.way} {self.path} byte {self.byte} bit {self.bit}"


def kind(path):
    """Files that are alike: cache or output, and the name without its numbers."""
    top, name = path.split("/")[0], path.split("/")[-1]
    return f"{top} {re.sub('[0-9]+', 'N', name)}"


def run(workshop, settings):
    sandbox, dice = workshop.sandbox("flips"), random.Random(settings.seed)
    sandbox.reset("new")
    kinds = {}
    for path, content in workshop.new.files.items():
        if content != "folder" and (sandbox.root / path).stat().st_size:
            kinds.setdefault(kind(path), []).append(path)
    used = in_use(workshop)
    points = []
    for paths in kinds.values():
        paths = [path for path in paths if path in used]
        inspected = [path for path in paths[:4] if sandbox.run(["inspect", path]).code == 0]
        for way, files in (("disk", paths), ("rot", [path for path in paths if path.startswith("cache/")]), ("inspect", inspected)):
            for _ in range(FLIPS if files else 0):
                path = dice.choice(files)
                points.append(Point(way, path, dice.randrange((sandbox.root / path).stat().st_size), dice.randrange(8)))
    return try_all("flips", workshop, settings, points, SHORT, lambda sandbox, point: attempt(workshop, sandbox, point))


def in_use(workshop):
    """The files that a run reads: the results in `output`, and in the cache those that no older run made."""
    return {path for path in workshop.new.files
            if path.startswith("output/") or "/".join(path.split("/")[:2]) not in workshop.old.files or path.endswith("hashes.json")}


def attempt(workshop, sandbox, point):
    sandbox.reset("new")
    path = sandbox.root / point.path
    content = bytearray(path.read_bytes())
    if point.way == "rot":
        return rotten(workshop, sandbox, f"{path}:{point.byte}:{1 << point.bit}")
    content[point.byte] ^= 1 << point.bit
    path.write_bytes(content)
    if point.way == "inspect":
        ended = sandbox.run(["inspect", point.path])
        return [] if ended.code == 65 else [f"believed: exit {ended.code}: {ended.says}"]
    ended = sandbox.run(PIPELINE)
    if ended.code != 0:
        return [] if ended.code == 65 else [f"ends with {ended.code}: {ended.says}"]
    problems = Contents(sandbox.root).differences(workshop.new)
    if path.exists() and path.read_bytes() == bytes(content) and not is_told(point.path, ended):
        problems.append("not noticed")
    return problems


def is_told(path, ended):
    """Whether a warning names a damaged file of measurements; measurements are not repeated."""
    return f"{path} is missing or damaged" in ended.stderr + ended.stdout


def is_told_rot(difference, rot, sandbox, ended):
    """Whether a file is missing in `output` because the cache's is damaged, which a warning reports."""
    path = os.path.relpath(rot.rsplit(":", 2)[0], sandbox.root)
    return (re.fullmatch(r"missing: \S*(run\.json|timings\.\w+(\.\w+)?)", difference) is not None
            and is_told(path, ended))


def rotten(workshop, sandbox, rot):
    """A result that the cache's memory of hashes knows rots, and is wanted in `output` once more."""
    time.sleep(MEMORABLE)
    sandbox.run(PIPELINE)
    shutil.rmtree(sandbox.root / "output")
    ended = sandbox.run(PIPELINE, rot=rot)
    if ended.code not in (0, 65, 74):
        return [f"ends with {ended.code}: {ended.says}"]
    if ended.code == 0:
        wrong = [text for text in Contents(sandbox.root).differences(workshop.new)
                 if not text.startswith("litter") and not is_told_rot(text, rot, sandbox, ended)]
        if wrong:
            return [f"wrong success, {text}" for text in wrong]
    ended = sandbox.run(PIPELINE)
    if ended.code != 0:
        return [f"the next run ends with {ended.code}: {ended.says}"]
    return [f"after the next run, {text}" for text in Contents(sandbox.root).differences(workshop.new)]
