#!/usr/bin/env python3
"""Runs every pipeline in short and prints the SHA-256 of each file that it publishes.

Two builds that compute the same print the same lines: a change that moves code but no number is shown to do so by

    Tests/Compare/published.py BUILD/tessera >before.txt     # and again, after the change
    diff before.txt after.txt

After a change that names things differently in a pipeline, the configurations and fingerprints that results carry differ
although nothing else does: with `--contents` the hash is of numbers and pixels alone (needs the `.venv` of `make setup`).

Measured times (`run.json`, `timings.*`) are left out, and so are tables and pictures of seconds. Trainings have one epoch, full MNIST is
replaced by the embedded digits. Pipelines without their data are named on stderr and left out. Takes about ten minutes.
"""
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile

# Attributes that say what a result was made from, or hash it with them.
ORIGIN = {"configuration", "digest", "fingerprint", "pipeline"}
ROOT = pathlib.Path(__file__).resolve().parents[2]
# The same in the short: what needs hours, or data that the repository lacks.
REPLACEMENTS = [
    (r"epochs: \d+", "epochs: 1"),
    (r"seeds: \[.*?\]", "seeds: [1, 2]"),
    (r"dataset: mnist\}", "dataset: mnist-5k}"),
    (r"dataset: fashion-mnist", "dataset: mnist-5k"),
    (r"validation: 5000", "validation: 500"),
    (r"images: \[.*?\]", "images: [100, 300]"),
    (r"iwae:5000", "iwae:50"),
    (r"file: Output/", "file: {output}/"),
]
# Files whose content is seconds.
MEASURED = re.compile(
    r"(^|/)(run\.json|timings\..*)$|by-second|/answers/|-questions/|/cost/|monte-carlo|/claims/|/poster/")


def contents(file: pathlib.Path) -> bytes:
    """What a file holds, less what it was made from."""
    if file.suffix == ".h5":
        import h5py
        parts = []

        def add(name, thing):
            parts.append(repr((name, sorted((k, str(v)) for k, v in thing.attrs.items() if k not in ORIGIN))))
            if isinstance(thing, h5py.Dataset):
                parts.append(repr((thing.dtype, thing.shape)))
                parts.append(repr(thing[()].tobytes() if thing.dtype.kind != "O" else thing[()].tolist()))

        with h5py.File(file) as opened:
            add("/", opened)
            opened.visititems(add)
        return "\n".join(parts).encode()
    if file.suffix == ".png":
        from PIL import Image
        with Image.open(file) as image:
            return repr((image.mode, image.size)).encode() + image.tobytes()
    return file.read_bytes()


def main() -> int:
    arguments = [word for word in sys.argv[1:] if word != "--contents"]
    read = contents if "--contents" in sys.argv else pathlib.Path.read_bytes
    program = pathlib.Path(arguments[0]).resolve()
    only = arguments[1:]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        output, cache = work / "output", work / "cache"
        names = sorted(path.stem for path in (ROOT / "Pipelines").glob("*.yaml"))
        # evaluate-new reads a model of the quickstart.
        names.sort(key=lambda name: name != "quickstart")
        for name in names:
            if only and name not in only:
                continue
            text = (ROOT / "Pipelines" / f"{name}.yaml").read_text()
            for pattern, short in REPLACEMENTS:
                text = re.sub(pattern, short.replace("{output}", str(output)), text)
            pipeline = work / f"{name}.yaml"
            pipeline.write_text(text)
            run = subprocess.run(
                [program, "run", pipeline, "--output", output, "--cache", cache],
                cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if run.returncode != 0:
                print(f"{name}: exit {run.returncode}: {run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            for file in sorted((output / name).rglob("*")):
                path = str(file.relative_to(output))
                if file.is_file() and not MEASURED.search(path) and file.name != "stage.json":
                    print(hashlib.sha256(read(file)).hexdigest(), path, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
