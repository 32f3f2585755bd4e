/// Several passes over the same images as one count from beginning to end.
struct PassCount {
  let passes: Int
  let images: Int

  var total: Int { passes * images }

  /// Images of all passes that are done, where `done` are of one pass, after `pass` others.
  func done(_ done: Int, ofPass pass: Int) -> Int { pass * images + done }
}
