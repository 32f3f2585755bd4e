import Numerics

extension ImagePart {
  /// The same images in another size; see `ImageResizing`.
  package func resized(toHeight: Int, toWidth: Int, workers: ForkJoin) -> ImagePart {
    let resizing = ImageResizing(
      height: height, width: width, channels: shape.channels, toHeight: toHeight,
      toWidth: toWidth)
    let new = ImageShape(height: toHeight, width: toWidth, channels: shape.channels)
    let (size, newSize) = (shape.valueCount, new.valueCount)
    let resized = [UInt8](unsafeUninitializedCapacity: count * newSize) { output, written in
      pixels.withUnsafeBufferPointer { pixels in
        guard let from = pixels.baseAddress, let to = output.baseAddress else { return }
        // Each piece writes its own image alone.
        nonisolated(unsafe) let (source, target) = (from, to)
        workers.run(pieces: count) { image, _ in
          resizing.resize(source + image * size, into: target + image * newSize)
        }
      }
      written = count * newSize
    }
    return ImagePart(count: count, shape: new, pixels: resized, labels: labels)
  }
}
