"""Small images in the formats that `tessera` reads, written by hand and always with the same bytes."""
import gzip
import random
import struct
import zlib


def digits(count, seed, side=8):
    """Grey images of `side` x `side` bytes: label 0 is bright at the left, label 1 at the top."""
    dice = random.Random(seed)
    images = []
    for index in range(count):
        label = index % 2
        pixels = bytes(
            min(255, max(0, dice.randrange(60) + (190 if (row if label else column) < side // 2 else 0)))
            for row in range(side) for column in range(side))
        images.append((pixels, label))
    return images


def idx(dimensions, values):
    """An IDX file of unsigned bytes."""
    return struct.pack(">I", 0x800 + len(dimensions)) + struct.pack(f">{len(dimensions)}I", *dimensions) + values


def packed(data):
    """The bytes as a gzip file without a name or time."""
    return gzip.compress(data, 6, mtime=0)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, channels, pixels):
    """A PNG of 8-bit grey (1 channel) or RGB (3)."""
    row = width * channels
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, row * height, row))
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_data(folder, seed):
    """The data sets that tiny.yaml names, but for those that `tessera` makes itself."""
    for name, count in (("train", 20), ("t10k", 8)):
        images = digits(count, f"{name} {seed}")
        put(folder / f"digits/{name}-images-idx3-ubyte.gz",
            packed(idx([count, 8, 8], b"".join(pixels for pixels, _ in images))))
        put(folder / f"digits/{name}-labels-idx1-ubyte.gz",
            packed(idx([count], bytes(label for _, label in images))))
    dice = random.Random(f"pictures {seed}")
    for number in range(10):
        pixels = dice.randbytes(8 * 8 * 3)
        put(folder / f"pictures/{'ab'[number % 2]}/{number}.png", png(8, 8, 3, pixels))
    put(folder / "arrays/images.npy", npy([9, 8, 8], dice.randbytes(9 * 64)))
    put(folder / "arrays/labels.npy", npy([9], bytes(number % 2 for number in range(9))))
    for name in [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]:
        put(folder / f"cifar10/{name}", bytes([dice.randrange(10)]) + dice.randbytes(3072))
    for name in ("train.bin", "test.bin"):
        put(folder / f"cifar100/{name}", bytes([dice.randrange(20), dice.randrange(100)]) + dice.randbytes(3072))


def npy(shape, data):
    """A NumPy array of u8, version 1.0, C order."""
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
