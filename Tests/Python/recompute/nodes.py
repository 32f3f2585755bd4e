"""The fixed nodes of mixtures and the logarithms of their weights, by rule."""
from itertools import islice, product
from statistics import NormalDist

import numpy as np


def combinations(values, latent):
    """All tuples, the first entry changing fastest."""
    return np.array([tuple(reversed(entries)) for entries in product(values, repeat=latent)])


def radical_inverse(number, base):
    """The digits of a number behind the point, the last first."""
    place, result = 1 / base, 0.0
    while number:
        number, digit = divmod(number, base)
        result += place * digit
        place /= base
    return result


def primes():
    found, candidate = [], 2
    while True:
        if all(candidate % prime for prime in found):
            found.append(candidate)
            yield candidate
        candidate += 1


def prior_nodes(rule, count, latent):
    """Nodes `[node, latent]` of a standard normal, log-weights `[node]`."""
    quantile, even = NormalDist().inv_cdf, np.full(count, -np.log(count))
    side = round(count ** (1 / latent))
    if rule == "quantile":
        return combinations([quantile((i + 0.5) / side) for i in range(side)], latent), even
    if rule == "gauss-hermite":
        x, weights = np.polynomial.hermite.hermgauss(side)
        logs = np.log(weights) - np.log(np.pi) / 2
        return combinations(x * np.sqrt(2), latent), combinations(logs, latent).sum(1)
    assert rule == "qmc", f"unknown rule {rule}"
    bases = list(islice(primes(), latent - 1))
    points = [[(j + 0.5) / count] + [radical_inverse(j + 1, base) for base in bases] for j in range(count)]
    return np.array([[quantile(p) for p in point] for point in points]), even
