"""Damaged, hostile and odd inputs against every command that reads them: no signal, no hang, one of our exit codes."""
import re
from dataclasses import dataclass

import images
import mutations
from report import try_all
from sandbox import EXIT_CODES, PIPELINE

SHORT = 80
COUNT = 10_000
SECONDS = 10
MODEL = "given-model.h5"
ARCHIVE = "data/archive/images.h5"
IDX = "data/digits/t10k-images-idx3-ubyte.gz"
# Commands, and the file that the mutant is if the command does not name it itself, as {}.
COMMANDS = {
    "png": [(f"evaluate --model {MODEL} --images {{}}", "mutant.png"),
            ("ingest mutants --output out --size 8x8 --sizes resize", "mutants/a.png")],
    "idx": [(f"evaluate --model {MODEL} --images {{}}", "mutant.gz"), ("ingest {} --output out --superpixel 4x4", "mutant.gz"),
            (f"classify --model {MODEL} --images {IDX} --labels {{}}", "mutant.gz")],
    "yaml": [("run {} --output output --cache cache --dry-run", "tiny.yaml"),
             ("run {} --output output --cache cache", "given-model.yaml")],
    "json": [("inspect {}", None), (" ".join(PIPELINE), None)],
    "hdf5": [(f"evaluate --model {MODEL} --images {{}}:/train/images", "mutant.h5"), ("inspect {}", "mutant.h5"),
             ("ingest {}:/train/images --output out", "mutant.h5")],
    "model": [(command, "mutant.h5") for command in (
        "inspect {}", f"evaluate --model {{}} --images {IDX}", "sample --model {} --count 4 --output grid.png",
        f"inpaint --model {{}} --images {IDX} --hide left --output grid.png", "certify {}",
        f"classify --model {{}} --images {IDX}", f"anomaly --model {{}} --images {IDX} --output heat.png",
        f"convert --model {{}} --images {IDX} --nodes 4 --output converted.h5")]}


@dataclass(frozen=True)
class Mutant:
    """The `number`-th damaged file of a kind."""

    kind: str
    number: int
    seed: int

    @property
    def bucket(self):
        return self.kind

    def __str__(self):
        return f"{self.kind} {self.number} seed {self.seed}"


@dataclass(frozen=True)
class Edit:
    """The pipeline with the `place`-th artifact or number replaced."""

    kind: str
    place: int
    value: str

    @property
    def bucket(self):
        return self.kind

    def __str__(self):
        return f"{self.kind} {self.place} {self.value}"


class Material:
    """Undamaged files, and where tiny.yaml names artifacts and numbers."""

    def __init__(self, sandbox):
        sandbox.reset("new")
        root = sandbox.root
        self.yaml = (root / "tiny.yaml").read_text()
        body = self.yaml.index("stages:")
        stages = re.findall(r"^  ([a-z-]+):", self.yaml[body:], re.M)
        # A reference is a stage's name, with a port at times, as a value.
        self.references = [
            found.span(1) for found in re.finditer(r"[:\[,] *([a-z-]+(?:\.[a-z]+)?)(?=[ ,}\]\n])", self.yaml)
            if found.start() > body and found.group(1).split(".")[0] in stages]
        self.artifacts = sorted({self.yaml[a:b] for a, b in self.references} | set(stages))
        self.numbers = [found.span(1) for found in re.finditer(r"[:\[,] *(-?[0-9.]+)(?=[ ,}\]\n])", self.yaml)]
        self.records = sorted(str(path.relative_to(root)) for top in ("cache", "output") for path in (root / top).rglob("*.json"))
        self.models = [path.read_bytes() for path in sorted((root / "output").rglob("model.h5"))]


def run(workshop, settings):
    material = Material(workshop.sandbox("material"))
    points = [Mutant(kind, number, settings.seed) for kind in COMMANDS for number in range(COUNT)]
    points += [Edit("artifact", place, value) for place in range(len(material.references)) for value in material.artifacts]
    points += [Edit("number", place, value) for place in range(len(material.numbers)) for value in mutations.ODD]
    return try_all("mutants", workshop, settings, points, SHORT, lambda sandbox, point: attempt(sandbox, point, material))


def attempt(sandbox, point, material):
    if isinstance(point, Edit):
        return edited(sandbox, point, material)
    sandbox.reset("new" if point.kind == "json" else "empty")
    dice = mutations.dice_for(point.kind, point.number, point.seed)
    command, name = dice.choice(COMMANDS[point.kind])
    name = name or dice.choice(material.records)
    write(sandbox.root / name, damaged(sandbox, point.kind, name, dice, material))
    command = command.format(name)
    # A long run is accepted if it stops on a signal.
    return endings(sandbox.run(command.split(), timeout=SECONDS, stoppable=point.kind == "yaml"), command)


def damaged(sandbox, kind, name, dice, material):
    root = sandbox.root
    if kind == "png":
        channels = dice.choice([1, 3])
        return mutations.png(images.png(8, 8, channels, dice.randbytes(64 * channels)), dice)
    if kind == "idx":
        return mutations.packed_idx((root / IDX).read_bytes(), dice)
    if kind in ("yaml", "json"):
        return mutations.text((root / name).read_bytes(), dice)
    return mutations.bytes_of((root / ARCHIVE).read_bytes() if kind == "hdf5" else dice.choice(material.models), dice)


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def edited(sandbox, point, material):
    """A plan first; what it refuses, or says is large, is not run."""
    sandbox.reset("new")
    start, end = (material.references if point.kind == "artifact" else material.numbers)[point.place]
    (sandbox.root / "tiny.yaml").write_text(material.yaml[:start] + point.value + material.yaml[end:])
    planned = sandbox.run([*PIPELINE, "--dry-run"], timeout=SECONDS)
    problems = endings(planned, "run --dry-run")
    large = any(int(megabytes) > 500 for megabytes in re.findall(r"memory ([0-9]+) MB", planned.stdout))
    if problems or planned.code != 0 or large:
        return problems
    # Long work is no mistake where it was asked for, as long as it can be stopped.
    ended = sandbox.run(PIPELINE, timeout=SECONDS, stoppable=point.kind == "number")
    return endings(ended, "run")


def endings(ended, command):
    if ended.code is None:
        return [f"hangs: {command}"]
    if ended.code < 0:
        return [f"ended by signal {-ended.code}: {command}: {ended.says}"]
    if ended.code not in EXIT_CODES:
        return [f"exit code {ended.code} is none of ours: {command}"]
    return []
