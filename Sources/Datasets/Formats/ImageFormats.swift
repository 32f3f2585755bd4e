import Configuration

/// The formats of images. Catalogue, recognition of paths, option checks and help follow from the list.
package enum ImageFormats {
  /// In the order in which they are asked for a path: results of this program first, and last IDX, which takes any
  /// file that no other format recognises.
  package static let all: [any ImageFormat.Type] = [
    ArchiveFormat.self,
    ShardsFormat.self,
    CIFAR10Format.self,
    CIFAR100Format.self,
    NPYFormat.self,
    HDF5Format.self,
    PNGFolderFormat.self,
    IDXFormat.self,
  ]

  /// What may stand behind `source:`.
  package static let catalogue = Catalogue<any ImageFormat>(
    "sources",
    all.map { format in
      .init(format.word, format.summary, example: format.example) { format.init(fields: $0) }
    })

  /// What a command line may name, as a list of one sentence.
  package static var givenWords: String { listed(all.map { $0.given }) }

  /// What `--labels` names, as a list of one sentence.
  package static var labelWords: String { listed(all.compactMap { $0.givenLabels }) }

  private static func listed(_ words: [String]) -> String {
    words.dropLast().map { $0 + "; " }.joined() + (words.count > 1 ? "or " : "")
      + (words.last ?? "")
  }

  /// What the images at a path are; IDX's for what no format knows.
  static func recognise(_ path: GivenPath) throws -> RecognisedImages {
    var assumed: RecognisedImages?
    for format in all {
      guard let images = try format.recognises(path) else { continue }
      if !images.isAssumed { return images }
      assumed = assumed ?? images
    }
    guard let assumed else { preconditionFailure("a format takes any file, one any folder") }
    return assumed
  }
}
