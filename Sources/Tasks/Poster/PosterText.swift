import Circuits

/// The words of the poster. Numbers in them are this pipeline's own.
struct PosterText {
  let data: String
  let counts: [(label: String, counts: CircuitCounts)]
  let comparison: [ComparisonRow]

  let whatTheyAre =
    "A sum-product network composes a distribution: a sum node is a mixture of its children, a product "
    + "node makes groups of variables independent, leaves are simple distributions. Likelihoods, "
    + "marginals and conditionals of the whole are then exact, in one pass or two."

  let cuts =
    "For images, a region is a rectangle of pixels. Every axis-aligned cut parts it into two smaller "
    + "regions; every region holds K sum units over the K\u{B2} products of every cut, down to single pixels."

  let tooLarge =
    "All rectangles and all cuts make the network grow with the fifth power of the image's side. Cutting "
    + "at a coarse grid first, or ending at superpixels, keeps it small."

  let leaves =
    "So the network ends at superpixels, and a small variational autoencoder is the leaf: it sees the "
    + "pixels that belong together, the network sees how the pieces go together. A leaf's number is "
    + "a lower bound or an estimate, and the root's is no more."

  /// Same size, by which measure?
  var sizes: String {
    let named = counts.map {
      "\($0.label) has \(TableFigures.count($0.counts.parameters)) parameters"
    }
    return "The same size can mean the same number of units or of parameters: "
      + named.joined(separator: ", ") + "."
  }

  let curves =
    "Test images after each epoch, all seeds; by epoch and by measured seconds of training. The kind of "
    + "each number is written beside it: a bound is not a likelihood."

  let samples =
    "Samples beside images the models never saw; below, images (upper rows) and what is left when they "
    + "are encoded and decoded again (lower rows)."

  var likelihoods: String {
    let images = comparison.map(\.images).max() ?? 0
    return
      "Mean log-likelihood of \(TableFigures.count(images)) test images of \(data), each number with "
      + "its word. Bounds by more samples are tighter; quadrature has no noise, and is neither a bound "
      + "nor exact."
  }
}
