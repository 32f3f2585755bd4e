import Circuits
import Configuration

/// A number of an image that is not finite (exit code 70): no line, table or picture is made of it.
package struct NotFiniteFault: Fault {
  /// `log-likelihood`
  let what: String
  /// The first such image, counted from 0 in the order of the images that were asked.
  let image: Int
  let value: Double
  /// Images that have such a number, and all.
  let count: Int
  let images: Int

  package var exitCode: ExitCode { .internalError }
  package var description: String {
    "image \(image): expected a finite \(what), found \(value)"
      + (value == -.infinity && what == "log-likelihood"
        ? ", a likelihood of 0 in single precision" : "")
      + " (\(count) of \(images) images); the model's parameters are too large for these images: look at "
      + "them with tessera certify, leave the images out, or train again at a smaller rate"
  }
}

/// - Parameters:
///   - values: `perImage` of each image.
/// - Throws: `NotFiniteFault` where one is not finite.
package func requireFinite(_ values: [Float], perImage: Int = 1, _ what: String) throws {
  try requireAllFinite(values, perImage: perImage, what)
}

/// The same of numbers in double precision.
package func requireFinite(_ values: [Double], perImage: Int = 1, _ what: String) throws {
  try requireAllFinite(values, perImage: perImage, what)
}

/// Generic in this module alone, where it is specialised: values may be those of every pixel.
private func requireAllFinite(
  _ values: [some BinaryFloatingPoint], perImage: Int, _ what: String
) throws {
  guard let first = values.firstIndex(where: { !$0.isFinite }) else { return }
  let wrong = Set(values.indices.lazy.filter { !values[$0].isFinite }.map { $0 / perImage })
  throw NotFiniteFault(
    what: what, image: first / perImage, value: Double(values[first]), count: wrong.count,
    images: values.count / perImage)
}

extension LogLikelihoods {
  /// These, where all are finite.
  ///
  /// - Throws: `NotFiniteFault`.
  package func requireFinite() throws -> LogLikelihoods {
    try Models.requireFinite(values, "log-likelihood")
    return self
  }
}

/// Parameters from which no numbers can be computed (exit code 70).
package struct OverflowFault: Fault {
  let origin: NonFiniteOrigin
  package var exitCode: ExitCode { .internalError }
  package var description: String {
    "\(origin.description): the model's parameters overflow in single precision; take an earlier checkpoint, "
      + "or train again at a smaller rate"
  }
}

extension Circuit {
  /// Everything derived from parameters, for questions to a model.
  ///
  /// - Throws: `OverflowFault` where what is derived is not a number.
  package func checkedDerived(from parameters: Parameters) throws -> DerivedParameters {
    let derived = derived(from: parameters)
    if let origin = derivedOrigin(derived) { throw OverflowFault(origin: origin) }
    return derived
  }
}
