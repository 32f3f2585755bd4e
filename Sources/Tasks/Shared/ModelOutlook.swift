import Circuits
import Datasets
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
