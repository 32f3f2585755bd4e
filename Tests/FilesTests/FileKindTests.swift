import Files
import Testing

struct FileKindTests {
  private static let starts: [([UInt8], String)] = [
    ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8), "a JPEG picture"),
    (Array("GIF89a".utf8), "a GIF picture"), (Array("BM6".utf8), "a BMP picture"),
    ([0x49, 0x49, 42, 0, 8, 0, 0, 0], "a TIFF picture"),
    ([0x4D, 0x4D, 0, 42, 0, 0, 0, 8], "a TIFF picture"),
    (Array("RIFF".utf8) + [1, 2, 3, 4] + Array("WEBPVP8 ".utf8), "a WebP picture"),
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG picture"),
    ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file"),
    (Array("MATLAB 5.0 MAT-file, Platform".utf8), "a MATLAB file of version 5"),
    (Array("PK\u{3}\u{4}".utf8), "a ZIP archive"), ([0x1F, 0x8B, 8], "a gzip file"),
    (Array("<html><body>".utf8), "a web page"),
    (Array("label,pixel0,pixel1\r\n5,0,255\r\n".utf8), "a text file"),
  ]

  @Test(arguments: starts) func firstBytesTell(start: [UInt8], name: String) {
    #expect(FileKind(start)?.name == name)
  }

  @Test func whatIsUnknownOrShortIsNothing() {
    for start in [[], [0, 0, 8, 3], Array("RIFF1234WAVE".utf8), [0xFF, 0xD8]] {
      #expect(FileKind(start) == nil, "\(start)")
    }
  }
}
