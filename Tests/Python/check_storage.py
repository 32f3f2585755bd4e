#!/usr/bin/env python3
"""Reads what tessera wrote with tools that are not ours: h5py, PyTables, pandas, numpy, pngcheck.

    check_storage.py --shards FOLDER [--idx FOLDER] --table FILE.h5[:/name] ... --png FILE ...

Every option may be left out or given many times. Prints one line a check; exits 1 after a failure.
"""
import argparse
import csv
import gzip
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pandas as pd
import tables

failures = 0


def check(condition, text):
    global failures
    failures += not condition
    print(("ok    " if condition else "FAIL  ") + text)


def read_idx(folder, stem):
    for name in (stem, stem + ".gz"):
        path = folder / name
        if path.exists():
            raw = path.read_bytes()
            data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
            rank = data[3]
            sizes = np.frombuffer(data, ">u4", rank, 4)
            return np.frombuffer(data, "u1", offset=4 + 4 * rank).reshape(sizes)
    return None


def listed_digest(path):
    """The digest of a file by what the documentation says of it (FileFormats.md)."""
    digest = hashlib.sha256()

    def word(dtype):
        return f"S{dtype.itemsize}" if dtype.kind == "S" else dtype.str[1:]

    def head(kind, path, name="", shape=(), dtype=None, words=()):
        if dtype is not None:
            words = [(each, word(dtype[each])) for each in dtype.names or ()] or [("", word(dtype))]
        fields = [kind, path, name, " ".join(map(str, shape))]
        fields += [text for pair in words for text in pair]
        digest.update("\0".join(fields).encode() + b"\n")

    def attributes(item, path):
        for name in sorted(item.attrs, key=str.encode):
            if path == "/" and name == "digest":
                continue
            attribute = h5py.h5a.open(item.id, name.encode())
            head("attribute", path, name, attribute.shape, attribute.dtype)
            values = np.empty(attribute.shape, attribute.dtype)
            if values.size:
                attribute.read(values)
            digest.update(values.tobytes())

    def walk(group, path):
        attributes(group, path)
        for name in sorted(group, key=str.encode):
            item, below = group[name], path.rstrip("/") + "/" + name
            if isinstance(item, h5py.Group):
                head("group", below)
                walk(item, below)
                continue
            if item.is_virtual:
                head("dataset", below, "", item.shape, words=[("", "?virtual")])
            else:
                head("dataset", below, "", item.shape, item.dtype)
                if item.dtype != np.uint8:
                    digest.update(np.asarray(item[()], item.dtype).tobytes())
            attributes(item, below)

    with h5py.File(path) as file:
        walk(file, "/")
        return "tessera-sha256:" + digest.hexdigest(), file.attrs.get("digest")


def check_digest(path):
    data = path.read_bytes()
    content, line = data[:-87], data[-87:]
    check(line == b"\ntessera-bytes-sha256:" + hashlib.sha256(content).hexdigest().encode() + b"\n",
          f"{path}: byte trailer")
    expected, found = listed_digest(path)
    found = found.decode() if isinstance(found, bytes) else found
    check(expected == found, f"{path}: digest")


def superpixel_order(height, width, cell_height, cell_width):
    pixels = np.arange(height * width).reshape(height, width)
    return np.concatenate([
        pixels[top:top + cell_height, left:left + cell_width].ravel()
        for top in range(0, height, cell_height) for left in range(0, width, cell_width)])


def check_shards(folder, idx):
    manifest = json.loads((folder / "manifest.json").read_text())
    order = superpixel_order(
        manifest["height"], manifest["width"], manifest["cellHeight"], manifest["cellWidth"])
    parts = {}
    for shard in manifest["shards"]:
        path = folder / shard["file"]
        data = path.read_bytes()
        check(hashlib.sha256(data).hexdigest() == shard["sha256"]
              and len(data) == shard["bytes"], f"{path}: size and SHA-256")
        check_digest(path)
        with h5py.File(path) as file:
            samples = file["samples"]
            bytes_ = np.prod(samples.chunks)
            check(samples.chunks[1] == samples.shape[1] and bytes_ <= 1 << 20
                  and samples.fletcher32, f"{path}: chunks of whole samples, checksummed")
            check(np.array_equal(file["pixelOrder"][:], order), f"{path}: pixel order")
            parts.setdefault(shard["part"], []).append(
                (samples[:], file["labels"][:], file["indices"][:]))
    check_digest(folder / "all.h5")
    with h5py.File(folder / "all.h5") as file:
        for part, shards in parts.items():
            samples, labels, indices = (np.concatenate(values) for values in zip(*shards))
            check(len(samples) == manifest["counts"][part], f"{part}: {len(samples)} samples")
            group = file[part]
            check(np.array_equal(group["samples"][:], samples)
                  and np.array_equal(group["labels"][:], labels)
                  and np.array_equal(group["indices"][:], indices),
                  f"{part}: the virtual dataset is the shards")
            if idx:
                check_against_idx(idx, part, samples, labels, indices, order)
    if "validation" in parts:
        taken = [set(np.concatenate([s[2] for s in parts[p]])) for p in ("train", "validation")]
        check(not taken[0] & taken[1], "train and validation are disjoint")


