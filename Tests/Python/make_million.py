"""Many images as MNIST's four IDX files, from few: for sets larger than memory.

Usage: make_million.py FOLDER COUNT [IDX_FOLDER]

Writes COUNT training images (plain IDX, made and written a block at a time) and the test images of
IDX_FOLDER (default Data/mnist-5k) to FOLDER. An image is one of the folder's training images moved by
up to two pixels each way; which one, and how far, is a function of its number. Needs Python alone.
"""

import gzip
import shutil
import struct
import sys
from pathlib import Path

BLOCK = 1_000
TRAIN, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def read(folder, name):
    path = folder / name
    if path.is_file():
        return path.read_bytes()
    with gzip.open(folder / f"{name}.gz") as file:
        return file.read()


def moved(image, height, width, down, right):
    """The image with zeros where nothing was."""
    blank = bytes(width)
    rows = [image[row * width : (row + 1) * width] for row in range(height)]
    rows = [blank] * down + rows[: height - down] if down >= 0 else rows[-down:] + [blank] * -down
    if right >= 0:
        rows = [bytes(right) + row[: width - right] for row in rows]
    else:
        rows = [row[-right:] + bytes(-right) for row in rows]
    return b"".join(rows)


def main(folder, count, source):
    images, labels = read(source, TRAIN), read(source, LABELS)
    few, height, width = struct.unpack(">III", images[4:16])
    size = height * width
    # Every image in every place, as often as it takes.
    variants = {}

    def image(number):
        mixed = number * 2_654_435_761 % 2**32
        which, place = mixed % few, (mixed // few) % 25
        if (which, place) not in variants:
            start = 16 + which * size
            variants[which, place] = moved(
                images[start : start + size], height, width, place // 5 - 2, place % 5 - 2)
        return which, variants[which, place]

    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / TRAIN, "wb") as pixels, open(folder / LABELS, "wb") as classes:
        pixels.write(images[:4] + struct.pack(">III", count, height, width))
        classes.write(labels[:4] + struct.pack(">I", count))
        for first in range(0, count, BLOCK):
            block = [image(number) for number in range(first, min(first + BLOCK, count))]
            pixels.write(b"".join(content for _, content in block))
            classes.write(bytes(labels[8 + which] for which, _ in block))
    for name in TEST:
        found = source / name if (source / name).is_file() else source / f"{name}.gz"
        shutil.copy(found, folder / found.name)
    print(f"{folder}: {count} images of {height} x {width}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else "Data/mnist-5k"))
