import Numerics

extension RegionBackward {
  /// Takes the products' gradients to the children of each partition.
  @inline(__always)
  func addToChildren() {
    let partitions = Int(sum.partitionCount)
    var image = 0
    while image < images {
      let rows = scratch.gradients + image / laneCount &* block
      let shifts = scratch.shifts + image &* partitions
      for p in 0..<partitions {
        let own = rows + p &* schedule.units &* laneCount
        if partitions > 1 {
          let scale = powerOfTwo(atMostOne: loadExponent(shifts, p &* laneCount))
          for unit in 0..<schedule.units {
            store(load(own, unit &* laneCount) * scale, own, unit &* laneCount)
          }
        }
        addToChildren(
          schedule.children[Int(sum.firstPartition) &+ p], gradients: own, image: image)
      }
      image &+= laneCount
    }
  }

  /// - Parameter gradients: `[K][16]` of the partition's products, in their scale; overwritten.
  @inline(__always)
  private func addToChildren(
    _ children: UnsafeBufferPointer<Int32>, gradients: UnsafeMutablePointer<Float>, image: Int
  ) {
    switch children.count {
    case 1: add(gradients, to: children[0], image: image)
    case 2: addToPair(children[0], children[1], gradients, image: image)
    case 3: addToTriple(children, gradients, image: image)
    case 4: addToQuadruple(children, gradients, image: image)
    default: addToChain(children, gradients, image: image)
    }
  }

  @inline(__always)
  private func add(_ rows: UnsafePointer<Float>, to child: Int32, image: Int) {
    let place = memory.gradients(of: Int(child)) + image
    for unit in 0..<schedule.units {
      let row = unit &* memory.tile
      store(load(place, row) + load(rows, unit &* laneCount), place, row)
    }
  }

  @inline(__always)
  private func addToPair(
    _ left: Int32, _ right: Int32, _ gradients: UnsafePointer<Float>, image: Int
  ) {
    let a = memory.values(of: Int(left)) + image
    let b = memory.values(of: Int(right)) + image
    let forA = memory.gradients(of: Int(left)) + image
    let forB = memory.gradients(of: Int(right)) + image
    for unit in 0..<schedule.units {
      let row = unit &* memory.tile
      let gradient = load(gradients, unit &* laneCount)
      store(load(forA, row).addingProduct(gradient, load(b, row)), forA, row)
      store(load(forB, row).addingProduct(gradient, load(a, row)), forB, row)
    }
  }

  @inline(__always)
  private func addToTriple(
    _ children: UnsafeBufferPointer<Int32>, _ gradients: UnsafePointer<Float>, image: Int
  ) {
    let (a, forA) = rows(of: children[0], image)
    let (b, forB) = rows(of: children[1], image)
    let (c, forC) = rows(of: children[2], image)
    for unit in 0..<schedule.units {
      let row = unit &* memory.tile
      let gradient = bounded(load(gradients, unit &* laneCount))
      let (ofA, ofB, ofC) = (load(a, row), load(b, row), load(c, row))
      store(load(forA, row).addingProduct(gradient * ofB, ofC), forA, row)
      store(load(forB, row).addingProduct(gradient * ofA, ofC), forB, row)
      store(load(forC, row).addingProduct(gradient, ofA * ofB), forC, row)
    }
  }

  @inline(__always)
  private func addToQuadruple(
    _ children: UnsafeBufferPointer<Int32>, _ gradients: UnsafePointer<Float>, image: Int
  ) {
    let (a, forA) = rows(of: children[0], image)
    let (b, forB) = rows(of: children[1], image)
    let (c, forC) = rows(of: children[2], image)
    let (d, forD) = rows(of: children[3], image)
    for unit in 0..<schedule.units {
      let row = unit &* memory.tile
      let gradient = bounded(load(gradients, unit &* laneCount))
      let (ofA, ofB, ofC, ofD) = (load(a, row), load(b, row), load(c, row), load(d, row))
      let (first, second) = (gradient * (ofC * ofD), gradient * (ofA * ofB))
      store(load(forA, row).addingProduct(first, ofB), forA, row)
      store(load(forB, row).addingProduct(first, ofA), forB, row)
      store(load(forC, row).addingProduct(second, ofD), forC, row)
      store(load(forD, row).addingProduct(second, ofC), forD, row)
    }
  }

  /// A child's values and gradients.
  @inline(__always)
  private func rows(
    of child: Int32, _ image: Int
  ) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    (memory.values(of: Int(child)) + image, memory.gradients(of: Int(child)) + image)
  }

  /// More than `mostDirectChildren`: the forward pass multiplied one after the other and normalised in between,
  /// so the backward pass goes through the same products in reverse.
  @inline(__always)
  private func addToChain(
    _ children: UnsafeBufferPointer<Int32>, _ gradients: UnsafeMutablePointer<Float>, image: Int
  ) {
    let size = schedule.units &* laneCount
    fillPrefixes(children, image: image)
    var place = children.count &- 1
    while place >= 2 {
      let prefix = UnsafePointer(scratch.prefixes + (place &- 1) &* size)
      let exponent = loadExponent(scratch.prefixExponents, (place &- 1) &* laneCount)
      let before =
        place == 2
        ? loadExponent(
          memory.values(of: Int(children[0])) + image, schedule.units &* memory.tile)
        : loadExponent(scratch.prefixExponents, (place &- 2) &* laneCount)
      let own = loadExponent(
        memory.values(of: Int(children[place &- 1])) + image, schedule.units &* memory.tile)
      multiplyStep(
        children[place], prefix, gradients, scale: powerOfTwo(before &+ own &- exponent),
        image: image)
      place &-= 1
    }
    addToPair(children[0], children[1], gradients, image: image)
  }

  /// Adds one child's gradients, and turns those of its product with a prefix into the prefix's, in the
  /// scale that the prefix had before it was normalised.
  @inline(__always)
  private func multiplyStep(
    _ child: Int32, _ prefix: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>,
    scale: Lanes, image: Int
  ) {
    let values = memory.values(of: Int(child)) + image
    let place = memory.gradients(of: Int(child)) + image
    for unit in 0..<schedule.units {
      let row = unit &* memory.tile
      let gradient = load(gradients, unit &* laneCount)
      store(
        load(place, row).addingProduct(gradient, load(prefix, unit &* laneCount)), place, row)
      store(
        bounded(gradient * load(values, row) * scale), gradients, unit &* laneCount)
    }
  }

  /// The normalised products of the first children but the last, by the number of the last factor.
  @inline(__always)
  private func fillPrefixes(_ children: UnsafeBufferPointer<Int32>, image: Int) {
    let size = schedule.units &* laneCount
    let first = memory.values(of: Int(children[0])) + image
    let exponent = loadExponent(first, schedule.units &* memory.tile)
    var found = ChildProducts(exponent: exponent)
    for place in 1..<children.count &- 1 {
      let out = scratch.prefixes + place &* size
      if place == 1 {
        found.multiply(
          UnsafePointer(first), stride: memory.tile, by: children[1], memory, image: image,
          into: out)
      } else {
        found.multiply(
          UnsafePointer(out - size), stride: laneCount, by: children[place], memory,
          image: image, into: out)
      }
      found.exponent = normalise(
        out, units: schedule.units, largest: found.largest, found.exponent)
      storeExponent(found.exponent, scratch.prefixExponents, place &* laneCount)
    }
  }
}
