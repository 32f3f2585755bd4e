import ArgumentParser

/// What commands on anybody's images have in common.
struct SizeOptions: ParsableArguments {
  @Flag(
    help: """
      Resizes images of another size than the model's (area averages, linear between pixel centres); \
      without it they are refused.
      """)
  var resize = false
}
