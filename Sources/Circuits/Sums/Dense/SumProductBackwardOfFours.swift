import Numerics

/// Gradients and statistics for K = 4, 8, 12, ...
///
/// With g the parent's gradients scaled to a partition, p_ij = sum_k g_k w_kij is formed four at a
/// time in registers; from it the left child gains sum_j p_ij b_j and the right sum_i p_ij a_i. The
/// statistics sum_images g_k a_i b_j hold sixteen products (i, j) in their lanes, so that no lanes
/// are ever added up.
func backwardOfFours(
  _ schedule: SumProductSchedule, sums: Range<Int>, weights: UnsafePointer<Float>,
  memory: TileMemory, images: Int, statistics: UnsafeMutablePointer<Float>
) {
  let units = schedule.units
  let tile = memory.tile
  let scratch = FoursScratch(memory)
  for s in sums.reversed() {
    let sum = schedule.sums.pointer[s]
    let unitStride = Int(sum.productCount)
    for p in 0..<Int(sum.partitionCount) {
      let pair = schedule.pairs.pointer[Int(sum.firstPartition) &+ p]
      let left = memory.values(of: Int(pair.left))
      let right = memory.values(of: Int(pair.right))
      let base = Int(sum.weightOffset) &+ p &* units &* units
      scaleGradients(
        memory, parent: Int(sum.slot), left: left, right: right, images: images,
        into: scratch.gradients)
      addToChildren(
        memory, pair, StridedWeights(weights + base, stride: unitStride), images: images, scratch)
      transpose(
        right, stride: tile, rows: units, columns: images, into: scratch.right, stride: units)
      addStatistics(
        left: left, memory, images: images, scratch, into: statistics + base,
        unitStride: unitStride)
    }
  }
}

/// Places in a worker's scratch for one partition.
struct FoursScratch {
  /// `[k][tile]`: the parent's gradients in the scale of the partition's products.
  let gradients: UnsafeMutablePointer<Float>
  /// `[image][j]`: values of the right child.
  let right: UnsafeMutablePointer<Float>
  /// `[image][16]`: a block of products.
  let products: UnsafeMutablePointer<Float>
  /// `[k][4]`: weights of four products.
  let weights: UnsafeMutablePointer<Float>

  @inline(__always)
  init(_ memory: TileMemory) {
    let rows = memory.units &* memory.tile
    gradients = memory.scratch.pointer
    right = gradients + rows
    products = right + rows
    weights = products + 16 &* memory.tile
  }

  /// Floats of them; 0 for units that other kernels serve.
  static func count(units: Int, tile: Int) -> Int {
    units % 4 == 0 ? (2 * units + 16) * tile + 4 * units : 0
  }
}

@inline(__always)
private func scaleGradients(
  _ memory: TileMemory, parent: Int, left: UnsafeMutablePointer<Float>,
  right: UnsafeMutablePointer<Float>, images: Int, into scaled: UnsafeMutablePointer<Float>
) {
  let tile = memory.tile
  let exponents = memory.units &* tile
  let gradients = memory.gradients(of: parent)
  let parentExponents = memory.values(of: parent) + exponents
  var image = 0
  while image < images {
    let scale = powerOfTwo(
      loadExponent(left + exponents, image) &+ loadExponent(right + exponents, image)
        &- loadExponent(parentExponents, image))
    for k in 0..<memory.units {
      store(bounded(load(gradients + k &* tile, image) * scale), scaled + k &* tile, image)
    }
    image &+= laneCount
  }
}

/// Weights of several sum units: those of one lie side by side.
struct StridedWeights {
  let start: UnsafePointer<Float>
  /// Floats from one sum unit's to the next's.
  let stride: Int

  @inline(__always)
  init(_ start: UnsafePointer<Float>, stride: Int) {
    self.start = start
    self.stride = stride
  }

  @inline(__always)
  func from(_ offset: Int) -> StridedWeights { StridedWeights(start + offset, stride: stride) }
}

/// Rows `[unit][tile]` of a child's values and of the gradients by them.
private struct ChildRows {
  let values, gradients: UnsafeMutablePointer<Float>

  @inline(__always)
  init(values: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>) {
    self.values = values
    self.gradients = gradients
  }

  @inline(__always)
  init(_ memory: TileMemory, slot: Int32) {
    self.init(
      values: memory.values(of: Int(slot)), gradients: memory.gradients(of: Int(slot)))
  }

  @inline(__always)
  func from(_ offset: Int) -> ChildRows {
    ChildRows(values: values + offset, gradients: gradients + offset)
  }
}

/// The parent's gradients `[k][tile]` in the scale of a partition's products.
private struct ScaledGradients {
  let start: UnsafeMutablePointer<Float>
  let units, tile: Int
}

@inline(__always)
private func addToChildren(
  _ memory: TileMemory, _ pair: ChildPair, _ weights: StridedWeights, images: Int,
  _ scratch: FoursScratch
) {
  let units = memory.units
  let tile = memory.tile
  let left = ChildRows(memory, slot: pair.left)
  let right = ChildRows(memory, slot: pair.right)
  let gradients = ScaledGradients(start: scratch.gradients, units: units, tile: tile)
  // Rows of many units lie a multiple of 4096 bytes apart, which a cache can hold few of.
  let isPacked = units >= 16
  for i in 0..<units {
    var j = 0
    while j < units {
      var four = weights.from(i &* units &+ j)
      if isPacked {
        for k in 0..<units {
          UnsafeMutableRawPointer(scratch.weights + 4 &* k).storeBytes(
            of: UnsafeRawPointer(four.start + k &* four.stride)
              .loadUnaligned(as: SIMD4<Float>.self),
            as: SIMD4<Float>.self)
        }
        four = StridedWeights(scratch.weights, stride: 4)
      }
      var image = 0
      while image < images {
        addFourProducts(
          four, gradients, left: left.from(i &* tile), right: right.from(j &* tile), image)
        image &+= laneCount
      }
      j &+= 4
    }
  }
}

/// One unit of the left child with four of the right one.
@inline(__always)
private func addFourProducts(
  _ weights: StridedWeights, _ gradients: ScaledGradients, left a: ChildRows,
  right b: ChildRows, _ image: Int
) {
  let tile = gradients.tile
  var (p0, p1, p2, p3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var w = weights.start
  var row = gradients.start
  for _ in 0..<gradients.units {
    let g = load(row, image)
    p0.addProduct(g, Lanes(repeating: w[0]))
    p1.addProduct(g, Lanes(repeating: w[1]))
    p2.addProduct(g, Lanes(repeating: w[2]))
    p3.addProduct(g, Lanes(repeating: w[3]))
    w += weights.stride
    row += tile
  }
  let four = b.values
  let left = (p0 * load(four, image)).addingProduct(p1, load(four + tile, image))
    .addingProduct(p2, load(four + 2 &* tile, image))
    .addingProduct(p3, load(four + 3 &* tile, image))
  store(load(a.gradients, image) + left, a.gradients, image)
  let value = load(a.values, image)
  let forB = b.gradients
  store(load(forB, image).addingProduct(p0, value), forB, image)
  store(load(forB + tile, image).addingProduct(p1, value), forB + tile, image)
  store(load(forB + 2 &* tile, image).addingProduct(p2, value), forB + 2 &* tile, image)
  store(load(forB + 3 &* tile, image).addingProduct(p3, value), forB + 3 &* tile, image)
}
