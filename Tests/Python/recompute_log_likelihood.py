#!/usr/bin/env python3
"""recompute_log_likelihood.py MODEL.h5 IMAGES [COUNT]: the mean log-likelihood in nats an image, from the model file
alone, by the format described in Sources/tessera/tessera.docc/ModelFormat.md.

IMAGES is an IDX file, plain or gzip, or FILE.h5:/DATASET. Leaves of every family; vae leaves by the estimator
that they were trained by (no quadrature)."""
import sys

from recompute.model import Model, read_images

images = read_images(sys.argv[2])[:int(sys.argv[3]) if len(sys.argv) > 3 else None]
print(f"{Model(sys.argv[1]).log_likelihoods(images).mean():.9f}")
