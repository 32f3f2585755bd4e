import Circuits
import Numerics
import Tasks
import TestSupport
import Testing

/// Certificates of models that are right, and of models that are wrong in one thing each.
@Suite struct CertificateTests {
  private func certificate(
    _ circuit: Circuit, _ parameters: Parameters, readings: [Certification.Reading] = []
  ) throws -> Certificate {
    try Certification(
      circuit, parameters: parameters, readings: readings, seed: 2,
      workers: ForkJoin(workers: 1), samples: 400
    ).certificate()
  }

  private func names(_ certificate: Certificate) -> [String] { certificate.failures.map(\.name) }

  @Test(arguments: LeafCase.all)
  func everyFamilyIsCertified(_ own: LeafCase) throws {
    let circuit = try own.circuit()
    let found = try certificate(circuit, circuit.initialParameters(seed: 1))
    #expect(found.failures.isEmpty, "\(found.failures)")
    #expect(found.holds)
    let isExact = circuit.likelihood == .exact && !circuit.leaf.traits.isDensity
    let masses = found.checks.filter { $0.name.hasPrefix("mass") }
    #expect(
      masses.map(\.outcome)
        == [circuit.leaf.traits.isDensity ? .skipped : isExact ? .passed : .measured])
    // No number that is no exact one passes for a marginal.
    for check in found.checks where check.name.hasPrefix("marginals") && !isExact {
      #expect(check.outcome != .passed)
    }
  }

  @Test(arguments: TinyCircuit.all + TinyCircuit.functional)
  func everyStructureIsCertified(_ tiny: TinyCircuit) throws {
    let circuit = try tiny.circuit()
    let found = try certificate(circuit, circuit.initialParameters(seed: 3))
    #expect(found.failures.isEmpty, "\(found.failures)")
    #expect(found.count(.passed) >= 10)
  }

  @Test func quadratureIsToldAsAnEstimate() throws {
    let networks = AutoencoderLeaf(hidden: 3, latent: 2)
    let circuit = try LeafCase(networks).circuit()
    let asked = circuit.with(leaf: try networks.byQuadrature(nodes: 7))
    let found = try certificate(
      circuit, circuit.initialParameters(seed: 1),
      readings: [.init(name: "quadrature:7", circuit: asked)])
    let mass = try #require(found.checks.first { $0.name == "mass of leaf units, quadrature:7" })
    #expect(mass.outcome == .measured)
    #expect(mass.kind == .estimate)
    #expect(abs(mass.found - 1) < 1e-3)
    let bound = try #require(found.checks.first { $0.name == "mass of leaf units" })
    #expect(bound.outcome == .measured && bound.found < 1.1)
  }

  /// What each flaw is noticed by.
  static let flaws: [(FlawedLeaf.Flaw, String)] = [
    (.shifted, "mass of leaf units"), (.shifted, "kernels match the definition"),
    (.wrongWhereHidden, "marginals by enumeration, within a leaf region"),
    (.wrongWhereHidden, "everything seen is the log-likelihood"),
    (.restless, "one worker and two agree"), (.wrongDraws, "sampled frequencies"),
    (.wrongForOddSeeds, "two sets of samples are alike"),
    (.losesEvidence, "evidence survives completion"),
    (.clampsUnlikely, "unlikely images match the definition"),
  ]

  @Test(arguments: flaws)
  func aFlawIsNoticed(_ flaw: FlawedLeaf.Flaw, by check: String) throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 2, cellPixels: 3)
    let circuit = try tiny.circuit(leaf: FlawedLeaf(flaw))
    let parameters = circuit.initialParameters(seed: 1)
    // Outcomes that are likely, so that draws of others are far off.
    for index in circuit.layout.sumWeightCount..<parameters.count {
      parameters.values.pointer[index] += flaw == .clampsUnlikely ? 9 : 1.5
    }
    let found = try certificate(circuit, parameters)
    #expect(!found.holds)
    #expect(names(found).contains(check), "\(found.failures)")
  }

  /// A class model has a root unit a class, whatever K is: their weights are checked, and no others read.
  @Test(arguments: [2, 5])
  func classModelsAreCertified(classes: Int) throws {
    let tiny = TinyCircuit(rows: 2, columns: 2, units: 3, cellPixels: 2)
    let circuit = try tiny.circuit(
      classPriors: Array(repeating: 1 / Float(classes), count: classes))
    let found = try certificate(circuit, circuit.initialParameters(seed: 1))
    #expect(found.failures.isEmpty, "\(found.failures)")
    let units = circuit.sumRegions.reduce(0) { $0 + $1.units }
    let weights = try #require(found.checks.first { $0.name == "sum weights add up to 1" })
    #expect(weights.detail.contains(" \(units) sum units"), "\(weights.detail)")
  }

  /// Weights of e^-100 and less are told, and answers stay those of the definition.
  @Test func smallWeightsAreToldAndRight() throws {
    let circuit = try TinyCircuit(rows: 2, columns: 3, units: 4).circuit()
    let parameters = circuit.initialParameters(seed: 1, weightSpread: 0.25)
    for index in 0..<circuit.layout.sumWeightCount { parameters.values.pointer[index] *= 400 }
    for index in circuit.layout.sumWeightCount..<parameters.count {
      parameters.values.pointer[index] *= 40
    }
    let found = try certificate(circuit, parameters)
    #expect(found.failures.isEmpty, "\(found.failures)")
    let weights = try #require(
      found.checks.first { $0.name == "sum weights within the kernels' range" })
    #expect(weights.found > 0 && weights.outcome == .measured)
    #expect(weights.detail.contains("log domain"))
  }

  @Test(arguments: [Float.nan, .infinity])
  func whatIsNotFiniteIsNoticed(_ value: Float) throws {
    let circuit = try TinyCircuit(rows: 2, columns: 2, units: 2).circuit()
    let parameters = circuit.initialParameters(seed: 1)
    parameters.values.pointer[5] = value
    let found = try certificate(circuit, parameters)
    #expect(!found.holds)
    #expect(names(found) == ["parameters are finite"])
  }

  @Test func aBoundThatIsMetByNothingIsNotMetByNaN() {
    for bound in [CertificateCheck.Bound.atMost(1), .atLeast(0), .none] {
      #expect(CertificateCheck("x", found: .nan, bound, detail: "").outcome == .failed)
    }
    #expect(CertificateCheck("x", found: 1, .atMost(1), detail: "").outcome == .passed)
    #expect(CertificateCheck("x", found: 1.001, .atMost(1), detail: "").outcome == .failed)
    #expect(!Certificate(checks: [.skipped("x", because: "y")]).holds)
  }
}
