"""Every call of the program that touches a file, failed once."""
import os
from dataclasses import dataclass

from report import try_all
from sandbox import EXIT_CODES, PIPELINE, Contents, Fault

# Points of a short run.
SHORT = 16
ONE = ["--workers", "1"]
ERRORS = {
    "open": ["EIO", "ENOSPC", "EMFILE"], "read": ["EIO", "SHORT"], "write": ["EIO", "ENOSPC", "SHORT"],
    "sync": ["EIO", "ENOSPC"], "rename": ["EIO", "ENOSPC"], "stat": ["EIO"], "close": ["EIO"],
    "mkdir": ["EIO", "ENOSPC"], "unlink": ["EIO"], "truncate": ["EIO", "ENOSPC"], "map": ["EIO"], "lock": ["EIO"]}
# How a run that a fault ended may end: 73 where a file or folder could not be made.
CODES = {"EIO": {74}, "ENOSPC": {74}, "EMFILE": {73, 74}, "SHORT": {74}}


@dataclass(frozen=True)
class Case:
    """A command, what it finds, and whether its child processes are treated instead of it."""

    name: str
    state: str
    arguments: tuple
    children: bool = False
    folders: tuple = ("cache", "output")
    compares_text: bool = False


CASES = [
    # Over an earlier result of other images, which has to survive; and where nothing is left to do.
    Case("over", "old", tuple(PIPELINE + ONE)),
    Case("again", "new", tuple(PIPELINE + ONE)),
    # Over an archive and its shards, of other images.
    Case("ingest", "old", ("ingest", "data/pictures", "--output", "data/archive", "--superpixel", "4x4"), folders=("data",)),
    # A stranger's files are read by child processes.
    Case("evaluate", "old", ("evaluate", "--model", "given-model.h5", "--images", "data/archive/images.h5:/train/images",
                             "--json"), children=True, folders=("data",), compares_text=True),
]


@dataclass(frozen=True)
class Point:
    case: Case
    fault: Fault

    @property
    def bucket(self):
        return (self.case.name, self.fault.family, self.fault.error)

    def __str__(self):
        return f"{self.case.name} {self.fault}"


class Undisturbed:
    """What a case does where nothing fails."""

    def __init__(self, sandbox, case):
        sandbox.reset(case.state)
        self.before = Contents(sandbox.root, case.folders)
        counting = Fault("open", 0, "EIO", children=case.children)
        self.ended = sandbox.run(case.arguments, counting)
        self.after = Contents(sandbox.root, case.folders)
        if self.ended.code != 0:
            raise SystemExit(f"torture: undisturbed, case '{case.name}' ended with {self.ended.code}: {self.ended.says}")


def run(workshop, settings):
    sandbox = workshop.sandbox("counting")
    expected = {case.name: Undisturbed(sandbox, case) for case in CASES}
    # A full disk stays full, and a process without descriptors has none for a while: every second of those points.
    points = [
        Point(case, Fault(family, number, error, error in ("ENOSPC", "EMFILE") and number % 2 == 0, case.children))
        for case in CASES for family, errors in ERRORS.items()
        for number in range(1, expected[case.name].ended.counts[family] + 1) for error in errors]
    return try_all("faults", workshop, settings, points, SHORT,
                   lambda sandbox, point: attempt(sandbox, point, expected[point.case.name]))


def attempt(sandbox, point, expected):
    case = point.case
    sandbox.reset(case.state)
    kept = identities(sandbox.root)
    ended = sandbox.run(case.arguments, point.fault)
    problems = endings(ended, CODES[point.fault.error])
    if ended.code == 0:
        problems += [f"wrong success, {text}" for text in success_differences(sandbox, case, ended, expected)]
    problems += losses(sandbox, case, expected)
    problems += [f"made anew: {path}" for path in kept if identities(sandbox.root, [path]) != {path: kept[path]}]
    problems += aftermath(sandbox, case, expected)
    return [f"{text} [{ended.call}; exit {ended.code}: {ended.says}]" for text in problems]


def endings(ended, codes):
    """No signal, no hang, and an exit code that says what happened."""
    if ended.code is None:
        return ["hangs"]
    if ended.code < 0:
        return [f"ended by signal {-ended.code}"]
    if ended.code not in EXIT_CODES:
        return [f"exit code {ended.code} is none of ours"]
    if ended.code != 0 and ended.code not in codes:
        return [f"exit code {ended.code}, expected {' or '.join(map(str, sorted(codes)))}"]
    return []


def success_differences(sandbox, case, ended, expected):
    if case.compares_text and ended.stdout != expected.ended.stdout:
        return ["other numbers"]
    # A success promises results; what is left beside them is the next run's to clear.
    found = Contents(sandbox.root, case.folders).differences(expected.after)
    return [text for text in found if not text.startswith("litter: ")]


def losses(sandbox, case, expected):
    """Whatever was there before is there still: in the cache as it was, elsewhere as it was or as it will be."""
    now, found = Contents(sandbox.root, case.folders), []
    for path, content in expected.before.files.items():
        if path.endswith(".lock") or path in expected.before.measured or path in expected.after.measured:
            continue
        allowed = {content} if path.startswith("cache/") else {content, expected.after.files.get(path)}
        if now.files.get(path) not in allowed:
            found.append(f"lost: {path}")
    return found + mixtures(sandbox, now, expected)


def mixtures(sandbox, now, expected, folder="data/archive"):
    """Undetected mismatches of archive and shards: both are old, both new, or `inspect` exits with 65."""
    def visible(contents):
        return {path: content for path, content in contents.files.items()
                if path.startswith(f"{folder}/") and not path.removeprefix(f"{folder}/").startswith(".")}
    if visible(now) in (visible(expected.before), visible(expected.after)):
        return []
    ended = {name: sandbox.run(["inspect", f"{folder}/{name}"]) for name in ("images.h5", "shards/manifest.json")}
    return [f"undetected mismatch: inspect {name} exits with {end.code}, expected 65" for name, end in ended.items() if end.code != 65]


def identities(root, paths=None):
    """Which file each record of the cache is: one that was deleted and made anew is another."""
    paths = paths or [str(path.relative_to(root)) for path in root.glob("cache/*/stage.json")]
    return {path: os.stat(root / path).st_ino if (root / path).exists() else None for path in paths}


def aftermath(sandbox, case, expected):
    """The next run, undisturbed, ends as if nothing had been."""
    ended = sandbox.run(case.arguments)
    if ended.code != 0:
        return [f"the next run ends with {ended.code}: {ended.says}"]
    found = Contents(sandbox.root, case.folders).differences(expected.after)
    return [f"after the next run, {text}" for text in found]
