import CCrypto
import Foundation

/// SHA-256 digests as 64 lower-case hexadecimal digits.
package enum SHA256 {
  package static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    let digest = RunningDigest()
    digest.update(bytes)
    return digest.finish()
  }

  package static func hex(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { hex(of: $0) }
  }

  /// Of the text's UTF-8.
  package static func hex(of text: String) -> String {
    hex(of: Array(text.utf8))
  }

  /// Of pieces one after another, which `tell` passes to its argument.
  package static func hex(
    ofPieces tell: (_ update: (UnsafeRawBufferPointer) -> Void) throws -> Void
  ) rethrows -> String {
    let digest = RunningDigest()
    try tell { digest.update($0) }
    return digest.finish()
  }

  /// Of a regular file's content, read 1 MiB at a time. Throws as `FileBytes.read` does.
  package static func hex(
    ofFile path: String, for operation: FileOperation = .read
  ) throws -> String {
    let digest = RunningDigest()
    try digest.update(file: path, for: operation)
    return digest.finish()
  }

  /// Of the next `count` bytes of a file, or of fewer at its end. Throws `FileFault` (74).
  static func hex(of file: FileReader, first count: Int) throws -> String {
    let digest = RunningDigest()
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { block.deallocate() }
    var left = count
    while left > 0 {
      let read = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: block[..<min(left, block.count)]))
      if read == 0 { break }
      digest.update(UnsafeRawBufferPointer(rebasing: block[..<read]))
      left -= read
    }
    return digest.finish()
  }
}

/// libcrypto's context. Its calls fail only without memory or without SHA-256: no input does it.
struct RunningDigest: ~Copyable {
  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { preconditionFailure("libcrypto offers no SHA-256") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1)
  }

  /// Adds a regular file's content, read 1 MiB at a time.
  func update(file path: String, for operation: FileOperation) throws {
    let file = try Descriptor.forReading(path, for: operation)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { block.deallocate() }
    while true {
      let count = try file.read(into: block)
      update(UnsafeRawBufferPointer(rebasing: block[..<count]))
      if count < block.count { return }
    }
  }

  /// The digest of what was added so far; more may follow.
  var current: String {
    guard let copy = EVP_MD_CTX_new(), EVP_MD_CTX_copy_ex(copy, context) == 1
    else { preconditionFailure("libcrypto copies no context") }
    defer { EVP_MD_CTX_free(copy) }
    return Self.digits(of: copy)
  }

  func finish() -> String { Self.digits(of: context) }

  private static func digits(of context: OpaquePointer) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
