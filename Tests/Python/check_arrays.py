#!/usr/bin/env python3
"""Arrays written by numpy, against what `tessera ingest` makes of them.

    check_arrays.py TESSERA

Writes images and labels by `save`, `savez` and `savez_compressed`: C and Fortran order, every version of the head, named
axes, labels of every width and byte order. The built program TESSERA ingests each; the archive, read by h5py, is
compared with the array. Objects, floats, and damaged archives have to be refused. Prints one line a case; exits 1 after a
failure.
"""
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import h5py
import numpy as np

COUNT, HEIGHT, WIDTH = 40, 7, 5
LABELS = ["u1", "i1", "<u2", ">u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", ">u8"]


def save(path, array, version):
    with open(path, "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=False)


def ingested(program, folder, images, labels=None, axes=None):
    """Images and labels of the archive; the exit code and the last line of errors where there is none."""
    out = folder / "out"
    words = [program, "ingest", images, "--output", out]
    words += ["--labels", labels] if labels else []
    words += ["--axes", axes] if axes else []
    ended = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    if ended.returncode:
        return ended.returncode, ended.stderr.strip().split("\n")[-1]
    with h5py.File(out / "images.h5") as file:
        names = [name.decode() if isinstance(name, bytes) else name for name in file["/classNames"][:]] if labels else []
        numbers = file["/train/labels"][:] if labels else []
        return file["/train/images"][:], np.array([int(names[number]) for number in numbers])


def cases(folder, random):
    """Words of a case, its images and labels on the command line, axes, and the arrays wanted."""
    grey = random.integers(0, 256, (COUNT, HEIGHT, WIDTH)).astype("u1")
    colour = random.integers(0, 256, (COUNT, HEIGHT, WIDTH, 3)).astype("u1")
    for number, version in enumerate([(1, 0), (2, 0), (3, 0)]):
        for order in "C", "F":
            for kind, array in ("grey", grey), ("colour", colour):
                name = f"{kind}-{number}-{order}.npy"
                save(folder / name, np.asarray(array, order=order), version)
                yield name, name, None, None, array, None
    first = np.ascontiguousarray(colour.transpose(0, 3, 1, 2))
    last = np.ascontiguousarray(grey.transpose(1, 2, 0))
    for order in "C", "F":
        np.save(folder / f"first-{order}.npy", np.asarray(first, order=order))
        np.save(folder / f"last-{order}.npy", np.asarray(last, order=order))
        yield f"channel first {order}", f"first-{order}.npy", None, None, colour, None
        yield f"image last {order}", f"last-{order}.npy", None, "row,column,image", grey, None
    labels = random.integers(0, 100, COUNT)
    for kind in LABELS:
        np.save(folder / "labels.npy", labels.astype(kind))
        yield f"labels {kind}", "grey-0-C.npy", "labels.npy", None, grey, labels
    wide = labels.astype(">i2")[:, None]
    for write in np.savez, np.savez_compressed:
        name = f"{write.__name__}.npz"
        write(folder / name, x=colour, f=np.asfortranarray(grey), y=wide)
        yield f"{name}:x", f"{name}:x", "y", None, colour, labels
        yield f"{name}:f", f"{name}:f", f"{name}:y", None, grey, labels
    # More than zlib is given at once.
    large = random.integers(0, 4, (3_000, 28, 28)).astype("u1")
    np.savez_compressed(folder / "large.npz", x=large)
    yield "large.npz:x", "large.npz:x", None, None, large, None


def refusals(folder):
    """What has to end with exit code 65, and words of the message."""
    np.save(folder / "floats.npy", np.zeros((3, 2, 2)))
    yield "floats.npy", "found f8; scale it to levels"
    np.save(folder / "objects.npy", np.array([None] * 8, dtype=object).reshape(2, 2, 2), allow_pickle=True)
    yield "objects.npy", "Python objects (pickled)"
    np.save(folder / "records.npy", np.zeros((2, 2, 2), [("a", "u1")]))
    yield "records.npy", "an array of records"
    whole = (folder / "grey-0-C.npy").read_bytes()
    (folder / "short.npy").write_bytes(whole[:-1])
    yield "short.npy", f"need {COUNT * HEIGHT * WIDTH} bytes, found {COUNT * HEIGHT * WIDTH - 1}"
    with zipfile.ZipFile(folder / "lzma.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.npy", whole)
    yield "lzma.npz:x", "compression method 14"
    damaged = bytearray((folder / "savez.npz").read_bytes())
    damaged[len(damaged) // 3] ^= 1
    (folder / "damaged.npz").write_bytes(damaged)
    yield "damaged.npz:x", "CRC"
    yield "savez.npz", "name that of its images"


def main(program):
    failures = 0
    random = np.random.default_rng(1)
    program = pathlib.Path(program).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for words, images, labels, axes, wanted, classes in cases(folder, random):
            found, numbers = ingested(program, folder, images, labels, axes)
            same = np.array_equal(found, wanted) and (classes is None or np.array_equal(numbers, classes))
            failures += not same
            print(("ok    " if same else "FAIL  ") + words + ("" if same else f": {numbers}"))
        for images, words in refusals(folder):
            code, message = ingested(program, folder, images)
            same = isinstance(code, int) and code == 65 and words in message
            failures += not same
            print(("ok    " if same else "FAIL  ") + f"refused: {images}" + ("" if same else f": {code} {message}"))
    return failures > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
