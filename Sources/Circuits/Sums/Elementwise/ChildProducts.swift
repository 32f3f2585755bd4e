import Numerics

/// Largest products more than 2^40 below the product of the children's largest units may hide others
/// that a float lost: units of a child below 2^-126 of its largest are 0, and so are products of
/// `mostDirectChildren` below 2^-126, each of which a last factor below 8 could have raised. Beside a
/// product of at least 2^-40 and the smallest weight, 2^-59, each that is lost is below the last bit of a float.
private let smallestReach: Int32 = -40

/// Children whose units are multiplied at once; of more, the product of the first is normalised after each.
let mostDirectChildren = 4

/// The elementwise products of some children for sixteen images.
struct ChildProducts {
  /// The power of two of the products.
  var exponent: IntegerLanes
  /// The sum of the children's exponents: what the exponent is where the largest units of all children
  /// have the same number.
  var bound: IntegerLanes
  /// The largest product of each image, without its power of two.
  var largest: Lanes

  /// Of a first child alone.
  @inline(__always)
  init(exponent: IntegerLanes) {
    self.exponent = exponent
    bound = exponent
    largest = .zero
  }

  /// Adds the exponent of one more child; its units are multiplied by the caller.
  @inline(__always)
  mutating func multiply(exponent other: IntegerLanes) {
    exponent = add(exponent, other)
    bound = add(bound, other)
  }

  /// Rows times a child's.
  @inline(__always)
  mutating func multiply(
    _ rows: UnsafePointer<Float>, stride: Int, by child: Int32, _ memory: TileMemory, image: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let own = memory.values(of: Int(child)) + image
    largest = .zero
    for unit in 0..<memory.units {
      let product = load(rows, unit &* stride) * load(own, unit &* memory.tile)
      largest = larger(largest, product)
      store(product, out, unit &* laneCount)
    }
    multiply(exponent: loadExponent(own, memory.units &* memory.tile))
  }
}

@inline(__always)
private func add(_ a: IntegerLanes, _ b: IntegerLanes) -> IntegerLanes {
  // A sum of many exponents of zero would overflow.
  larger(a &+ b, IntegerLanes(repeating: exponentOfZero))
}

/// Rows `[K][16]` of one partition's products.
@inline(__always)
func multiplyChildren(
  _ children: UnsafeBufferPointer<Int32>, _ memory: TileMemory, image: Int,
  into rows: UnsafeMutablePointer<Float>
) -> ChildProducts {
  if children.count > mostDirectChildren {
    return multiplyChain(children, memory, image: image, into: rows)
  }
  let (units, tile) = (memory.units, memory.tile)
  let first = memory.values(of: Int(children[0])) + image
  var found = ChildProducts(exponent: loadExponent(first, units &* tile))
  func child(_ place: Int) -> UnsafeMutablePointer<Float> {
    let own = memory.values(of: Int(children[place])) + image
    found.multiply(exponent: loadExponent(own, units &* tile))
    return own
  }
  var largest = Lanes.zero
  @inline(__always)
  func forEachUnit(_ product: (_ row: Int) -> Lanes) {
    for unit in 0..<units {
      let own = product(unit &* tile)
      largest = larger(largest, own)
      store(own, rows, unit &* laneCount)
    }
  }
  switch children.count {
  case 1: forEachUnit { load(first, $0) }
  case 2:
    let b = child(1)
    forEachUnit { load(first, $0) * load(b, $0) }
  case 3:
    let (b, c) = (child(1), child(2))
    forEachUnit { load(first, $0) * load(b, $0) * load(c, $0) }
  case mostDirectChildren:
    let (b, c, d) = (child(1), child(2), child(3))
    forEachUnit { (load(first, $0) * load(b, $0)) * (load(c, $0) * load(d, $0)) }
  default: preconditionFailure("no direct product of \(children.count) children")
  }
  found.largest = largest
  return found
}

