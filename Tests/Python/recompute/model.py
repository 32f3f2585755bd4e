"""A model file: its view of images, its leaves, its sums."""
import gzip
import json

import h5py
import numpy as np

from .leaves import Numbers, Region, leaf_values
from .noise import stochastic_bits


def read_images(path):
    """`[image, value]` of an IDX file, plain or gzip, or of FILE.h5:/DATASET."""
    if ":/" in path:
        file, dataset = path.rsplit(":/", 1)
        with h5py.File(file) as source:
            images = source[dataset][:]
    else:
        raw = open(path, "rb").read()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        images = np.frombuffer(raw, np.uint8, offset=16).reshape(np.frombuffer(raw, ">u4", 3, 4))
    return images.reshape(len(images), -1)


class Model:
    def __init__(self, path):
        with h5py.File(path) as file:
            self.view = json.loads(file["preprocessing"].attrs["binarisation"])
            self.channels = int(file["preprocessing"].attrs.get("channels", 1))
            self.units = int(file["structure"].attrs["units"])
            self.products = np.bytes_(file["structure"].attrs.get("products", "dense")).decode()
            self.leaf = json.loads(file["structure"].attrs["leafConfiguration"])
            self.structure = {name: data[:] for name, data in file["structure"].items()}
            parameters = {name: data[:].astype(float) for name, data in file["parameters"].items()}
        self.sum_logits = parameters.pop("sumLogits")
        # From which weights were derived, for training that goes on.
        parameters.pop("sumNetwork", None)
        (self.leaf_parameters,) = parameters.values()

    def seen(self, images):
        """What the leaves are shown, `[value, image]`."""
        if self.view["kind"] == "none":
            return images.T
        if self.view["kind"] == "threshold":
            return (images / 255 > self.view["value"]).T.astype(np.uint8)
        return stochastic_bits(self.view, images).T

    def leaf_regions(self, x):
        """Values `[unit, image]` of each leaf region."""
        structure, numbers, values = self.structure, Numbers(self.leaf_parameters), {}
        superpixels = np.split(structure["superpixelPixels"], structure["superpixelOffsets"][1:-1])
        members = np.split(structure["leafSuperpixels"], structure["leafOffsets"][1:-1])
        starts, end = {}, 0
        for number, (region, own) in enumerate(zip(structure["leafRegions"], members)):
            pixels = np.concatenate([superpixels[superpixel] for superpixel in own])
            numbers.used = starts.setdefault(self.group(region), end)
            values[region] = leaf_values(
                self.leaf, numbers, Region(self.units, self.channels, number), x[pixels])
            end = max(end, numbers.used)
        numbers.used = end
        assert numbers.used == len(self.leaf_parameters), "parameters of the leaves are left over"
        return values

    def group(self, region):
        """The first region that shares a region's parameters."""
        return int(self.structure["parameterGroups"][region]) if "parameterGroups" in self.structure else int(region)

    def partitions(self):
        """Of each region with partitions the children of each of them, in the file's order."""
        structure, found = self.structure, {}
        if "partitions" in structure:
            regions, children = structure["partitions"][:, 0], structure["partitions"][:, 1:]
        else:
            regions = structure["partitionRegions"]
            children = np.split(structure["partitionChildren"], structure["partitionOffsets"][1:-1])
        for region, own in zip(regions, children):
            found.setdefault(int(region), []).append([int(child) for child in own])
        return found

    def product(self, factors):
        """Log-values of one partition's products, `[product, image]`, from its children's `[unit, image]`."""
        if self.products == "elementwise":
            return sum(factors)
        left, right = factors
        return (left[:, None] + right).reshape(self.units ** 2, -1)

    def log_likelihoods(self, images):
        """Of each image, in nats."""
        values, end, starts = self.leaf_regions(self.seen(images)), 0, {}
        partitions, priors = self.partitions(), self.structure.get("classPriors")
        for region, own in partitions.items():
            products = np.concatenate([self.product([values[child] for child in one]) for one in own])
            sums = len(priors) if region == max(partitions) and priors is not None else self.units
            start = starts.setdefault(self.group(region), end)
            own = self.sum_logits[start:start + sums * len(products)].reshape(sums, -1)
            end = max(end, start + own.size)
            own = own - np.logaddexp.reduce(own, 1)[:, None]
            values[region] = np.stack(
                [np.logaddexp.reduce(row[:, None] + products) for row in own])
        assert end == len(self.sum_logits), "weights of the sums are left over"
        shares = np.full(self.units, 1 / self.units) if priors is None else priors.astype(float)
        return np.logaddexp.reduce(values[max(values)] + np.log(shares)[:, None])
