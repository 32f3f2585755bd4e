import Configuration
import Files
import Storage

extension ImageArchive {
  /// Bytes of images in memory at a time, about.
  private static let blockBytes = 1 << 24

  /// Reads a source in blocks and writes it, completely or not at all. `progress` is called with (images read, of how
  /// many) after each block; what it throws ends the writing.
  ///
  /// Returns remarks about the images for the user, a line each.
  ///
  /// Throws the source's faults, `FileFault` and `StorageFault`, and `DatasetFault` (65) when the parts'
  /// image sizes differ.
  @discardableResult
  package static func write(
    _ source: some ImageSource, name: String, to path: String,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> [String] {
    let parts = try source.partNames.map { (name: $0, reader: try source.reader($0)) }
      .filter { $0.reader.count > 0 }
    guard let shape = parts.first?.reader.shape else { preconditionFailure("a part at least") }
    for part in parts where part.reader.shape != shape {
      throw DatasetFault.imageSizesDiffer(
        path: "part \(part.name)", expected: shape.sizes, found: part.reader.shape.sizes)
    }
    var levels = LevelTally(shape)
    var tally = PictureTally()
    let total = parts.map(\.reader.count).reduce(0, +)
    let labels = try parts.map { try $0.reader.labels() }
    let numbering = ClassNumbering(labels: labels, names: source.classNames)
    try HDF5File.writeAtomically(to: path) { file in
      var done = 0
      for (part, labels) in zip(parts, labels) {
        let before = done
        try write(part.reader, part.name, file, levels: &levels) {
          try progress(before + $0, total)
        }
        if let labels { try file.write("/\(part.name)/labels", numbering.classes(of: labels)) }
        done += part.reader.count
        tally += part.reader.tally
      }
      let preparation = try source.preparation().merging(tally.record) { _, own in own }
      try describe(shape, name: name, preparation: preparation, file)
      try file.write("/classNames", strings: numbering.names)
      let sources = try SourceFile.all(source.files)
      try file.write("/sources/names", strings: sources.map(\.name))
      try file.write("/sources/sha256", strings: sources.map(\.sha256))
    }
    return tally.notes + levels.warnings(tally)
  }

  private static func describe(
    _ shape: ImageShape, name: String, preparation: [String: String], _ file: HDF5File
  ) throws {
    try file.setAttribute("/", "format", .string(format))
    try file.setAttribute("/", "version", .integer(version(channels: shape.channels)))
    try file.setAttribute("/", "name", .string(name))
    try file.setAttribute("/", "height", .integer(shape.height))
    try file.setAttribute("/", "width", .integer(shape.width))
    if shape.channels != 1 {
      try file.setAttribute("/", "channels", .integer(shape.channels))
    }
    if !preparation.isEmpty {
      let words = ResolvedValue.mapping(preparation.mapValues(ResolvedValue.string))
      try file.setAttribute("/", "preparation", .string(words.canonicalText))
    }
  }

  private static func write(
    _ reader: any ImageReader, _ name: String, _ file: HDF5File,
    levels: inout LevelTally, progress: (Int) throws -> Void
  ) throws {
    let (count, values) = (reader.count, reader.shape.valueCount)
    let chunk = samplesPerChunk(pixels: values)
    let images = try file.createDataset(
      "/\(name)/images", of: UInt8.self, shape: [count] + reader.shape.sizes,
      layout: .chunked([chunk] + reader.shape.sizes, gzip: 1))
    let block = max(1, blockBytes / (chunk * values)) * chunk
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(block, count) * values, alignment: 64)
    defer { memory.deallocate() }
    for first in stride(from: 0, to: count, by: block) {
      let own = first..<min(count, first + block)
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[..<(own.count * values)])
      try reader.read(into: place)
      nonisolated(unsafe) let read = UnsafeRawBufferPointer(place)
      levels.add(read)
      try images.writeRowsInParallel(own) { rows, output in
        let start = (rows.lowerBound - first) * values
        output.copyMemory(from: .init(rebasing: read[start..<start + rows.count * values]))
      }
      try progress(own.upperBound)
    }
  }
}
