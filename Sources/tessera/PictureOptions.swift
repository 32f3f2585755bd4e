import ArgumentParser
import Tasks

/// Options for pictures of many kinds and sizes: the shape that they are given, their classes, and the test part.
struct PictureOptions: ParsableArguments {
  @Option(help: "Labels: \(PictureWords.labelWords).")
  var labels: String?

  @Option(
    help: """
      grey, rgb, or auto: unchanged; for pictures rgb if any file is of a colour kind (RGB or palette).
      """)
  var channels = "auto"

  @Option(
    help: """
      Pictures of another size: fail, resize (area averages or linear), crop (the middle) or pad \
      (with --background).
      """)
  var sizes = "fail"

  @Option(help: "Height x width of the images: 32x32. Default: the first picture's.")
  var size: String?

  @Option(
    help:
      "Colour behind and around pictures (transparent, padded): R,G,B, one level, black or white.")
  var background = "black"

  @Option(
    help: "Subfolders of pictures: first (the class is the top folder), path (all of it) or none.")
  var classes = "first"

  @Option(help: "Share of the images for the test part, chosen by --seed: 0.1.")
  var testFraction: Double?

  @Option(help: "Number of the last images for the test part.")
  var testLast: Int?

  @Option(help: "The top folder of the test pictures, where the others are in train/: test.")
  var testFolder: String?

  @Option(help: "A text file that names the test pictures, a relative path a line.")
  var testList: String?

  @OptionGroup var folder: FolderOptions
  @OptionGroup var values: AxesOptions

  func validate() throws {
    func require(_ word: String, _ words: [String], _ flag: String) throws {
      if !words.contains(word) {
        throw ValidationError(
          "\(flag): expected \(words.joined(separator: ", ")), found '\(word)'")
      }
    }
    try require(channels, PictureWords.channelWords, "--channels")
    try require(sizes, PictureWords.sizeWords, "--sizes")
    try require(classes, PictureWords.classWords, "--classes")
    if let size, PictureWords.pair(size) == nil {
      throw ValidationError("--size: expected height x width as in 32x32, found '\(size)'")
    }
    if let excess = size.flatMap(PictureWords.pair).flatMap(PictureWords.excess) {
      throw ValidationError("--size: \(excess)")
    }
    if sizes != "fail", size == nil {
      throw ValidationError("--sizes \(sizes) needs --size: say --size 32x32")
    }
    if PictureWords.colour(background) == nil {
      throw ValidationError(
        "--background: expected \(PictureWords.colourWords), found '\(background)'")
    }
    let tests = [testFraction != nil, testLast != nil, testFolder != nil, testList != nil]
    if tests.count(where: { $0 }) > 1 {
      throw ValidationError(
        "expected one of --test-fraction, --test-last, --test-folder, --test-list")
    }
    if let testFraction, !(testFraction >= 0 && testFraction <= 1) {
      throw ValidationError("--test-fraction: expected 0 to 1, found \(testFraction)")
    }
    if let testLast, testLast < 0 {
      throw ValidationError("--test-last: expected 0 or more, found \(testLast)")
    }
  }

  func words(seed: Int) -> PictureWords {
    var words = PictureWords()
    words.labels = labels
    words.channels = channels
    words.sizes = sizes
    words.size = size.flatMap(PictureWords.pair)
    words.background = PictureWords.colour(background) ?? [0, 0, 0]
    words.classes = classes
    words.testFraction = testFraction
    words.testLast = testLast
    words.testFolder = testFolder
    words.testList = testList
    words.seed = seed
    words.transposes = values.transpose
    words.axes = values.axes.flatMap(PictureWords.axes)
    words.reading = PictureWords.reading(links: folder.links, leavesOut: folder.leaveOut)
    return words
  }
}
