"""A second reader of model files: log-likelihoods from h5py and numpy alone.

`model` reads the file and computes the sums, `leaves` the leaf regions, `emissions` the values of 256 levels,
`nodes` the fixed nodes of mixtures, `noise` the random numbers. What it relies on is
Sources/tessera/tessera.docc/ModelFormat.md.
"""
