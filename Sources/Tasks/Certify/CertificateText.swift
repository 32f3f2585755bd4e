import Circuits
import Configuration
import Foundation
import Models
import Storage

/// A certificate as people, scripts and tables read it.
struct CertificateText {
  let certificate: Certificate
  let model: Model
  let seed: Int

  var lines: [String] {
    let rows = certificate.checks.map { check in
      [check.outcome.rawValue, check.name, Self.measurement(check), Self.words(check)]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      row.enumerated().map { column, text in
        column < 3
          ? text + String(repeating: " ", count: widths[column] - text.count) : text
      }.joined(separator: "  ")
    }
    return [heading] + table + [verdict]
  }

  private var heading: String {
    let leaf = model.circuit.leaf.name
    return "\(model.imageHeight) x \(model.imageWidth) pixels, \(leaf) leaves, "
      + "\(TableFigures.count(model.parameters.count)) parameters, "
      + "log-likelihood: \(model.circuit.likelihood.inWords); seed \(seed)"
  }

  var verdict: String {
    let counts = [CertificateCheck.Outcome.passed, .failed, .measured, .skipped]
      .map { "\(certificate.count($0)) \($0.rawValue)" }
    return (certificate.holds ? "certified: " : "NOT certified: ")
      + counts.joined(separator: ", ")
  }

  /// `1.2e-07 <= 1e-05`; the number alone where nothing is demanded.
  private static func measurement(_ check: CertificateCheck) -> String {
    guard check.outcome != .skipped else { return "" }
    switch check.bound {
    case .atMost(let bound): return "\(number(check.found)) <= \(number(bound))".fixed(check)
    case .atLeast(let bound): return "\(number(check.found)) >= \(number(bound))".fixed(check)
    case .none: return String(format: "%.6g", check.found)
    }
  }

  private static func words(_ check: CertificateCheck) -> String {
    check.detail + (check.kind.map { " (\($0.inWords))" } ?? "")
  }

  private static func number(_ value: Double) -> String { String(format: "%.2g", value) }

  var fields: [String: ResolvedValue] {
    [
      "certified": .boolean(certificate.holds), "seed": .integer(seed),
      "likelihood": .string(model.circuit.likelihood.rawValue),
      "model": .string(model.fingerprint),
      "checks": .list(
        certificate.checks.map { check in
          var fields: [String: ResolvedValue] = [
            "name": .string(check.name), "outcome": .string(check.outcome.rawValue),
            "detail": .string(check.detail),
            "found": check.found.isFinite ? .real(check.found) : .null,
          ]
          switch check.bound {
          case .atMost(let bound): fields["atMost"] = .real(bound)
          case .atLeast(let bound): fields["atLeast"] = .real(bound)
          case .none: break
          }
          if let kind = check.kind { fields["likelihood"] = .string(kind.rawValue) }
          return .mapping(fields)
        }),
    ]
  }

  var table: Table {
    let checks = certificate.checks
    return Table(
      title: "certificate",
      columns: [
        TableColumn("check", .strings(checks.map(\.name))),
        TableColumn("outcome", .strings(checks.map(\.outcome.rawValue))),
        TableColumn("found", .doubles(checks.map(\.found))),
        TableColumn(
          "atMost",
          .doubles(
            checks.map { if case .atMost(let bound) = $0.bound { bound } else { .nan } })),
        TableColumn(
          "atLeast",
          .doubles(
            checks.map { if case .atLeast(let bound) = $0.bound { bound } else { .nan } })),
        TableColumn("likelihood", .strings(checks.map { $0.kind?.rawValue ?? "" })),
        TableColumn("detail", .strings(checks.map(\.detail))),
      ])
  }
}

extension String {
  /// The relation as it is: a bound that was missed is not written as one that holds.
  fileprivate func fixed(_ check: CertificateCheck) -> String {
    check.outcome == .failed
      ? replacing(" <= ", with: ", not <= ").replacing(" >= ", with: ", not >= ") : self
  }
}
