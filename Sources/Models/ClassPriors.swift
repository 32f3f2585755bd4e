import Circuits
import Configuration
import Datasets

/// The probability of each class: its share of the training images, each class counted once more than
/// it was seen, so that none is impossible.
///
/// `[class]`, summing to one.
/// - Parameter count: classes of the data set, some of which the training images may not show.
/// - Throws: `ClassFault` (78) where a training image has no label, or all have the same.
package func classPriors(of store: SampleStore, classes count: Int) throws -> [Float] {
  let labels = store.labels
  guard !labels.isEmpty, labels.allSatisfy({ $0 >= 0 && $0 < count }) else {
    throw ClassFault.unlabelled
  }
  try ClassFault.require(classes: count)
  guard Set(labels).count > 1 else { throw ClassFault.one }
  var seen = Array(repeating: 1.0, count: count)
  for label in labels { seen[Int(label)] += 1 }
  let total = Double(labels.count + count)
  return seen.map { Float($0 / total) }
}

/// Why `classes: true` cannot be honoured (exit code 78).
package enum ClassFault: Fault, Equatable {
  case unlabelled, one
  case tooMany(Int)

  /// - Throws: `ClassFault` for a number of classes that root units cannot be.
  package static func require(classes: Int) throws {
    switch classes {
    case 0: throw ClassFault.unlabelled
    case 1: throw ClassFault.one
    case 2...1_024: return
    default: throw ClassFault.tooMany(classes)
    }
  }

  package var exitCode: ExitCode { .configuration }
  package var description: String { "classes: \(reason)" }

  package var reason: String {
    switch self {
    case .unlabelled:
      "expected a label for each training image, found images without; ingest the data set with its "
        + "labels, or leave `classes` out"
    case .one:
      "expected training images of two classes at least, found one; ingest the data set with the folders "
        + "or labels of its classes, or leave `classes` out"
    case .tooMany(let count): "expected at most 1024, found \(count)"
    }
  }
}

/// Classes asked of a circuit that is one leaf (exit code 78).
package struct OneRegionFault: Fault {
  package init() {}
  package var exitCode: ExitCode { .configuration }
  package var description: String {
    "classes: the image is one superpixel, and a single leaf has no sum unit for each class; take "
      + "smaller superpixels"
  }
}
