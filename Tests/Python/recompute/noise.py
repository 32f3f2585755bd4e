"""Random numbers as a function of where they are used: Philox4x32-10 for latents, SplitMix64's finaliser for
stochastic views."""
import numpy as np

WORD = np.uint64(0xFFFFFFFF)
EVALUATION = 5


def philox(counter, key):
    """Four words of 32 bits each, in arrays of 64."""
    c = [np.asarray(word, np.uint64) for word in counter]
    k = [np.uint64(key[0]), np.uint64(key[1])]
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(second >> np.uint64(32)) ^ c[1] ^ k[0], second & WORD,
             (first >> np.uint64(32)) ^ c[3] ^ k[1], first & WORD]
        k = [(k[0] + np.uint64(0x9E3779B9)) & WORD, (k[1] + np.uint64(0xBB67AE85)) & WORD]
    return c


def evaluation_normals(images, leaf, sample):
    """The four standard normals of each image, a leaf and a sample number: `[4, image]`."""
    mixed = [int(word) for word in philox((0, EVALUATION, 0, 0), (0, 0x7E55E7A1))]
    words = philox((images, np.full_like(images, leaf), np.full_like(images, sample),
                    np.full_like(images, mixed[2])), mixed[:2])
    u = [((word >> np.uint64(9)).astype(float) + 0.5) / 2 ** 23 for word in words]
    normals = []
    for first, second in ((u[0], u[1]), (u[2], u[3])):
        radius = np.sqrt(-2 * np.log(first))
        normals += [radius * np.cos(2 * np.pi * second), radius * np.sin(2 * np.pi * second)]
    return np.stack(normals)


INCREMENT = np.uint64(0x9E3779B97F4A7C15)
PURPOSES = {"stochastic": 5, "dynamic": 6}


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def stochastic_bits(view, images):
    """`[image, pixel]` of 0 and 1 from levels; images are numbered from 0, evaluation is epoch 0."""
    key = mix(np.array([view["seed"]], np.uint64) + INCREMENT)
    key = mix((key ^ np.uint64(PURPOSES[view["kind"]])) + INCREMENT)
    key = mix((key ^ np.uint64(0)) + INCREMENT)
    key = mix((key ^ np.arange(len(images), dtype=np.uint64)) + INCREMENT)
    pixel = np.arange(images.shape[1], dtype=np.uint64)
    words = mix(key[:, None] + (pixel + np.uint64(1)) * INCREMENT) >> np.uint64(32)
    return ((words * np.uint64(255)) >> np.uint64(32) < images).astype(np.uint8)
