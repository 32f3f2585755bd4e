// Rows are read and written a `Lanes` at a time; all of them are aligned to 64 bytes.
@inlinable
@inline(__always)
package func load(_ row: UnsafePointer<Float>, _ image: Int) -> Lanes {
  UnsafeRawPointer(row + image).load(as: Lanes.self)
}

@inlinable
@inline(__always)
package func load(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> Lanes {
  UnsafeRawPointer(row + image).load(as: Lanes.self)
}

@inlinable
@inline(__always)
package func loadExponent(_ row: UnsafeMutablePointer<Float>, _ image: Int) -> IntegerLanes {
  UnsafeRawPointer(row + image).load(as: IntegerLanes.self)
}

@inlinable
@inline(__always)
package func store(_ lanes: Lanes, _ row: UnsafeMutablePointer<Float>, _ image: Int) {
  UnsafeMutableRawPointer(row + image).storeBytes(of: lanes, as: Lanes.self)
}

@inlinable
@inline(__always)
package func storeExponent(
  _ exponent: IntegerLanes, _ row: UnsafeMutablePointer<Float>, _ image: Int
) {
  UnsafeMutableRawPointer(row + image).storeBytes(of: exponent, as: IntegerLanes.self)
}
