import ArgumentParser
import Tasks

/// Which files of a folder of pictures are read.
struct FolderOptions: ParsableArguments {
  @Option(
    help: """
      Symbolic links in a folder of pictures: inside (followed where they stay below it) or follow.
      """)
  var links = PictureWords.linkWords[0]

  @Flag(help: "Reads a folder even where more of its files are left out than read.")
  var leaveOut = false

  func validate() throws {
    if !PictureWords.linkWords.contains(links) {
      throw ValidationError(
        "--links: expected \(PictureWords.linkWords.joined(separator: ", ")), found '\(links)'")
    }
  }
}

/// The order of the values of an image in its file.
struct AxesOptions: ParsableArguments {
  @Flag(help: "Swaps rows and columns, as EMNIST's images need.")
  var transpose = false

  @Option(help: "Axes of an array: \(PictureWords.axesWords): image,channel,row,column.")
  var axes: String?

  func validate() throws {
    if let axes, PictureWords.axes(axes) == nil {
      throw ValidationError("--axes: expected \(PictureWords.axesWords), found '\(axes)'")
    }
  }
}

/// Options of commands that read images.
struct ImageOptions: ParsableArguments {
  @OptionGroup var folder: FolderOptions
  @OptionGroup var values: AxesOptions

  @Flag(
    help: """
      Converts grey images for a model of colour (three equal channels), and arrays of colour for a grey \
      one (BT.601 luma); without it they are refused.
      """)
  var recolour = false

  @Flag(
    help: """
      Resizes images of another size than the model's (area averages, linear between pixel centres); \
      without it they are refused.
      """)
  var resize = false

  @Option(help: "Background of transparent pictures: R,G,B, one level, black or white.")
  var background = "black"

  func validate() throws {
    if PictureWords.colour(background) == nil {
      throw ValidationError(
        "--background: expected \(PictureWords.colourWords), found '\(background)'")
    }
  }

  func given(_ path: String) -> GivenImages {
    var images = GivenImages(path)
    images.resizes = resize
    images.recolours = recolour
    images.transposes = values.transpose
    images.axes = values.axes.flatMap(PictureWords.axes)
    images.reading = PictureWords.reading(links: folder.links, leavesOut: folder.leaveOut)
    images.background = PictureWords.colour(background)?.map { UInt8(clamping: $0) } ?? [0, 0, 0]
    images.tell = { Terminal.message("tessera: warning: \($0)") }
    return images
  }
}