/// The same of many children, one after the other.
private func multiplyChain(
  _ children: UnsafeBufferPointer<Int32>, _ memory: TileMemory, image: Int,
  into rows: UnsafeMutablePointer<Float>
) -> ChildProducts {
  let first = memory.values(of: Int(children[0])) + image
  var found = ChildProducts(exponent: loadExponent(first, memory.units &* memory.tile))
  found.multiply(first, stride: memory.tile, by: children[1], memory, image: image, into: rows)
  for place in 2..<children.count {
    found.exponent = normalise(
      rows, units: memory.units, largest: found.largest, found.exponent)
    found.multiply(
      UnsafePointer(rows), stride: laneCount, by: children[place], memory, image: image,
      into: rows)
  }
  return found
}

/// Brings the largest of rows `[K][16]` into [1, 2); returns the exponent that makes up for it.
@inline(__always)
func normalise(
  _ rows: UnsafeMutablePointer<Float>, units: Int, largest: Lanes, _ exponent: IntegerLanes
) -> IntegerLanes {
  let (scale, shared) = normalisation(of: largest, exponent)
  for unit in 0..<units { scaleRow(rows + unit &* laneCount, scale) }
  return shared
}

@inline(__always)
private func scaleRow(_ row: UnsafeMutablePointer<Float>, _ scale: Lanes) {
  store(load(row, 0) * scale, row, 0)
}

/// The products of all partitions of a region for sixteen images, `[product][16]`, in one scale.
///
/// - Parameters:
///   - shifts: `[partition][16]`, if wanted: the exponent of a partition's products less that of all.
/// - Returns: the exponent of the products; images are marked in `memory.outside` where their largest
///   product is too small beside those of the largest units.
@inline(__always)
func regionProducts(
  _ schedule: SumProductSchedule, _ sum: SumStep, _ memory: TileMemory, image: Int,
  into rows: UnsafeMutablePointer<Float>, shifts: UnsafeMutablePointer<Float>?
) -> IntegerLanes {
  guard sum.partitionCount > 1 else {
    let found = multiplyChildren(
      schedule.children[Int(sum.firstPartition)], memory, image: image, into: rows)
    if let shifts { storeExponent(.zero, shifts, 0) }
    mark(found.largest, exponent: found.exponent, bound: found.bound, memory, image: image)
    return found.exponent
  }
  let size = schedule.units &* laneCount
  var exponent = IntegerLanes(repeating: exponentOfZero)
  var bound = exponent
  // A region has few partitions: what they found fits on the stack.
  withUnsafeTemporaryAllocation(of: ChildProducts.self, capacity: Int(sum.partitionCount)) { own in
    for p in 0..<Int(sum.partitionCount) {
      let found = multiplyChildren(
        schedule.children[Int(sum.firstPartition) &+ p], memory, image: image,
        into: rows + p &* size)
      own[p] = found
      exponent = larger(exponent, found.exponent)
      bound = larger(bound, found.bound)
    }
    var largest = Lanes.zero
    for p in 0..<Int(sum.partitionCount) {
      let shift = own[p].exponent &- exponent
      let scale = powerOfTwo(atMostOne: shift)
      if let shifts { storeExponent(shift, shifts, p &* laneCount) }
      largest = larger(largest, own[p].largest * scale)
      for unit in 0..<schedule.units {
        scaleRow(rows + (p &* size &+ unit &* laneCount), scale)
      }
    }
    mark(largest, exponent: exponent, bound: bound, memory, image: image)
  }
  return exponent
}

@inline(__always)
private func mark(
  _ largest: Lanes, exponent: IntegerLanes, bound: IntegerLanes, _ memory: TileMemory, image: Int
) {
  let reach =
    (bits(largest) &>> IntegerLanes(repeating: 23)) &- IntegerLanes(repeating: 127)
    &+ (exponent &- bound)
  // Below it a child of every partition is zero, and so is the region.
  let isPossible = bound .> IntegerLanes(repeating: exponentOfZero / 2)
  let isLost = isPossible .& (reach .< IntegerLanes(repeating: smallestReach))
  let row = memory.outside.pointer
  store(load(row, image).replacing(with: Lanes(repeating: 1), where: isLost), row, image)
}