def check_against_idx(idx, part, samples, labels, indices, order):
    stem = "t10k" if part == "test" else "train"
    images = read_idx(idx, stem + "-images-idx3-ubyte")
    classes = read_idx(idx, stem + "-labels-idx1-ubyte")
    expected = images.reshape(len(images), -1)[indices][:, order]
    check(np.array_equal(samples, expected), f"{part}: every pixel is the IDX file's")
    check(np.array_equal(labels, classes[indices] if classes is not None
                         else np.full(len(indices), -1)), f"{part}: every label is the IDX file's")


def table_names(path):
    with h5py.File(path) as file:
        names = []
        file.visititems(lambda name, item: names.append("/" + name)
                        if item.attrs.get("CLASS") == b"TABLE" else None)
    return names


def check_table(path, name):
    with h5py.File(path) as file:
        rows = file[name][:]
        attributes = dict(file[name].attrs)
    fields = rows.dtype.names
    check(all(attributes[f"FIELD_{i}_NAME"].decode() == field for i, field in enumerate(fields)),
          f"{path}{name}: h5py: {len(rows)} rows of {', '.join(fields)}")
    check(rows.dtype.itemsize == sum(rows.dtype[f].itemsize for f in fields)
          and all(rows.dtype[f].str in ("<f8", "<i8") or rows.dtype[f].kind == "S"
                  for f in fields), f"{path}{name}: packed, little-endian")
    with tables.open_file(path) as file:
        node = file.get_node(name)
        check(isinstance(node, tables.Table) and np.array_equal(
            node.read().astype(rows.dtype).tobytes(), rows.tobytes()),
            f"{path}{name}: PyTables reads the same")
    frame = pd.read_hdf(path, name)
    check(list(frame.columns) == list(fields) and len(frame) == len(rows),
          f"{path}{name}: pandas reads the same")
    beside = pathlib.Path(path).with_suffix(".csv")
    if beside.exists() and len(table_names(path)) == 1:
        check_csv(beside, rows)


def check_csv(path, rows):
    with open(path, newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    check(tuple(lines[0]) == rows.dtype.names and len(lines) == len(rows) + 1, f"{path}: shape")
    for column, name in enumerate(rows.dtype.names):
        texts = [line[column] for line in lines[1:]]
        if rows.dtype[name].kind == "S":
            same = texts == [value.decode() for value in rows[name]]
        else:
            same = np.array_equal(
                np.array(texts, rows.dtype[name]), rows[name],
                equal_nan=rows.dtype[name].kind == "f")
        check(same, f"{path}: column {name} is the table's")


def check_png(path):
    tool = shutil.which("pngcheck")
    if tool is None:
        print(f"skip  {path}: no pngcheck")
        return
    result = subprocess.run([tool, "-q", path], capture_output=True, text=True)
    check(result.returncode == 0, f"{path}: pngcheck {result.stdout.strip()}")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--shards", type=pathlib.Path, action="append", default=[])
parser.add_argument("--idx", type=pathlib.Path, help="the IDX files the shards came from")
parser.add_argument("--table", action="append", default=[], help="FILE.h5 or FILE.h5:/name")
parser.add_argument("--png", action="append", nargs="+", default=[])
arguments = parser.parse_args()
for folder in arguments.shards:
    check_shards(folder, arguments.idx)
for table in arguments.table:
    path, _, name = table.partition(":")
    check_digest(path)
    names = [name] if name else table_names(path)
    check(bool(names), f"{path}: {len(names)} tables")
    for each in names:
        check_table(path, each)
for group in arguments.png:
    for path in group:
        check_png(path)
sys.exit(failures > 0)
