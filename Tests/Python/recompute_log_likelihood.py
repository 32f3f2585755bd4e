#!/usr/bin/env python3
"""recompute_log_likelihood.py MODEL.h5 IDX[.gz] [IMAGES]: the mean log-likelihood in nats an image,
from the model file alone, by the format described in Sources/Stages/Model/ModelFile.swift."""
import gzip
import json
import sys

import h5py
import numpy as np

raw = open(sys.argv[2], "rb").read()
raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
images = np.frombuffer(raw, np.uint8, offset=16).reshape(np.frombuffer(raw, ">u4", 3, 4))
images = images[:int(sys.argv[3]) if len(sys.argv) > 3 else None].reshape(-1, images[0].size)
with h5py.File(sys.argv[1]) as model:
    view = json.loads(model["preprocessing"].attrs["binarisation"])
    units = int(model["structure"].attrs["units"])
    structure = {name: data[:] for name, data in model["structure"].items()}
    logits = {name: data[:].astype(float) for name, data in model["parameters"].items()}
assert view["kind"] == "threshold", "stochastic views need tessera's random numbers"
x = (images / 255 > view["value"]).T.astype(float)  # [pixel, image]
values, used = {}, 0  # of each region, [unit, image]
superpixels = np.split(structure["superpixelPixels"], structure["superpixelOffsets"][1:-1])
leaves = np.split(structure["leafSuperpixels"], structure["leafOffsets"][1:-1])
for region, members in zip(structure["leafRegions"], leaves):
    pixels = np.concatenate([superpixels[member] for member in members])
    own = logits["bernoulliLogits"][used:used + units * len(pixels)].reshape(units, -1)
    values[region] = own @ x[pixels] - np.logaddexp(0, own).sum(1)[:, None]
    used += own.size
used, partitions = 0, structure["partitions"]
for rows in np.split(partitions, np.flatnonzero(np.diff(partitions[:, 0])) + 1):
    if not len(rows):
        continue  # one region alone: a leaf
    products = np.concatenate(
        [(values[a][:, None] + values[b]).reshape(units ** 2, -1) for _, a, b in rows])
    is_root = rows[0, 0] == partitions[-1, 0]
    sums = len(structure["classPriors"]) if is_root and "classPriors" in structure else units
    own = logits["sumLogits"][used:used + sums * len(products)].reshape(sums, -1)
    own = own - np.logaddexp.reduce(own, 1)[:, None]
    values[rows[0, 0]] = np.stack([np.logaddexp.reduce(row[:, None] + products) for row in own])
    used += own.size
priors = structure.get("classPriors", np.full(units, 1 / units)).astype(float)
root = np.logaddexp.reduce(values[max(values)] + np.log(priors)[:, None])
print(f"{root.mean():.9f}")
