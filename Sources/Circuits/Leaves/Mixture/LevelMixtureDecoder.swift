import Numerics

/// A continuous mixture over values of 256 levels, of one unit whose parameters and derived numbers are
/// handed to it.
struct LevelMixture {
  let shape: LevelMixtureShape
  let emission: any Emission
  let nodes: PriorNodes

  private var layout: RowLayout { RowLayout(tile: shape.stride, images: shape.stride) }

  /// Everything that all images share: the decoder at every node, and what its numbers say of each level.
  ///
  /// - Parameter derived: `LevelMixtureShape.derivedCount` floats; starts on a vector.
  func derive(parameters: UnsafePointer<Float>, into derived: UnsafeMutablePointer<Float>) {
    let table = LevelMixtureTable(derived, shape)
    let p = LevelMixtureLayers(parameters, shape)
    let stride = shape.stride
    shareWeights(
      nodes, learned: shape.learnsWeights ? p.nodeLogits : nil, weights: table.weights,
      logWeights: table.logWeights)
    p.v1.forward(nodes.rows.pointer, layout, activation: shape.activation, into: table.hidden)
    withAlignedRows(shape.numbers &* stride) { numbers in
      for value in 0..<shape.values {
        p.value(value, shape).forward(table.hidden, layout, into: numbers)
        emission.logMasses(
          numbers, stride: stride, into: table.masses + value &* byteLevels &* stride)
      }
    }
  }

  /// `scale` times the gradient of the flow-weighted log-likelihood by every parameter; overwrites
  /// `gradient`. Images in their order: the same bits whoever computes it.
  func gradient(
    _ notes: LevelNotes, parameters: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    scale: Float, into gradient: UnsafeMutablePointer<Float>
  ) {
    let p = LevelMixtureLayers(parameters, shape)
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
        let decoder = p.value(value, shape)
        notes.count(value: value, scale: scale, into: counts)
        if emission.gradientReadsNumbers { decoder.forward(table.hidden, layout, into: numbers) }
        emission.gradient(
          numbers, table: table.masses + value &* byteLevels &* stride, counts: counts,
          stride: stride, into: delta)
        decoder.gradient(in: gradient, of: parameters)
          .accumulate(delta, inputs: table.hidden, layout)
        decoder.backward(delta, layout, into: part)
        addRow(part, to: dHidden, count: shape.hidden &* stride)
      }
      shape.activation.backward(table.hidden, count: shape.hidden, layout, gradients: dHidden)
      p.v1.gradient(in: gradient, of: parameters)
        .accumulate(dHidden, inputs: nodes.rows.pointer, layout)
      if shape.learnsWeights {
        weightGradient(
          notes, table, scale: scale, masses: part,
          into: gradient + (p.nodeLogits - parameters))
      }
    }
  }

  /// By the logits of the nodes' weights.
  ///
  /// - Parameter masses: scratch, a row of nodes.
  private func weightGradient(
    _ notes: LevelNotes, _ table: LevelMixtureTable<UnsafePointer<Float>>, scale: Float,
    masses: UnsafeMutablePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    clear(masses, count: shape.stride)
    for image in 0..<notes.images {
      addRow(notes.weights(image), to: masses, count: shape.stride)
    }
    var total: Float = 0
    for node in 0..<shape.nodes { total += masses[node] }
    for node in 0..<shape.nodes {
      gradient[node] = scale * (masses[node] - table.weights[node] * total)
    }
  }
}
