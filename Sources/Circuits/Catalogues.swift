import Configuration

/// The vocabulary of circuits: what may stand behind each key of a pipeline, and in a model file. A new entry is one
/// line here.
package enum Catalogues {
  package static let structures = Catalogue<any RegionStructure>(
    "structures",
    [
      .init(PoonDomingos.self) {
        PoonDomingos(fields: $0)
      },
      .init(Halving.self) {
        Halving(fields: $0)
      },
      .init(QuadTree.self) { _ in
        QuadTree()
      },
      .init(RandomTensorised.self) {
        RandomTensorised(fields: $0)
      },
      .init(ChowLiuTree.self) { _ in
        ChowLiuTree()
      },
    ])

  package static let products = Catalogue<any ProductLayer>(
    "products",
    [
      .init(DenseProducts.self) { _ in
        DenseProducts()
      },
      .init(ElementwiseProducts.self) { _ in ElementwiseProducts() },
    ])

  package static let weights = Catalogue<any SumWeights>(
    "weights",
    [
      .init(FreeWeights.self) { _ in FreeWeights() },
      .init(FunctionalWeights.self) { FunctionalWeights(fields: $0) },
    ])

  package static let leaves = Catalogue<any Leaf>(
    "leaves",
    ownLeaves
      + emissionFamilies.filter { $0 != GaussianEmission.self }.map { family in
        .init(
          family.kind, "independent values: \(family.summary)",
          example: "{kind: \(family.kind), \(LeafChannels.field): joint}"
        ) { fields in
          let emission = family.init(settings: EmissionFields(fields))
          return jointValues(emission, fields) ?? factorisedLeaf(emission)
        }
      })

  private static let ownLeaves: [Catalogue<any Leaf>.Entry] = [
    .init(BernoulliLeaf.self) { _ in BernoulliLeaf() },
    .init(GaussianLeaf.self) { fields in
      let leaf = GaussianLeaf(
        smallest: fields.double(
          "smallest", default: 0.05, in: 0.001...10,
          meaning: "least standard deviation, of values from 0 to 1"))
      return jointValues(GaussianEmission(smallest: leaf.smallest), fields) ?? leaf
    },
    .init(AutoencoderLeaf.self) { autoencoderLeaf($0) },
    .init(MixtureLeaf.self) { mixtureLeaf($0) },
    .init(ProductLeaf.self) { productLeaf($0) },
    .init(MixedLeaf.self) { mixedLeaf($0) },
  ]

  private static func mixedLeaf(_ fields: Fields) -> any Leaf {
    let before = fields.diagnostics.all.count
    let families = fields.choices("of", from: leaves, meaning: "the families")
    let isRight = fields.diagnostics.all.count == before
    let shares =
      fields.has("units")
      ? fields.ints(
        "units", in: 1...1_024,
        meaning: "units of each family; as even as they go where it is not written")
      : nil
    if isRight, families.isEmpty {
      fields.complain("of", "expected at least one leaf, found an empty list")
    }
    // After a recorded mistake only something that can be made is wanted.
    guard isRight, !families.isEmpty else { return families.first ?? BernoulliLeaf() }
    if let shares, shares.count != families.count {
      fields.complain("units", "expected one number a leaf, \(families.count)")
      return families[0]
    }
    return MixedLeaf(families, shares: shares)
  }

  /// What neural leaves say of values of 256 levels.
  package static let emissions = Catalogue<any Emission>(
    "emissions",
    emissionFamilies.map { family in
      .init(family.kind, family.summary, example: family.writtenExample) {
        family.init(settings: EmissionFields($0))
      }
    })

  /// The emission of a neural leaf; nil for leaves of binary pixels, and after a recorded mistake.
  private static func emission(_ fields: Fields) -> (any Emission)? {
    fields.mention("emission")
    fields.mention(LeafChannels.field)
    guard fields.has("emission") else {
      if fields.has(LeafChannels.field) {
        fields.complain(LeafChannels.field, "wants leaves of levels: expected an emission as well")
      }
      return nil
    }
    return fields.choice(
      "emission", from: emissions,
      meaning: "distribution of values of 256 levels; pixels are binary where it is not written")
  }

  /// Of binary pixels, or, with an emission, of levels.
  private static func mixtureLeaf(_ fields: Fields) -> any Leaf {
    let binary = MixtureLeaf(fields: fields)
    guard let emission = emission(fields) else { return binary }
    return networks(binary.with(emission: emission), fields)
  }

  private static func autoencoderLeaf(_ fields: Fields) -> any Leaf {
    let binary = AutoencoderLeaf(fields: fields)
    guard let emission = emission(fields) else { return binary }
    return networks(binary.with(emission: emission), fields)
  }

  /// What a leaf says of its channels; nil where it says nothing.
  private static func channels(_ fields: Fields) -> LeafChannels? {
    fields.mention(LeafChannels.field)
    return fields.has(LeafChannels.field)
      ? fields.choice(
        LeafChannels.field, from: LeafChannels.catalogue,
        meaning: "how the channels of a pixel go together within a unit")
      : nil
  }

  /// Values whose channels are joint; nil where they are independent.
  private static func jointValues(_ emission: any Emission, _ fields: Fields) -> (any Leaf)? {
    guard case .together(let components)? = channels(fields) else { return nil }
    return jointLeaf(emission, components: components ?? LeafChannels.usualComponents)
  }

  /// Networks whose latents speak for all channels, or those of each channel.
  private static func networks(_ leaf: any Leaf, _ fields: Fields) -> any Leaf {
    switch channels(fields) {
    case .independentOfEachOther: return ProductLeaf(.channels, of: leaf)
    case .together(.some):
      fields.complain(
        LeafChannels.field,
        "components are for leaves of independent values; here one latent speaks for all channels")
      return leaf
    case .together, nil: return leaf
    }
  }

  /// Its factors are a leaf of this catalogue, which is therefore read here.
  private static func productLeaf(_ fields: Fields) -> any Leaf {
    let region = fields.ints(
      "region", count: 2, in: 1...65_536, meaning: "height and width of the region, in pixels")
    let cell = fields.ints(
      "cell", count: 2, in: 1...65_536, meaning: "height and width of a cell, in pixels")
    let inner = fields.choice("of", from: leaves, meaning: "the leaf of a cell") ?? BernoulliLeaf()
    // After a recorded mistake only something that can be made is wanted.
    guard region.count == 2, cell.count == 2 else { return inner }
    return ProductLeaf(region: region, cell: cell, inner: inner)
  }

  package static let learners = Catalogue<any Learner>(
    "learners",
    [
      .init(Adam.self) { Adam(fields: $0) },
      .init(ExpectationMaximisation.self) { ExpectationMaximisation(fields: $0) },
      .init(Anemone.self) { Anemone(fields: $0) },
      .init(Mixed.self) { Mixed(fields: $0) },
    ])

  package static let initialisations = Catalogue<ClusteredLeaves?>(
    "initialisations",
    [
      .init("random", "leaf parameters as their family draws them") { _ in nil },
      .init(ClusteredLeaves.self) { ClusteredLeaves(fields: $0) },
    ])

  /// The product layer of a word in a model file; nil for what this version does not know.
  package static func productLayer(_ kind: String) -> (any ProductLayer)? {
    choice(canonical: "{\"kind\":\(kind.quoted)}", from: products)
  }

  /// The leaf a model file describes; nil for what this version does not know.
  package static func leaf(configuration json: String) -> (any Leaf)? {
    choice(json: json, from: leaves)
  }

  /// The sum weights that a model file describes; nil for what this version does not know.
  package static func weights(configuration json: String) -> (any SumWeights)? {
    choice(json: json, from: weights)
  }

  private static func choice<Value>(json: String, from catalogue: Catalogue<Value>) -> Value? {
    // JSON is YAML: the catalogue reads it as it reads a pipeline, once it is known to be JSON.
    guard let value = try? ResolvedValue(json: json) else { return nil }
    return choice(canonical: value.canonicalText, from: catalogue)
  }

  private static func choice<Value>(
    canonical text: String, from catalogue: Catalogue<Value>
  ) -> Value? {
    guard let document = try? Document(text: "entry: \(text)", file: "model") else { return nil }
    let diagnostics = Diagnostics()
    let fields = Fields(document, subject: "the model", diagnostics: diagnostics)
    let found = fields.choice("entry", from: catalogue)
    fields.finish()
    return diagnostics.isEmpty ? found : nil
  }
}
