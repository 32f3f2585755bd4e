import Circuits
import Configuration
import Models
import Numerics

/// `tessera certify`: a model file's mathematics, checked on that very model.
package struct ModelCertificate: Sendable {
  package let lines: [String]
  package let fields: [String: ResolvedValue]
  /// Nil where every check held.
  package let fault: (any Fault)?

  /// - Throws: whatever is wrong with the file.
  package init(
    model path: String, seed: Int, workers: Int,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let model = try ModelFile.readForeign(path)
    let certificate = try model.certification(
      seed: seed, workers: ForkJoin(workers: workers), samples: 1_000
    ).certificate(progress: progress)
    let text = CertificateText(certificate: certificate, model: model, seed: seed)
    lines = text.lines
    fields = text.fields
    fault =
      certificate.holds ? nil : CertificateFault(path: path, failures: certificate.failures)
  }
}

extension Model {
  /// Networks are asked by quadrature as well, where they have few latents.
  func certification(seed: Int, workers: ForkJoin, samples: Int) throws -> Certification {
    var readings: [Certification.Reading] = []
    if let choice = LikelihoodChoice("quadrature:7") {
      do {
        readings.append(
          .init(name: choice.description, circuit: try choice.circuit(of: self)))
      } catch is LikelihoodFault {
      } catch is QuadratureFault {
      }
    }
    return Certification(
      circuit, parameters: parameters, readings: readings, seed: seed, workers: workers,
      samples: samples)
  }
}

/// A model that is not what it should be (exit code 65).
struct CertificateFault: Fault {
  let path: String
  let failures: [CertificateCheck]
  var exitCode: ExitCode { .badData }
  var description: String {
    "\(path.printable): \(failures.count) check\(failures.count == 1 ? "" : "s") failed: "
      + failures.map { $0.name }.joined(separator: "; ")
  }
}
