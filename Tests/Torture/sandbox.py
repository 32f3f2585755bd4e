"""A folder with everything that a run of tiny.yaml reads and writes, and what is found in it afterwards."""
import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import images

HERE = Path(__file__).resolve().parent
FAMILIES = ["open", "read", "write", "sync", "rename", "stat", "close", "mkdir", "unlink", "truncate", "map", "lock"]
# `Sources/Configuration/Fault.swift`'s table: every way in which the program may end by itself.
EXIT_CODES = {0, 64, 65, 66, 69, 70, 73, 74, 75, 78, 130, 143}
PIPELINE = ["run", "tiny.yaml", "--output", "output", "--cache", "cache"]


@dataclass
class Ended:
    """How a command ended: `code` is negative after a signal, None if it had to be killed for its time."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float
    counts: dict
    disturbed: int
    call: str

    @property
    def says(self):
        lines = [line for line in self.stderr.splitlines() if line.startswith("tessera:")]
        return (lines or self.stderr.strip().splitlines() or [""])[-1][:300]


class Workshop:
    """What all sandboxes are copied from: the program, the library that fails, and three states.

    `empty` has data alone; `old` also an earlier run's results, of other images; `new` what a run of tiny.yaml
    makes of `old`.
    """

    def __init__(self, program, folder, say=lambda text: None):
        self.program, self.folder = Path(program).resolve(), Path(folder).resolve()
        self.library = self.folder / "failing_io.so"
        self.bin = self.folder / "bin"
        compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), "cc")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", self.library, HERE / "failing_io.c", "-ldl"], check=True)
        make_stand_ins(self.bin)
        require_every_kind(self.program, (HERE / "tiny.yaml").read_text())
        say("making the data, an earlier result and the undisturbed one")
        self._states()

    def _states(self):
        before, after = self.sandbox("before"), self.sandbox("after")
        before.prepare(data_seed=0)
        before.expect_success(PIPELINE)
        after.prepare(data_seed=1)
        self.keep("empty", after)
        # The older images' results where those of the newer images will be.
        for name in ("cache", "output"):
            shutil.copytree(before.root / name, after.root / name)
        self.keep("old", after)
        self.old = Contents(after.root)
        after.expect_success(PIPELINE)
        self.keep("new", after)
        self.new = Contents(after.root)

    def keep(self, state, sandbox):
        subprocess.run(["cp", "-a", sandbox.root, self.folder / f"state-{state}"], check=True)

    def sandbox(self, name):
        return Sandbox(self, self.folder / f"sandbox-{name}")


class Sandbox:
    def __init__(self, workshop, folder):
        self.workshop, self.folder, self.root = workshop, folder, folder / "here"
        folder.mkdir(exist_ok=True)
        self.record = folder / "record"
        # How often runs here ended how.
        self.codes = Counter()

    def reset(self, state):
        subprocess.run(["rm", "-rf", self.root], check=True)
        subprocess.run(["cp", "-a", self.workshop.folder / f"state-{state}", self.root], check=True)

    def prepare(self, data_seed):
        """Data, an archive and a model file made by the program itself, and the pipeline."""
        subprocess.run(["rm", "-rf", self.root], check=True)
        self.root.mkdir()
        images.write_data(self.root / "data", data_seed)
        shutil.copy(HERE / "tiny.yaml", self.root)
        shutil.copy(HERE / "given-model.yaml", self.root)
        self.expect_success(["ingest", "data/digits", "--output", "data/archive", "--superpixel", "4x4"])
        self.expect_success(["run", "given-model.yaml", "--output", "given", "--cache", "given-cache"])
        os.rename(self.root / "given/given-model/spn/model.h5", self.root / "given-model.h5")
        for name in ("given", "given-cache"):
            shutil.rmtree(self.root / name)

    def expect_success(self, arguments):
        ended = self.run(arguments)
        if ended.code != 0:
            raise SystemExit(f"torture: undisturbed, 'tessera {' '.join(arguments)}' ended with {ended.code}: {ended.says}")
        return ended

    def run(self, arguments, fault=None, rot=None, timeout=60, send=None, stoppable=False):
        """Runs the program here, for `timeout` seconds at most. `send` is a signal and the second it is sent at.

        A `stoppable` run may take longer if SIGTERM ends it within 5 seconds.
        """
        self.record.write_bytes(bytes(4096))
        variables = {name: value for name, value in os.environ.items() if not name.startswith("TORTURE_")}
        variables |= {
            "PATH": f"{self.workshop.bin}:{variables.get('PATH', '')}", "TESSERA_DATA": str(self.root / "data"),
            "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
        if fault or rot:
            variables |= {"LD_PRELOAD": str(self.workshop.library), "TORTURE_ROOT": str(self.root),
                          "TORTURE_RECORD": str(self.record)}
        if fault:
            variables |= fault.variables()
        if rot:
            variables["TORTURE_ROT"] = rot
        begun = time.monotonic()
        child = subprocess.Popen(
            [self.workshop.program, *arguments], cwd=self.root, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
        hangs = False
        try:
            stdout, stderr = child.communicate(timeout=send[1] if send else timeout)
        except subprocess.TimeoutExpired:
            stdout, stderr, hangs = end(child, send[0] if send else signal.SIGTERM if stoppable else None)
        code = None if hangs else child.returncode
        self.codes[code] += 1
        record = self.record.read_bytes()
        numbers = struct.unpack("33Q", record[: 33 * 8])
        call = record[33 * 8 : 33 * 8 + 1024].split(b"\0")[0].decode(errors="replace")
        return Ended(code, stdout, stderr, time.monotonic() - begun, dict(zip(FAMILIES, numbers)), numbers[32], call)


def require_every_kind(program, pipeline):
    """tiny.yaml names every word that `tessera kinds` lists, each list under a heading of its own."""
    words = set(re.findall(r"[a-z][a-z0-9-]*", re.sub(r"#.*", "", pipeline)))
    stages = set(re.findall(r"kind: ([a-z0-9-]+)", pipeline))
    listed = subprocess.run([program, "kinds"], capture_output=True, text=True, check=True).stdout
    heading, missing = "", []
    for line in listed.splitlines():
        heading = line if line.endswith(":") else heading
        kind = re.match(r"  ([a-z][a-z0-9-]*)  ", line + "  ")
        if kind and kind.group(1) not in (stages if heading == "stages:" else words):
            missing.append(f"{heading} {kind.group(1)}")
    if missing:
        raise SystemExit(f"torture: Tests/Torture/tiny.yaml does not have {', '.join(missing)}: add it there")


def end(child, number):
    """Ends a run by a signal, which has to do it within 5 seconds; returns what it said, and whether it hung."""
    if number is not None:
        child.send_signal(number)
        try:
            return *child.communicate(timeout=5), False
        except subprocess.TimeoutExpired:
            pass
    os.killpg(child.pid, signal.SIGKILL)
    return *child.communicate(), True


@dataclass(frozen=True)
class Fault:
    """One call, or it and all later ones, that does not do what it should."""

    family: str
    number: int
    error: str
    lasting: bool = False
    children: bool = False

    def variables(self):
        return {"TORTURE_FAMILY": self.family, "TORTURE_AT": str(self.number), "TORTURE_ERROR": self.error} | (
            {"TORTURE_LASTING": "1"} if self.lasting else {}) | ({"TORTURE_CHILDREN": "1"} if self.children else {})

    def __str__(self):
        return f"{self.family} {self.number}{'+' if self.lasting else ''} {self.error}{' children' if self.children else ''}"


class Contents:
    """Every file and folder of cache and output, by what it holds.

    What depends on measured times has no content to compare: run.json, timings, the memory of hashes, and the
    files of results whose record lists none because run.json does. They must be there, and what run.json
    says of them must be true.
    """

    def __init__(self, root, folders=("cache", "output")):
        self.files, self.measured, self.untrue = {}, set(), []
        for top in folders:
            for folder, _, names in os.walk(root / top):
                inside = Path(folder)
                self.files[str(inside.relative_to(root))] = "folder"
                measured = self._listing(inside) if "run.json" in names else None
                for name in names:
                    path = inside / name
                    key = str(path.relative_to(root))
                    self.files[key] = digest(path)
                    if name in ("run.json", "hashes.json") or name.startswith("timings."):
                        self.measured.add(key)
                for name, expected in (measured or {}).items():
                    key = str((inside / name).relative_to(root))
                    self.measured.add(key)
                    if (inside / name).exists() and digest(inside / name) != expected:
                        self.untrue.append(key)

    @staticmethod
    def _listing(folder):
        try:
            return {file["path"]: file["sha256"] for file in json.loads((folder / "run.json").read_text()).get("files", [])}
        except (ValueError, AttributeError, KeyError, TypeError):
            return {}

    def differences(self, expected, below=""):
        """What is missing, surplus or different, in words."""
        found = []
        for path in sorted(set(self.files) | set(expected.files)):
            if not path.startswith(below):
                continue
            if path not in self.files:
                found.append(f"missing: {path}")
            elif path not in expected.files:
                found.append(f"litter: {path}")
            elif path not in expected.measured and self.files[path] != expected.files[path]:
                found.append(f"differs: {path}")
        return found + [f"untrue: {path} is not what run.json says" for path in self.untrue if path.startswith(below)]


def digest(path):
    # A link or pipe has no business here.
    if path.is_symlink() or not path.is_file():
        return "special"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_stand_ins(folder):
    """gnuplot and rsvg-convert in a millisecond: a picture that is none, where the real one would write."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "picture.png").write_bytes(images.png(1, 1, 1, b"\x80"))
    (folder / "gnuplot").write_text("""#!/bin/sh
while IFS= read -r line; do
  case $line in
    "set output './"*) name=${line#"set output '"}; name=${name%"'"}
      printf '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">\\n</svg>\\n\\n' >"$name" ;;
  esac
done <"$2"
""")
    (folder / "rsvg-convert").write_text(f"""#!/bin/sh
while [ "$1" != --output ]; do shift; done
exec cat '{folder}/picture.png' >"$2"
""")
    for name in ("gnuplot", "rsvg-convert"):
        (folder / name).chmod(0o755)
