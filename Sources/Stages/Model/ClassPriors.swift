import Circuits
import Configuration
import Datasets

/// The probability of each class: its share of the training images, each class counted once more than
/// it was seen, so that none is impossible.
///
/// `[class]`, summing to one. Classes are numbered from 0 to the largest label of the training part.
/// - Throws: `ClassFault` (78) where a training image has no label, or all have the same.
func classPriors(of store: SampleStore) throws -> [Float] {
  let labels = store.labels
  guard !labels.isEmpty, labels.allSatisfy({ $0 >= 0 }) else { throw ClassFault.unlabelled }
  let count = Int(labels.max() ?? 0) + 1
  guard count <= 1_024 else { throw ClassFault.tooMany(count) }
  guard Set(labels).count > 1 else { throw ClassFault.one }
  var seen = Array(repeating: 1.0, count: count)
  for label in labels { seen[Int(label)] += 1 }
  let total = Double(labels.count + count)
  return seen.map { Float($0 / total) }
}

/// Why `classes: true` cannot be honoured (exit code 78).
enum ClassFault: Fault, Equatable {
  case unlabelled, one
  case tooMany(Int)

  var exitCode: ExitCode { .configuration }
  var description: String {
    switch self {
    case .unlabelled:
      "classes: expected a label for each training image, found images without; ingest the data set "
        + "with its labels, or leave `classes` out"
    case .one:
      "classes: expected labels of two classes at least, found one; leave `classes` out"
    case .tooMany(let count):
      "classes: expected at most 1024, found labels up to \(count - 1)"
    }
  }
}

/// Classes asked of a circuit that is one leaf (exit code 78).
struct OneRegionFault: Fault {
  var exitCode: ExitCode { .configuration }
  var description: String {
    "classes: the image is one superpixel, and a single leaf has no sum unit for each class; take "
      + "smaller superpixels"
  }
}
