import Configuration
import Numerics

/// Counts of pairs of values over images, and the mutual information that follows from them
/// (Chow & Liu 1968; Liu & Van den Broeck 2021, section 4).
///
/// Grey levels are reduced to their upper four bits. The counts are integers, so the result is the same
/// for any number of workers.
package struct PairCounts {
  /// States of a value: 2, or 16.
  package let states: Int
  package let images: Int
  /// `[value][image]`
  private let columns: AlignedBuffer<UInt8>
  private let values: Int
  /// Of each value the state that most images have, and the images of all others.
  private let commonest: [UInt8]
  private let others: [[Int32]]
  /// `[value][state]`
  private let counts: [[Int]]

  /// - Parameters:
  ///   - rows: `[image][value]`, outcomes 0 and 1 or levels.
  ///   - levels: of a value: 2 or 256.
  package init(rows: UnsafePointer<UInt8>, images: Int, values: Int, levels: Int) {
    precondition(levels == 2 || levels == 256)
    self.images = images
    self.values = values
    let states = levels == 2 ? 2 : 16
    self.states = states
    columns = AlignedBuffer(count: images * values)
    for image in 0..<images {
      for value in 0..<values {
        let level = rows[image * values + value]
        columns.pointer[value * images + image] = levels == 2 ? (level == 0 ? 0 : 1) : level >> 4
      }
    }
    var (commonest, others, counts) = ([UInt8](), [[Int32]](), [[Int]]())
    for value in 0..<values {
      let column = columns.pointer + value * images
      var own = Array(repeating: 0, count: states)
      for image in 0..<images { own[Int(column[image])] += 1 }
      let most = own.indices.max { (own[$0], $1) < (own[$1], $0) } ?? 0
      commonest.append(UInt8(most))
      others.append((0..<Int32(images)).filter { column[Int($0)] != most })
      counts.append(own)
    }
    self.commonest = commonest
    self.others = others
    self.counts = counts
  }

  /// Mutual information of two values in nats.
  ///
  /// - Parameter pseudoCount: images added, spread evenly over all pairs of states.
  package func information(_ a: Int, _ b: Int, pseudoCount: Double) -> Double {
    // The value that varies less, so that fewer images are counted.
    let (few, many) = others[a].count <= others[b].count ? (a, b) : (b, a)
    var table = Array(repeating: 0, count: states * states)
    countPairs(few, many, into: &table)
    let each = pseudoCount / Double(states * states)
    let total = Double(images) + pseudoCount
    var information = 0.0
    for i in 0..<states {
      let left = (Double(counts[few][i]) + each * Double(states)) / total
      for j in 0..<states {
        let right = (Double(counts[many][j]) + each * Double(states)) / total
        let joint = (Double(table[i * states + j]) + each) / total
        if joint > 0 { information += joint * naturalLogarithm(joint / (left * right)) }
      }
    }
    return max(information, 0)
  }

  /// `[state of few][state of many]`. The row of the commonest state follows from the others, which
  /// saves most of the images of a value that hardly varies.
  private func countPairs(_ few: Int, _ many: Int, into table: inout [Int]) {
    let (first, second) = (columns.pointer + few * images, columns.pointer + many * images)
    let states = states
    table.withUnsafeMutableBufferPointer { table in
      for image in others[few] {
        table[Int(first[Int(image)]) &* states &+ Int(second[Int(image)])] &+= 1
      }
      let common = Int(commonest[few])
      for j in 0..<states {
        var rest = counts[many][j]
        for i in 0..<states where i != common { rest -= table[i * states + j] }
        table[common * states + j] = rest
      }
    }
  }
}

extension MutualInformation {
  /// Of cells of values: the sum over the pairs of one cell's values with the other's.
  ///
  /// - Parameter progress: told how many cells are done; throws to stop.
  package init(
    _ pairs: PairCounts, cells: [[Int32]], pseudoCount: Double, workers: ForkJoin,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    let count = cells.count
    let values = AlignedBuffer<Double>(count: count * count)
    // A block of rows at a time, each as long as the triangle above the diagonal.
    let block = 8 * workers.workers
    for start in stride(from: 0, to: count, by: block) {
      let rows = start..<min(start + block, count)
      workers.run(pieces: rows.count) { piece, _ in
        let a = rows.lowerBound + piece
        for b in a + 1..<max(count, a + 1) {
          var total = 0.0
          for left in cells[a] {
            for right in cells[b] {
              total += pairs.information(Int(left), Int(right), pseudoCount: pseudoCount)
            }
          }
          values.pointer[a * count + b] = total
          values.pointer[b * count + a] = total
        }
      }
      try progress(rows.upperBound)
    }
    self.init(count: count, values: values.array)
  }
}
