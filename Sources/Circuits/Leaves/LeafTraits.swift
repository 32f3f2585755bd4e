/// What a leaf family says of its numbers, whatever the region.
package struct LeafTraits: Hashable, Sendable {
  /// What a message calls it: its kind, and of what it is made.
  package var name: String
  /// The name of its parameters in a model file: the kind, for families without an older name.
  package var parameterName: String
  /// What a unit's value is by itself.
  package var likelihood: LikelihoodKind
  /// What a sum over units makes of it.
  package var likelihoodInMixtures: LikelihoodKind
  /// Levels of a value that it describes: 2 for outcomes 0 and 1, 256 for bytes as they are.
  package var levels: Int
  /// Whether its number is a density, which has no bits per dimension, and not a probability.
  package var isDensity: Bool
  /// Whether noise has a part in its number.
  package var isNoisy: Bool
  /// Decoder runs for one unit and image: samples, or nodes; nil where nothing is decoded, or not by
  /// one network a unit.
  package var decodings: Int?

  package init(
    name: String, parameterName: String, likelihood: LikelihoodKind,
    likelihoodInMixtures: LikelihoodKind, levels: Int, isDensity: Bool, isNoisy: Bool,
    decodings: Int?
  ) {
    self.name = name
    self.parameterName = parameterName
    self.likelihood = likelihood
    self.likelihoodInMixtures = likelihoodInMixtures
    self.levels = levels
    self.isDensity = isDensity
    self.isNoisy = isNoisy
    self.decodings = decodings
  }

  /// Of a normalised distribution that nothing is estimated of.
  package static func exact(
    name: String, parameterName: String, levels: Int, isDensity: Bool, decodings: Int? = nil
  ) -> LeafTraits {
    LeafTraits(
      name: name, parameterName: parameterName, likelihood: .exact,
      likelihoodInMixtures: .exact, levels: levels, isDensity: isDensity, isNoisy: false,
      decodings: decodings)
  }
}
