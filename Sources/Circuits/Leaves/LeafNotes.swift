/// What a leaf region notes of images, one after the other.
package struct LeafNotes {
  /// The first image's.
  package let start: UnsafeMutableRawPointer
  /// Bytes from one image's to the next's, a multiple of 64: of a leaf within another one more than its
  /// own.
  package let stride: Int
  package let images: Int

  package init(start: UnsafeMutableRawPointer, stride: Int, images: Int) {
    self.start = start
    self.stride = stride
    self.images = images
  }

  /// The part of each image's note that lies so many bytes behind its start.
  package func part(at offset: Int) -> LeafNotes {
    LeafNotes(start: start + offset, stride: stride, images: images)
  }
}
