#!/usr/bin/env python3
"""Log-likelihoods of test images by a second reader of the model file, against the program's own.

    check_recomputed.py TESSERA IDX [METRICS.csv MODEL.h5]...

Every leaf family, emission, rule of nodes, way of channels and binarisation that `tessera kinds` lists: one pipeline
trains a tiny model of each for one epoch, on digits of IDX made small and on pictures of colour made of them, and
what the package `recompute` makes of each test image by h5py and numpy is compared with the stage's table. Then the
models given, of IDX' images, by their mean. Prints a line a model; exits 1 where one differs by more than 1e-4
relative to its size, or where a word of `tessera kinds` has no model here.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from recompute.model import Model, read_images

TOLERANCE = 1e-4
TRAIN, TEST = 160, 40
NETWORK = "hidden: 3, latent: 2"
# Structures that are made from statistics, and those with partitions of other numbers of children than two.
NEEDS = {"chow-liu": {"statistics": "grey-information"}}
OF_MANY_CHILDREN = {"chow-liu", "quad-tree"}
BINARY, LEVELS, COLOUR = "binary", "levels", "colour"


class Tiny:
    """A model to train: its data, its leaf, other fields of the stage, and the words of `tessera kinds` it covers."""

    def __init__(self, name, data, leaf, covers=(), **fields):
        self.name, self.data, self.covers = name, data, set(covers)
        self.fields = {"units": 2, "leaf": leaf,
                       "binarisation": "threshold" if data == BINARY else "none"} | fields


def binary_models(kinds):
    models = [Tiny("bernoulli", BINARY, "bernoulli", ["bernoulli", "threshold", "free"], weights="free"),
              Tiny("classes", BINARY, "bernoulli", units=3, classes="true"),
              Tiny("one-leaf", BINARY, "bernoulli", partition="grey-whole")]
    models += [Tiny(view, BINARY, "bernoulli", [view], binarisation=f"{{kind: {view}, seed: 7}}")
               for view in ("stochastic", "dynamic")]
    models += [Tiny(f"structure-{kind}-{products}", BINARY, "bernoulli", [kind, products], units=3,
                    structure=kind, products=products, **NEEDS.get(kind, {}))
               for kind in kinds["structures"] for products in kinds["products"]
               if products != "dense" or kind not in OF_MANY_CHILDREN]
    models += [Tiny(f"share-{what}-{products}", BINARY, "bernoulli", [], units=3, partition="grey-small", products=products,
                    share=what) for what in ("leaves", "sums", "all") for products in kinds["products"]]
    network = "{kind: functional, frequencies: 3, hidden: 5, shared: %s}"
    models += [Tiny("leaf-sums", BINARY, "bernoulli", units=3, products="elementwise", structure="quad-tree",
                    leafSums="true", share="leaves")]
    models += [Tiny(f"functional-{shared}", BINARY, "bernoulli", ["functional"], units=3, products="elementwise",
                    structure="{kind: halving, cuts: both}", weights=network % shared) for shared in ("all", "level")]
    for rule, count, latent in (("quantile", 8, 3), ("gauss-hermite", 9, 2), ("qmc", 7, 4)):
        for weights in ("fixed", "learned"):
            leaf = f"kind: mixture, rule: {rule}, nodes: {count}, latent: {latent}, hidden: 3, nodeWeights: {weights}"
            models += [Tiny(f"mixture-{rule}-{weights}", BINARY, f"{{{leaf}}}", ["mixture"]),
                       Tiny(f"mixture-{rule}-{weights}-levels", LEVELS, f"{{{leaf}, emission: logistic}}")]
    models += [Tiny(f"mixture-{activation}", BINARY,
                    f"{{kind: mixture, nodes: 4, hidden: 3, activation: {activation}}}")
               for activation in ("relu", "softplus")]
    models += [Tiny(f"vae-{value}", BINARY, f"{{kind: vae, {NETWORK}, value: {value}{more}}}", ["vae"])
               for value, more in (("elbo-analytic", ""), ("elbo", ""), ("iwae", ", samples: 3"))]
    return models


def emission_models(emission):
    network = f"nodes: 4, {NETWORK}, emission: {emission}"
    joint = "{kind: joint, components: 3}"
    return [
        Tiny(emission, LEVELS, emission, [emission, "none"]),
        Tiny(f"{emission}-colour", COLOUR, f"{{kind: {emission}, channels: independent}}"),
        Tiny(f"{emission}-joint", COLOUR, f"{{kind: {emission}, channels: {joint}}}", ["joint"]),
        Tiny(f"mixture-{emission}", COLOUR, f"{{kind: mixture, {network}}}", ["of " + emission]),
        Tiny(f"mixture-{emission}-channels", COLOUR, f"{{kind: mixture, {network}, channels: independent}}",
             ["independent"]),
        Tiny(f"vae-{emission}", COLOUR, f"{{kind: vae, {NETWORK}, emission: {emission}}}"),
        Tiny(f"vae-{emission}-channels", COLOUR,
             f"{{kind: vae, {NETWORK}, emission: {emission}, channels: independent}}")]


def composed_models():
    network = f"{{kind: vae, {NETWORK}, value: elbo}}"
    mixture = f"{{kind: mixture, nodes: 4, {NETWORK}, emission: binomial}}"
    cells = "kind: product, region: [7, 7], cell: [4, 3]"
    return [
        Tiny("mixed", BINARY, f"{{kind: mixed, of: [bernoulli, {network}]}}", ["mixed"], units=3),
        Tiny("mixed-units", COLOUR, f"{{kind: mixed, units: [1, 3], of: [logistic, {mixture}]}}", units=4),
        Tiny("product", BINARY, f"{{{cells}, of: bernoulli}}", ["product"], partition="grey-whole"),
        Tiny("product-of-vae", BINARY, f"{{{cells}, of: {network}}}", partition="grey-whole"),
        Tiny("product-of-mixture", LEVELS, f"{{{cells}, of: {mixture}}}", partition="grey-whole")]


def all_models(kinds):
    return (binary_models(kinds) + [model for emission in kinds["emissions"] for model in emission_models(emission)]
            + composed_models())


def require_coverage(kinds, models):
    covered = set().union(*(model.covers for model in models))
    wanted = {word for name in ("leaves", "channels", "binarisations", "structures", "products", "weights") for word in kinds[name]}
    missing = (wanted | {"of " + emission for emission in kinds["emissions"]}) - covered
    if missing:
        sys.exit(f"check_recomputed: no model covers {', '.join(sorted(missing))} of `tessera kinds`")


def pipeline(models):
    lines = ["name: recomputed", "seed: 3", "stages:"]
    for data in ("grey", COLOUR):
        lines += [
            f"  {data}: {{kind: ingest, source: {{kind: hdf5, dataset: tiny, file: {data}.h5, images: /train, "
            "labels: /labels, testImages: /test, testLabels: /testLabels}}",
            f"  {data}-cells: {{kind: partition, images: {data}, superpixel: [4, 4]}}",
            f"  {data}-parts: {{kind: split, images: {data}, validation: 0}}",
            f"  {data}-shards: {{kind: shards, images: {data}, partition: {data}-cells, split: {data}-parts}}"]
    lines += ["  grey-information: {kind: mutual-information, data: grey-shards}",
              "  grey-whole: {kind: partition, images: grey, superpixel: [7, 7]}",
              "  grey-small: {kind: partition, images: grey, superpixel: [2, 2]}"]
    for model in models:
        shards = "colour-shards" if model.data == COLOUR else "grey-shards"
        fields = ", ".join(f"{key}: {value}" for key, value in model.fields.items())
        lines += [f"  {model.name}: {{kind: train, data: {shards}, epochs: 1, batch: 16, keep: last, weightSpread: 1, "
                  f"learner: {{kind: adam, rate: 0.03}}, {fields}}}",
                  f"  {model.name}-metrics: {{kind: evaluate, model: {model.name}.model, data: {shards}}}"]
    return "\n".join(lines) + "\n"


def write_data(folder, idx):
    """Digits of 28 x 28 averaged to 7 x 7, and pictures of three of them each, one a channel."""
    digits = read_images(idx).reshape(-1, 7, 4, 7, 4).mean((2, 4)).round().astype(np.uint8)
    count = TRAIN + TEST
    pictures = np.stack([digits[:count], 255 - digits[count:2 * count] // 2, digits[2 * count:3 * count]], 3)
    for name, images in (("grey", digits[:count]), ("colour", pictures)):
        with h5py.File(folder / f"{name}.h5", "w") as file:
            file["train"], file["test"] = images[:TRAIN], images[TRAIN:]
            file["labels"] = np.arange(TRAIN, dtype=np.uint8) % 4
            file["testLabels"] = np.arange(TEST, dtype=np.uint8) % 4


def error(own, found):
    return np.max(np.abs(found - own) / np.maximum(np.abs(own), 1))


def check_families(tessera, idx):
    kinds = {section["catalogue"]: [entry["kind"] for entry in section["kinds"]]
             for section in json.loads(subprocess.check_output([tessera, "kinds", "--json"]))["catalogues"]}
    models = all_models(kinds)
    require_coverage(kinds, models)
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "Data/tiny").mkdir(parents=True)
        write_data(folder / "Data/tiny", idx)
        (folder / "recomputed.yaml").write_text(pipeline(models))
        ran = subprocess.run([tessera, "run", "recomputed.yaml"], cwd=folder, capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"check_recomputed: the pipeline ended with {ran.returncode}:\n{ran.stderr[-4000:]}")
        for model in models:
            images = read_images(f"{folder}/Data/tiny/{'colour' if model.data == COLOUR else 'grey'}.h5:/test")
            output = folder / "Output/recomputed"
            found = Model(output / model.name / "model.h5").log_likelihoods(images)
            with h5py.File(output / f"{model.name}-metrics/metrics.h5") as file:
                own = file["images"]["logLikelihood"]
            off = error(own, found)
            wrong += not off <= TOLERANCE
            print(f"{model.name}: {own.mean():.5f} by tessera, {found.mean():.5f} recomputed, off by {off:.1e}"
                  + ("" if off <= TOLERANCE else ": WRONG"))
    return wrong


def check_means(idx, pairs):
    images, wrong = read_images(idx), 0
    for table, path in pairs:
        own = float(next(csv.DictReader(open(table)))["meanLogLikelihood"])
        found = Model(path).log_likelihoods(images).mean()
        off = error(own, found)
        wrong += not off <= TOLERANCE
        print(f"{path}: {own:.5f} by tessera, {found:.5f} recomputed, off by {off:.1e}"
              + ("" if off <= TOLERANCE else ": WRONG"))
    return wrong


if __name__ == "__main__":
    program = str(pathlib.Path(sys.argv[1]).resolve())
    given = sys.argv[3:]
    failures = check_families(program, sys.argv[2]) + check_means(sys.argv[2], zip(given[::2], given[1::2]))
    sys.exit(failures > 0)
