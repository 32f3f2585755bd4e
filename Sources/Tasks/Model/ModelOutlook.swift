import Circuits
import Images
import Workflow

/// What a model will be, for the stages that ask it: known before it is trained.
struct ModelOutlook: Sendable {
  let circuit: Circuit
  let shape: ImageShape
}

extension ForecastContext {
  /// Nil where that cannot be told.
  func model(_ input: InputReference) -> ModelOutlook? { outlook(of: input, as: ModelOutlook.self) }
}

extension Leaf {
  /// Its name where binary pixels are wanted: `vae over 256 levels`.
  var nameWithLevels: String {
    traits.levels > 2 ? "\(name) over \(traits.levels) levels" : name
  }
}
