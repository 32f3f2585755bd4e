import Numerics

/// Everything of one unit that all images share, from its parameters: the decoder at every node.
///
/// Nodes take the place of images in the layers' tiles.
/// - Parameter derived: `MixtureShape.derivedCount` floats, see `MixtureTable`; starts on a vector.
package func mixtureDerive(
  _ shape: MixtureShape, _ nodes: PriorNodes, parameters: UnsafePointer<Float>,
  into derived: UnsafeMutablePointer<Float>
) {
  let table = MixtureTable(derived, shape)
  let stride = shape.stride
  let p = MixtureLayers(parameters, shape)
  shareWeights(
    nodes, learned: shape.learnsWeights ? p.nodeLogits : nil, weights: table.weights,
    logWeights: table.logWeights)
  // Hidden units and logits, `[feature][node]`.
  let layout = RowLayout(tile: stride, images: stride)
  p.v1.forward(nodes.rows.pointer, layout, activation: shape.activation, into: table.hidden)
  p.v2.forward(table.hidden, layout, into: table.logits)
  var node = 0
  while node < stride {
    let bias = longSum(shape.pixels) { range in
      var sum = range.lowerBound == 0 ? load(table.logWeights, node) : Lanes.zero
      for pixel in range {
        let logit = load(table.logits + pixel &* stride, node)
        let one = Lanes(repeating: 1)
        let e = exponential(-larger(logit, -logit))
        let inverse = one / (one + e)
        let logZero = -(larger(logit, .zero) + logarithm(one + e))
        sum += logZero
        store(logZero, table.logZero + pixel &* stride, node)
        store(
          (e * inverse).replacing(with: inverse, where: logit .>= Lanes.zero),
          table.means + pixel &* stride, node)
      }
      return sum
    }
    store(bias, table.bias, node)
    node &+= laneCount
  }
}

/// The rule's weights, or the softmax of what was learned: rows of nodes.
func shareWeights(
  _ nodes: PriorNodes, learned logits: UnsafePointer<Float>?,
  weights: UnsafeMutablePointer<Float>, logWeights: UnsafeMutablePointer<Float>
) {
  let stride = wholeLanes(nodes.count)
  guard let logits else {
    copy(nodes.shares.pointer, count: stride, into: weights)
    copy(nodes.shares.pointer + stride, count: stride, into: logWeights)
    return
  }
  let total = logSumExp((0..<nodes.count).lazy.map { Double(logits[$0]) })
  for node in 0..<stride {
    let isNode = node < nodes.count
    let log = isNode ? Double(logits[node]) - total : 0
    logWeights[node] = isNode ? Float(log) : logWeightOfNothing
    weights[node] = isNode ? Float(naturalExponential(log)) : 0
  }
}

/// `scale` times the gradient of the flow-weighted log-likelihood by every parameter of one unit;
/// overwrites `gradient`.
///
/// By the logit of pixel i at node j it is G_ji - R_j p(x_i = 1 | z_j).
/// - Parameter table: what `mixtureDerive` made of the parameters.
package func mixtureGradient(
  _ table: MixtureTable<UnsafePointer<Float>>, _ nodes: PriorNodes,
  parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>, scale: Float,
  into gradient: UnsafeMutablePointer<Float>
) {
  let shape = table.shape
  let p = MixtureLayers(parameters, shape)
  let stride = shape.stride
  let layout = RowLayout(tile: stride, images: stride)
  let masses = statistics + shape.pixels &* stride
  clear(gradient, count: shape.parameterCount)
  withAlignedRows((shape.hidden &+ shape.pixels) &* stride) { dHidden in
    let delta = dHidden + shape.hidden &* stride
    var node = 0
    while node < stride {
      let mass = loadUnaligned(masses, node)
      for pixel in 0..<shape.pixels {
        let row = pixel &* stride
        let d =
          loadUnaligned(statistics + row, node) - mass * load(table.means + row, node)
        store(d * Lanes(repeating: scale), delta + row, node)
      }
      node &+= laneCount
    }
    p.v2.gradient(in: gradient, of: parameters).accumulate(delta, inputs: table.hidden, layout)
    p.v2.backward(delta, layout, into: dHidden)
    shape.activation.backward(table.hidden, count: shape.hidden, layout, gradients: dHidden)
    p.v1.gradient(in: gradient, of: parameters).accumulate(
      dHidden, inputs: nodes.rows.pointer, layout)
  }
  guard shape.learnsWeights else { return }
  var total: Float = 0
  for node in 0..<shape.nodes { total += masses[node] }
  let nodeLogits = gradient + (p.nodeLogits - parameters)
  for node in 0..<shape.nodes {
    nodeLogits[node] = scale * (masses[node] - table.weights[node] * total)
  }
}

private func copy(
  _ from: UnsafePointer<Float>, count: Int, into to: UnsafeMutablePointer<Float>
) {
  UnsafeMutableRawPointer(to).copyMemory(
    from: from, byteCount: count * MemoryLayout<Float>.stride)
}
