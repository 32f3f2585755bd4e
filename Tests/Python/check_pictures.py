#!/usr/bin/env python3
"""Every kind of PNG, written by hand with every filter, against what `tessera ingest` makes of it.

    check_pictures.py TESSERA

Encodes colour types x bit depths x interlacing x transparency with the five row filters and real deflate, has the
built program TESSERA ingest each file as RGB over a background, and compares the archive, read by h5py, with the
same rules in numpy; Pillow's decoder is asked too (8 bits and fewer). Prints one line a kind;
exits 1 after a failure.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import h5py
import numpy as np
from PIL import Image

HEIGHT, WIDTH = 13, 11
BACKGROUND = np.array([10, 200, 77])
KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
         (6, 8), (6, 16)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def packed(row, depth):
    """Bytes of one row of samples `[column, channel]`."""
    flat = row.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    if depth == 8:
        return flat.astype("u1").tobytes()
    bits = (flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.astype("u1").reshape(-1)).tobytes()


def paeth(a, b, c):
    distances = [abs(b - c), abs(a - c), abs(a + b - 2 * c)]
    return [a, b, c][distances.index(min(distances))]


def filtered(lines, size, first):
    """Row filters 0 to 4 in turn; `size` bytes back is the pixel to the left."""
    out = bytearray()
    above = bytes(len(lines[0])) if lines else b""
    for number, line in enumerate(lines):
        kind = (first + number) % 5
        out.append(kind)
        for i, value in enumerate(line):
            a = line[i - size] if i >= size else 0
            c = above[i - size] if i >= size else 0
            guess = [0, a, above[i], (a + above[i]) // 2, paeth(a, above[i], c)][kind]
            out.append((value - guess) % 256)
        above = line
    return bytes(out)


def encoded(samples, colour_type, depth, interlaced, extra):
    size = max(1, CHANNELS[colour_type] * depth // 8)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for number, (top, left, down, across) in enumerate(passes):
        part = samples[top::down, left::across]
        if part.size:
            data += filtered([packed(row, depth) for row in part], size, number)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour_type, 0, 0, int(interlaced))
    body = zlib.compress(data, 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunk(*each) for each in extra)
            + chunk(b"IDAT", body[:20]) + chunk(b"IDAT", body[20:]) + chunk(b"IEND", b""))


def eight(samples, depth):
    largest = (1 << depth) - 1
    return (samples.astype("i8") * 255 + (32767 if depth == 16 else 0)) // largest


def expected(samples, colour_type, depth, palette, transparency):
    """RGB over the background."""
    if colour_type == 3:
        colours = palette[samples[..., 0]]
        alphas = np.concatenate([transparency, np.full(256 - len(transparency), 255)])
        alpha = alphas[samples[..., 0]]
    else:
        own = samples[..., : 3 if colour_type & 2 else 1]
        colours = np.broadcast_to(eight(own, depth), (HEIGHT, WIDTH, 3))
        if colour_type & 4:
            alpha = eight(samples[..., -1], depth)
        elif len(transparency):
            alpha = np.where((own == transparency).all(-1), 0, 255)
        else:
            alpha = np.full((HEIGHT, WIDTH), 255)
    alpha = alpha[..., None]
    return (colours * alpha + BACKGROUND * (255 - alpha) + 127) // 255


def pillow(path):
    image = Image.open(path).convert("RGBA")
    pixels = np.asarray(image).astype("i8")
    alpha = pixels[..., 3:]
    return (pixels[..., :3] * alpha + BACKGROUND * (255 - alpha) + 127) // 255


def main(program):
    failures = asked = 0
    random = np.random.default_rng(1)
    palette = random.integers(0, 256, (256, 3))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "in").mkdir()
        wanted, names = [], []
        for colour_type, depth in KINDS:
            samples = random.integers(0, 1 << depth, (HEIGHT, WIDTH, CHANNELS[colour_type]))
            for interlaced in (False, True):
                for transparent in (False, True) if colour_type < 4 else (False,):
                    extra, values = [], np.array([], "i8")
                    if colour_type == 3:
                        extra.append((b"PLTE", palette[: 1 << depth].astype("u1").tobytes()))
                    if transparent:
                        values = (random.integers(0, 256, 1 << depth) if colour_type == 3
                                  else samples[5, 4])
                        extra.append((b"tRNS", values.astype("u1" if colour_type == 3 else ">u2").tobytes()))
                    name = f"type{colour_type}-{depth:02}-{int(interlaced)}-{int(transparent)}.png"
                    path = folder / "in" / name
                    path.write_bytes(encoded(samples, colour_type, depth, interlaced, extra))
                    truth = expected(samples, colour_type, depth, palette, values)
                    wanted.append(truth)
                    names.append(name)
                    # Pillow compares tRNS of a few bits with what it has already widened.
                    if depth <= 8 and not (depth < 8 and transparent and colour_type == 0):
                        asked += 1
                        if not (pillow(path) == truth).all():
                            failures += 1
                            print(f"FAIL  {name}: Pillow decodes it otherwise")
        subprocess.run([program, "ingest", folder / "in", "--output", folder / "out", "--channels", "rgb",
                        "--background", ",".join(map(str, BACKGROUND)), "--json"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with h5py.File(folder / "out" / "images.h5") as file:
            images = file["/train/images"][:]
            listed = [name.decode() if isinstance(name, bytes) else name for name in file["/sources/names"][:]]
            preparation = json.loads(file.attrs["preparation"])
        assert listed == sorted(names) and preparation["channels"] == "rgb", (listed, preparation)
        for place, name in enumerate(listed):
            same = (images[place] == wanted[names.index(name)]).all()
            failures += not same
            print(("ok    " if same else "FAIL  ") + name)
        print(f"{len(names)} PNGs, {asked} of them decoded by Pillow as well")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
