"""Log-likelihoods of one leaf region, by family.

A function takes the leaf's configuration, the reader of its parameters, a `Region` and the region's values
`[value, image]` (bytes as they are, or outcomes 0 and 1), and gives `[unit, image]`.
"""
from dataclasses import dataclass, replace

import numpy as np

from .emissions import log_masses, log_softmax, numbers_of
from .noise import evaluation_normals
from .nodes import prior_nodes

ACTIVATIONS = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0), "softplus": lambda x: np.logaddexp(0, x)}


@dataclass(frozen=True)
class Region:
    units: int
    channels: int
    number: int  # among the leaf regions: part of the key of its noise


class Numbers:
    """Parameters, taken one tensor after the other."""

    def __init__(self, values):
        self.values, self.used = values, 0

    def take(self, *shape):
        count = int(np.prod(shape))
        own = self.values[self.used:self.used + count].reshape(shape)
        self.used += count
        return own


def looked_up(table, x):
    """Sums over the values: of tables `[level, value, ...]` the entries of `[value, image]`, `[image, ...]`."""
    return sum(table[x[value], value] for value in range(len(x)))


def bernoulli(leaf, numbers, region, x):
    logits = numbers.take(region.units, len(x))
    return logits @ x - np.logaddexp(0, logits).sum(1)[:, None]


def gaussian(leaf, numbers, region, x):
    own = np.moveaxis(numbers.take(region.units, len(x), 2), 2, 0)
    return looked_up(np.swapaxes(log_masses(leaf, own), 1, 2), x).T


def independent_values(leaf, numbers, region, x):
    own = numbers.take(len(x), numbers_of(leaf), region.units)
    return looked_up(log_masses(leaf, np.swapaxes(own, 0, 1)), x).T


def joint_channels(leaf, numbers, region, x):
    """Each pixel a mixture of components, whose channels are independent."""
    components, pixels = leaf["channels"]["components"], len(x) // region.channels
    weights = log_softmax(np.moveaxis(numbers.take(pixels, region.units, components), 2, 0))
    own = numbers.take(len(x), numbers_of(leaf), components * region.units)
    masses = log_masses(leaf, np.swapaxes(own, 0, 1)).reshape(256, len(x), components, region.units)
    total = np.zeros((x.shape[1], region.units))
    for pixel in range(pixels):
        of_pixel = slice(pixel * region.channels, (pixel + 1) * region.channels)
        terms = weights[:, pixel] + looked_up(masses[:, of_pixel], x[of_pixel])
        total += np.logaddexp.reduce(terms, 1)
    return total.T


def layer(numbers, inputs, outputs):
    weights = numbers.take(outputs, inputs)
    bias = numbers.take(outputs)
    return lambda x: x @ weights.T + bias


def mixture(leaf, numbers, region, x):
    """A decoder at fixed nodes."""
    nodes, fixed = prior_nodes(leaf["rule"], leaf["nodes"], leaf["latent"])
    emission = leaf.get("emission")
    outputs = len(x) * (numbers_of(emission) if emission else 1)
    rows = []
    for _ in range(region.units):
        first = layer(numbers, leaf["latent"], leaf["hidden"])
        second = layer(numbers, leaf["hidden"], outputs)
        learned = leaf["nodeWeights"] == "learned"
        weights = log_softmax(numbers.take(len(nodes))) if learned else fixed
        told = second(ACTIVATIONS[leaf["activation"]](first(nodes)))
        if emission:
            own = told.reshape(len(nodes), len(x), -1).transpose(2, 1, 0)
            scores = looked_up(log_masses(emission, own), x)
        else:
            scores = (told @ x - np.logaddexp(0, told).sum(1)[:, None]).T
        rows.append(np.logaddexp.reduce(weights + scores, 1))
    return np.stack(rows)


def vae(leaf, numbers, region, x):
    """Estimated as it was trained, by the noise of evaluation."""
    emission, latent = leaf.get("emission"), leaf["latent"]
    outputs = len(x) * (numbers_of(emission) if emission else 1)
    seen = (x / 255 if emission else x).T
    samples = leaf["samples"] if leaf["value"] == "iwae" else 1
    images, blocks = np.arange(x.shape[1], dtype=np.uint64), (region.units * latent + 3) // 4
    normals = [np.concatenate([evaluation_normals(images, region.number, sample * blocks + block)
                               for block in range(blocks)]).T for sample in range(samples)]
    activate, rows = ACTIVATIONS[leaf["activation"]], []
    for unit in range(region.units):
        layers = [layer(numbers, *size) for size in (
            (len(x), leaf["hidden"]), (leaf["hidden"], 2 * latent), (latent, leaf["hidden"]),
            (leaf["hidden"], outputs))]
        mean, log_variance = np.split(layers[1](activate(layers[0](seen))), 2, axis=1)
        log_variance, terms = np.clip(log_variance, -60, 60), []
        for sample in range(samples):
            epsilon = normals[sample][:, unit * latent:(unit + 1) * latent]
            z = mean + np.exp(log_variance / 2) * epsilon
            told = layers[3](activate(layers[2](z)))
            if emission:
                masses = log_masses(emission, told.reshape(len(z), len(x), -1).transpose(2, 1, 0))
                term = np.take_along_axis(masses, x[None], 0)[0].sum(0)
            else:
                term = (told * seen - np.logaddexp(0, told)).sum(1)
            if leaf["value"] == "elbo-analytic":
                own = 1 + log_variance - mean ** 2 - np.exp(log_variance)
            else:
                own = epsilon ** 2 + log_variance - z ** 2
            terms.append(term + own.sum(1) / 2)
        rows.append(np.logaddexp.reduce(terms, 0) - np.log(samples))
    return np.stack(rows)


def mixed(leaf, numbers, region, x):
    """Units of several families: as `units` says, else as evenly as they go, the first families first."""
    families = leaf["of"]
    each, more = divmod(region.units, len(families))
    shares = leaf.get("units", [each + (number < more) for number in range(len(families))])
    return np.concatenate([leaf_values(family, numbers, replace(region, units=share), x)
                           for family, share in zip(families, shares) if share])


def parts(leaf, region, values):
    """The places of each factor of a product: the channels of colour, or the cells of a whole image."""
    if leaf["kind"] != "product":
        return [range(channel, values, region.channels) for channel in range(region.channels)]
    (height, width), (down, across) = leaf["region"], leaf["cell"]
    places = np.arange(values).reshape(height, width)
    return [places[top:top + down, left:left + across].reshape(-1)
            for top in range(0, height, down) for left in range(0, width, across)]


def product(leaf, numbers, region, x):
    inner = leaf["of"] if leaf["kind"] == "product" else {k: v for k, v in leaf.items() if k != "channels"}
    all_parts = parts(leaf, region, len(x))
    return sum(leaf_values(inner, numbers, Region(region.units, 1, region.number * len(all_parts) + index), x[part])
               for index, part in enumerate(all_parts))


FAMILIES = {"bernoulli": bernoulli, "gaussian": gaussian, "mixture": mixture, "vae": vae, "mixed": mixed,
            "product": product}


def leaf_values(leaf, numbers, region, x):
    channels = leaf.get("channels")
    if channels == "independent":
        return product(leaf, numbers, region, x)
    if channels is not None:
        return joint_channels(leaf, numbers, region, x)
    return FAMILIES.get(leaf["kind"], independent_values)(leaf, numbers, region, x)
