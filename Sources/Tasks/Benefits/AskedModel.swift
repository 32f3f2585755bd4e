import Circuits
import Configuration
import Models
import Numerics
import Workflow

/// One model, asked for its number in one way.
struct AskedModel {
  let label: String
  let model: Model
  let choice: LikelihoodChoice
  let circuit: Circuit
  let derived: DerivedParameters

  /// Every way that a model's leaves know: those without estimators have one number only.
  static func all(
    _ label: String, _ model: Model, _ choices: [LikelihoodChoice]
  ) throws -> [AskedModel] {
    var asked: [AskedModel] = []
    for choice in choices {
      do {
        asked.append(try AskedModel(label, model, choice))
      } catch is LikelihoodFault {
        return [try AskedModel(label, model, .trained)]
      }
    }
    return asked
  }

  init(_ label: String, _ model: Model, _ choice: LikelihoodChoice) throws {
    self.label = label
    self.model = model
    self.choice = choice
    circuit = try choice.circuit(of: model)
    derived = try circuit.checkedDerived(from: model.parameters)
  }

  var kind: LikelihoodKind { circuit.likelihood }

  /// `SPN-VAE, iwae:5`; the model's name alone where it has one number.
  var name: String { choice == .trained ? label : "\(label), \(choice)" }

  /// Whether noise has a part in its number.
  var isNoisy: Bool { circuit.leaf.traits.isNoisy }

  /// Decoders run for one leaf unit and image: samples, or nodes; nil where nothing is decoded.
  var decodings: Int? { circuit.leaf.traits.decodings }

  /// Pixels of the `count` leaf regions nearest to the image's centre.
  ///
  /// - Throws: `RegionSizeFault` where they have more than 16 pixels, whose states cannot be listed.
  func centralRegions(_ count: Int) throws -> [Int32] {
    let (width, channels) = (model.imageWidth, model.imageChannels)
    func distance(_ pixels: [Int32]) -> Double {
      let size = Double(pixels.count)
      let row = pixels.reduce(0.0) { $0 + Double(Int($1) / channels / width) } / size
      let column = pixels.reduce(0.0) { $0 + Double(Int($1) / channels % width) } / size
      let (down, across) = (
        row - Double(model.imageHeight - 1) / 2, column - Double(width - 1) / 2
      )
      return down * down + across * across
    }
    let distances = circuit.leafPixels.map(distance)
    let nearest = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    let pixels = Set(nearest.prefix(count).flatMap { circuit.leafPixels[$0] }).sorted()
    guard pixels.count <= LeafMass.mostPixels else {
      throw RegionSizeFault(model: label, pixels: pixels.count)
    }
    return pixels
  }
}

extension StageContext {
  /// The first seed of each model.
  func models(
    _ named: NamedInputs
  ) throws -> [(label: String, model: Model)] {
    try firstSeeds(of: RunGroup.groups(of: named)).map {
      ($0.name, try ModelFile.read(path(of: $0.input)))
    }
  }
}

/// More states than can be listed (exit code 78).
struct RegionSizeFault: Fault {
  let model: String
  let pixels: Int
  var exitCode: ExitCode { .configuration }
  var description: String {
    "\(model.quoted): \(pixels) pixels have too many states to list, expected at most "
      + "\(LeafMass.mostPixels): take fewer regions, or a model with smaller superpixels"
  }
}
