#!/usr/bin/env python3
"""Peak memory and speed of a million images from `tessera ingest` to shards.

    million_images.py TESSERA FOLDER [--images N] [--gzip]

Writes N (1,000,000) images of 28 x 28 as one IDX file into FOLDER, plain or gzip, has the built program TESSERA make
an archive and shards of it, and prints seconds and the largest memory of the process. Exits 1 if it was a GB or more.
FOLDER needs about 2 GB, and is left as it is afterwards: remove it.
"""
import argparse
import gzip
import pathlib
import resource
import struct
import subprocess
import sys
import time

import numpy as np


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--gzip", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / ("images.idx.gz" if given.gzip else "images.idx")
    random = np.random.default_rng(1)
    # A few strokes on black, as sparse as digits are.
    block = np.zeros((1_000, 28, 28), "u1")
    for image in block:
        for _ in range(3):
            row, column = random.integers(4, 20, 2)
            image[row : row + 4, column : column + 6] = random.integers(100, 256, (4, 6))
    with (gzip.open(path, "wb", 1) if given.gzip else open(path, "wb")) as file:
        file.write(struct.pack(">IIII", 0x803, given.images, 28, 28))
        for first in range(0, given.images, 1_000):
            count = min(1_000, given.images - first)
            file.write(np.roll(block, first // 1_000 % 7, axis=2)[:count].tobytes())
    start = time.monotonic()
    subprocess.run([given.program, "ingest", path, "--output", given.folder / "out", "--superpixel", "4x4",
                    "--test-fraction", "0.01"], check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{given.images} images: {seconds:.1f} s, {given.images / seconds:.0f} images/s, peak {peak:.0f} MB")
    return peak >= 1_000


if __name__ == "__main__":
    sys.exit(main())
