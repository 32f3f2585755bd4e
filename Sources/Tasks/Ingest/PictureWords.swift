import Datasets
import Files

/// What a command line says of a source of images, in words.
package struct PictureWords: Sendable {
  package var labels: String?
  package var channels = "auto"
  package var sizes = "fail"
  package var size: [Int]?
  package var background: [Int] = [0, 0, 0]
  package var classes = "first"
  package var testFraction: Double?
  package var testLast: Int?
  package var testFolder: String?
  package var testList: String?
  package var seed = 1
  package var reading = FolderReading()
  package var transposes = false
  package var axes: ImageAxes?

  package init() {}

  package static let channelWords = PicturePreparation.Channels.allCases.map(\.rawValue)
  package static let sizeWords = SizePolicy.allCases.map(\.rawValue)
  package static let classWords = FolderClasses.allCases.map(\.rawValue)
  package static let linkWords = LinkPolicy.allCases.map(\.rawValue)
  package static let colourWords = "R,G,B, one level (0 to 255), black or white"

  /// What a command line may name as images, and as their labels.
  package static let sourceWords = ImageFormats.givenWords
  package static let labelWords = ImageFormats.labelWords

  package static let axesWords = ImageAxes.expectation

  /// `image,channel,row,column`; nil for what names no axes.
  package static func axes(_ text: String) -> ImageAxes? {
    ImageAxes(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
  }

  /// Of a link word that is known.
  package static func reading(links: String, leavesOut: Bool) -> FolderReading {
    FolderReading(links: LinkPolicy(rawValue: links) ?? .inside, leavesOut: leavesOut)
  }

  /// `32x32` as height and width; nil for what is none.
  package static func pair(_ text: String) -> [Int]? {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    return numbers.count == 2 && numbers.allSatisfy((1...65_535).contains) ? numbers : nil
  }

  /// What a size that is too large is told; nil for one that is not.
  package static func excess(_ size: [Int]) -> String? { PicturePreparation.excess(size) }

  /// `0,0,0` as red, green and blue, one level for all three, `black` or `white`; nil for what is none.
  package static func colour(_ text: String) -> [Int]? {
    if let named = ["black": 0, "white": 255][text] { return [named, named, named] }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0) ?? -1
    }
    guard numbers.allSatisfy((0...255).contains) else { return nil }
    return numbers.count == 3
      ? numbers : numbers.count == 1 ? [numbers[0], numbers[0], numbers[0]] : nil
  }

  /// Words that are known, as the functions above check.
  package var options: SourceOptions {
    var options = SourceOptions(
      labels: labels,
      preparation: PicturePreparation(
        channels: .init(rawValue: channels) ?? .auto, sizes: SizePolicy(rawValue: sizes) ?? .fail,
        size: size, background: background.map { UInt8(clamping: $0) }),
      classes: FolderClasses(rawValue: classes) ?? .first, test: test,
      reading: reading)
    options.transposes = transposes
    options.axes = axes
    options.given = givenOptions
    return options
  }

  /// The options that differ from their defaults.
  private var givenOptions: Set<SourceOption> {
    let given: [(SourceOption, Bool)] = [
      (.labels, labels != nil), (.sizes, sizes != "fail"), (.size, size != nil),
      (.background, background != [0, 0, 0]), (.classes, classes != "first"), (.axes, axes != nil),
      (.testFraction, testFraction != nil), (.testLast, testLast != nil),
      (.testFolder, testFolder != nil), (.testList, testList != nil),
    ]
    return Set(given.filter(\.1).map(\.0)).union(reading.givenOptions)
  }

  private var test: FolderSplit? {
    if let testFraction {
      return .chosen(.fraction(testFraction, seed: UInt64(bitPattern: Int64(seed))))
    }
    if let testLast { return .chosen(.last(testLast)) }
    if let testFolder { return .folder(test: testFolder, train: "train") }
    return testList.map { .list(path: $0) }
  }
}
