import Circuits
import Configuration
import TestSupport
import Testing

/// Every leaf family that a pipeline can name, made by the catalogue itself.
@Suite struct LeafCatalogueTests {
  /// A leaf as a pipeline writes it.
  struct Entry: Sendable, CustomStringConvertible {
    let kind: String
    let json: String
    let leaf: any Leaf
    var description: String { json }
    var ofColour: Bool { json.contains(LeafChannels.field) }

    /// Nil for what the catalogue refuses.
    init?(_ kind: String, _ fields: [String]) {
      let json = "{" + (["\"kind\":\"\(kind)\""] + fields).joined(separator: ",") + "}"
      guard let leaf = Catalogues.leaf(configuration: json) else { return nil }
      self.kind = kind
      self.json = json
      self.leaf = leaf
    }
  }

  /// Sizes that keep checks quick, for kinds that have them.
  private static let sizes = [
    ["\"hidden\":3", "\"latent\":1", "\"nodes\":4"], ["\"hidden\":3", "\"latent\":2"], [],
  ]

  private static func first(_ kind: String, _ fields: [String]) -> Entry? {
    sizes.lazy.compactMap { Entry(kind, $0 + fields) }.first
  }

  private static let kinds = Catalogues.leaves.kinds.map(\.kind)

  /// Kinds by themselves, with every emission and both ways of channels that they take.
  private static let plain: [Entry] = kinds.flatMap { kind in
    let emissions = [[]] + emissionFamilies.map { ["\"emission\":\"\($0.kind)\""] }
    let channels =
      [[]] + LeafChannels.catalogue.kinds.map { ["\"\(LeafChannels.field)\":\"\($0.kind)\""] }
    return emissions.flatMap { emission in
      channels.compactMap { first(kind, emission + $0) }
    }
  }

  /// Kinds made of others: around each plain one, as a field of one leaf or of a list.
  private static let made: [Entry] = kinds.flatMap { kind -> [Entry] in
    let inner = plain.filter { !$0.ofColour }
    return inner.flatMap { inner -> [Entry] in
      [
        ["\"of\":\(inner.json)", "\"region\":[2,3]", "\"cell\":[1,2]"],
        ["\"of\":[\(inner.json),\(inner.json)]"],
      ].compactMap { Entry(kind, $0) }
    }
  }

  static let all = plain + made

  @Test func everyKindIsWalked() {
    #expect(Set(Self.all.map(\.kind)) == Set(Self.kinds))
  }

  @Test(arguments: all)
  func whatItSaysOfItselfIsRead(entry: Entry) throws {
    let text = entry.leaf.configuration.canonicalText
    let again = try #require(Catalogues.leaf(configuration: text))
    #expect(again.configuration == entry.leaf.configuration)
    #expect(again.traits == entry.leaf.traits)
    let shape = LeafShape(units: 2, pixels: 6)
    #expect(again.sizes(shape) == entry.leaf.sizes(shape))
    #expect(type(of: again) == type(of: entry.leaf))
  }

  @Test(arguments: all)
  func itKeepsTheContract(entry: Entry) throws {
    let trial = try #require(
      try LeafConformance(entry.leaf, ofColour: entry.ofColour), "no circuit fits")
    let faults = try trial.faults()
    #expect(faults.isEmpty, "\(faults)")
  }

  /// A leaf made of others has what all of them have.
  @Test(arguments: made)
  func capabilitiesArePassedOn(entry: Entry) throws {
    let fields = try #require(entry.leaf.configuration.mapping)
    let field = try #require(fields["of"])
    let inner = try #require(
      Catalogues.leaf(configuration: (field.list?.first ?? field).canonicalText))
    #expect(entry.leaf.hidesPixels == inner.hidesPixels)
    #expect(entry.leaf.hasModes == inner.hasModes)
    #expect(entry.leaf.hasReestimate == inner.hasReestimate)
    #expect((entry.leaf.capabilities.centres == nil) == (inner.capabilities.centres == nil))
    #expect(
      (entry.leaf.capabilities.estimators == nil) == (inner.capabilities.estimators == nil))
  }

  /// What each flaw breaks is noticed.
  @Test(
    arguments:
      FlawedLeaf.Flaw.allCases.filter { $0 != .wrongForOddSeeds && $0 != .clampsUnlikely })
  func flawsAreFound(flaw: FlawedLeaf.Flaw) throws {
    let trial = try #require(try LeafConformance(FlawedLeaf(flaw)))
    #expect(try !trial.faults().isEmpty)
  }
}
