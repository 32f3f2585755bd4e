import Configuration
import Files

/// A fault of images, splits or shards.
package enum DatasetFault: Fault, Equatable {
  /// None of the accepted file names is there.
  case missing(folder: String, names: [String])
  /// A folder of pictures with none that is read; what it has instead, in words.
  case noPictures(folder: String, leftOut: String)
  /// A folder of images whose files are not where they should be.
  case folder(path: String, reason: String)
  case testTooLarge(test: Int, images: Int)
  /// Test images alone, where training images are needed.
  case noTrainingImages(what: String)
  case imageSizesDiffer(path: String, expected: [Int], found: [Int])
  case validationTooLarge(validation: Int, train: Int)
  case limitTooSmall(limit: Int)
  /// A split that does not belong to these images, or is no split.
  case split(path: String, reason: String)
  /// A partition of images of another size.
  case partition(path: String, of: ImageShape, images: ImageShape)
  /// An image archive that is not one, or of another version.
  case archive(path: String, reason: String)
  /// A part that does not fit into this machine's memory as a whole.
  case memory(images: Int, bytes: Int, available: Int)
  case manifest(path: String, field: String, reason: String)
  case shard(path: String, reason: String)
  /// Shards that were cut from another archive than the one beside them.
  case otherImages(shards: String, expected: String, found: String)

  package var exitCode: ExitCode {
    switch self {
    case .missing, .noPictures: return .noInput
    case .validationTooLarge, .limitTooSmall, .testTooLarge, .noTrainingImages, .memory:
      return .configuration
    case .imageSizesDiffer, .folder, .split, .partition, .archive, .manifest, .shard,
      .otherImages:
      return .badData
    }
  }

  package var description: String {
    switch self {
    case .missing(let folder, let names):
      return "\(printable(folder)): expected \(names.map(printable).joined(separator: " or "))"
    case .noPictures(let folder, let leftOut):
      return "\(printable(folder)): expected *.png"
        + (leftOut.isEmpty ? "" : ", found \(leftOut); convert pictures of other formats to PNG")
    case .imageSizesDiffer(let path, let expected, let found):
      return "\(printable(path)): expected images of \(Self.sizes(expected)) like the "
        + "others, found \(Self.sizes(found)); make them one size first"
    case .validationTooLarge(let validation, let train):
      return "validation: expected 0 to \(train - 1) of the \(train) training images, found "
        + "\(validation)"
    case .limitTooSmall(let limit):
      return "limit: expected at least 1 training image, found \(limit)"
    case .noTrainingImages(let what):
      return "\(what): the data set has test images alone; give it training images as well"
    case .testTooLarge(let test, let images):
      return
        "test: expected 0 to \(images) of the \(images) images, found \(test)"
    case .folder(let path, let reason), .split(let path, let reason),
      .archive(let path, let reason):
      return "\(printable(path)): \(printable(reason))"
    case .partition(let path, let own, let images):
      return
        "\(printable(path)): expected superpixels of images of \(images), found those of images of \(own)"
    case .memory(let images, let bytes, let available):
      return
        "expected at most \(available) bytes of pixels, the memory of this process, found \(bytes) "
        + "(\(images) images); pass fewer images, or use a pipeline, which reads them in blocks"
    case .manifest(let path, let field, let reason):
      return "\(printable(path)): \(field): \(printable(reason)); \(Self.wayOut)"
    case .shard(let path, let reason):
      return "\(printable(path)): \(printable(reason)); \(Self.wayOut)"
    case .otherImages(let shards, let expected, let found):
      return
        "\(printable(shards)): does not belong to the images.h5 beside it: expected SHA-256 "
        + "\(expected), found \(found); an earlier tessera ingest was interrupted, or a file was copied "
        + "here; run the same tessera ingest again"
    }
  }

  private static let wayOut =
    "remove the folder and run again: the shards are rebuilt from the images"

  private static func sizes(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: " x ")
  }
}
