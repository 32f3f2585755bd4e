import Numerics

/// Everything of one unit that all images share: the decoder at every node, and what its numbers say of
/// each level.
///
/// - Parameter derived: `LevelMixtureShape.derivedCount` floats; starts on a vector.
package func levelMixtureDerive(
  _ shape: LevelMixtureShape, _ emission: some Emission, _ nodes: PriorNodes,
  parameters: UnsafePointer<Float>, into derived: UnsafeMutablePointer<Float>
) {
  let table = LevelMixtureTable(derived, shape)
  let p = LevelMixtureTensors(parameters, shape)
  let stride = shape.stride
  shareWeights(
    nodes, learned: shape.learnsWeights ? p.nodeLogits : nil, weights: table.weights,
    logWeights: table.logWeights)
  denseForward(
    weights: p.v1, bias: p.c1, activation: shape.activation, inputs: nodes.rows.pointer,
    inputCount: shape.latent, outputCount: shape.hidden, tile: stride, images: stride,
    into: table.hidden)
  withAlignedRows(shape.numbers &* stride) { numbers in
    for value in 0..<shape.values {
      speak(shape, p, value: value, hidden: table.hidden, into: numbers)
      emission.logMasses(
        numbers, stride: stride, into: table.masses + value &* byteLevels &* stride)
    }
  }
}

/// The numbers of one value at every node, `[number][node]`.
private func speak(
  _ shape: LevelMixtureShape, _ p: LevelMixtureTensors<UnsafePointer<Float>>, value: Int,
  hidden: UnsafePointer<Float>, into numbers: UnsafeMutablePointer<Float>
) {
  let output = value &* shape.numbers
  denseForward(
    weights: p.v2 + output &* shape.hidden, bias: p.c2 + output, activation: nil,
    inputs: hidden, inputCount: shape.hidden, outputCount: shape.numbers, tile: shape.stride,
    images: shape.stride, into: numbers)
}

/// What is noted of the images of a batch for one unit: how much each node answers for each image, and
/// the levels it showed.
///
/// A sum over images, a count of each level at each node, would be a thousand times as large as the notes
/// of one image, most of it zeros.
package struct LevelNotes {
  /// The first image's note: `[unit][node]` flow times responsibility, then `[value]` levels, then
  /// `[value]` 1 where it was seen.
  package let start: UnsafeRawPointer
  /// Bytes from one image's note to the next's.
  package let stride: Int
  package let images: Int
  package let units: Int
  let shape: LevelMixtureShape

  package init(
    _ shape: LevelMixtureShape, units: Int, start: UnsafeRawPointer, stride: Int, images: Int
  ) {
    self.shape = shape
    self.units = units
    self.start = start
    self.stride = stride
    self.images = images
  }

  /// Bytes of an image's note, a multiple of a vector's.
  package static func bytes(_ shape: LevelMixtureShape, units: Int) -> Int {
    let floats = units * shape.stride * MemoryLayout<Float>.stride
    return (floats + 2 * shape.values + 63) / 64 * 64
  }

  @inline(__always)
  func weights(_ image: Int, unit: Int) -> UnsafePointer<Float> {
    (start + image &* stride).assumingMemoryBound(to: Float.self)
      + unit &* shape.stride
  }

  @inline(__always)
  func levels(_ image: Int) -> UnsafePointer<UInt8> {
    (start + image &* stride
      + units &* shape.stride &* MemoryLayout<Float>.stride).assumingMemoryBound(to: UInt8.self)
  }
}

/// `scale` times the gradient of the flow-weighted log-likelihood by every parameter of one unit;
/// overwrites `gradient`. Images in their order: the same bits whoever computes it.
package func levelMixtureGradient(
  _ shape: LevelMixtureShape, _ emission: some Emission, _ nodes: PriorNodes, unit: Int,
  parameters: UnsafePointer<Float>, derived: UnsafePointer<Float>, notes: LevelNotes,
  scale: Float, into gradient: UnsafeMutablePointer<Float>
) {
  let p = LevelMixtureTensors(parameters, shape)
  let g = LevelMixtureTensors(gradient, shape)
  let table = LevelMixtureTable(derived, shape)
  let stride = shape.stride
  clear(gradient, count: shape.parameterCount)
  let rows = byteLevels &+ 2 &* shape.numbers &+ 2 &* shape.hidden &+ 1
  withAlignedRows(rows &* stride) { counts in
    let numbers = counts + byteLevels &* stride
    let delta = numbers + shape.numbers &* stride
    let dHidden = delta + shape.numbers &* stride
    let part = dHidden + shape.hidden &* stride
    clear(dHidden, count: shape.hidden &* stride)
    for value in 0..<shape.values {
      count(notes, unit: unit, value: value, scale: scale, into: counts)
      if emission.gradientReadsNumbers {
        speak(shape, p, value: value, hidden: table.hidden, into: numbers)
      }
      emission.gradient(
        numbers, table: table.masses + value &* byteLevels &* stride, counts: counts,
        stride: stride, into: delta)
      let output = value &* shape.numbers
      denseAccumulate(
        outputGradients: delta, inputs: table.hidden, inputCount: shape.hidden,
        outputCount: shape.numbers, tile: stride, images: stride,
        weights: g.v2 + output &* shape.hidden, bias: g.c2 + output)
      denseBackward(
        weights: p.v2 + output &* shape.hidden, outputGradients: delta,
        inputCount: shape.hidden, outputCount: shape.numbers, tile: stride, images: stride,
        into: part)
      addRow(part, to: dHidden, count: shape.hidden &* stride)
    }
    activationBackward(
      shape.activation, activations: table.hidden, count: shape.hidden, tile: stride,
      images: stride, gradients: dHidden)
    denseAccumulate(
      outputGradients: dHidden, inputs: nodes.rows.pointer, inputCount: shape.latent,
      outputCount: shape.hidden, tile: stride, images: stride, weights: g.v1, bias: g.c1)
    guard shape.learnsWeights else { return }
    let masses = part
    clear(masses, count: stride)
    for image in 0..<notes.images {
      addRow(notes.weights(image, unit: unit), to: masses, count: stride)
    }
    var total: Float = 0
    for node in 0..<shape.nodes { total += masses[node] }
    for node in 0..<shape.nodes {
      g.nodeLogits[node] = scale * (masses[node] - table.weights[node] * total)
    }
  }
}

/// counts[level][node] = scale times the notes' weights of the images that show a level of one value.
private func count(
  _ notes: LevelNotes, unit: Int, value: Int, scale: Float,
  into counts: UnsafeMutablePointer<Float>
) {
  let stride = notes.shape.stride
  let values = notes.shape.values
  clear(counts, count: byteLevels &* stride)
  let factor = Lanes(repeating: scale)
  for image in 0..<notes.images {
    let levels = notes.levels(image)
    guard levels[values &+ value] != 0 else { continue }
    let row = counts + Int(levels[value]) &* stride
    let weights = notes.weights(image, unit: unit)
    var node = 0
    while node < stride {
      store(load(row, node).addingProduct(load(weights, node), factor), row, node)
      node &+= laneCount
    }
  }
}
