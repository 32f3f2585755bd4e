import Testing

/// The code against `HouseTable`.
@Suite struct ImportTests {
  let tree: SourceTree
  let manifest: PackageManifest

  init() throws {
    tree = try SourceTree.loaded.get()
    manifest = try PackageManifest()
  }

  @Test func everyTargetIsInTheTable() {
    let ruled = Set(HouseTable.rules.map(\.target))
    #expect(Set(manifest.sources.keys) == ruled, "Package.swift against HouseTable")
    #expect(tree.targets == ruled, "the folders in Sources against HouseTable")
    #expect(ruled.count == HouseTable.rules.count, "one rule a target")
  }

  @Test func filesImportWhatTheTableAllows() {
    #expect(tree.files.count > 50, "the sources were found")
    #expect(tree.files.flatMap(\.imports).count > 50, "imports were recognised")
    for file in tree.files {
      guard let rule = HouseTable.rule(file.target) else { continue }
      for module in file.imports where !rule.ours.contains(module) {
        switch rule.outside[module] {
        case .anywhere?: continue
        case .files(let names)?:
          #expect(
            names.contains(file.name),
            "\(file.path) imports \(module), which is for \(names.sorted()) only")
        case nil:
          Issue.record("\(file.path) imports \(module), which \(file.target) may not")
        }
      }
    }
  }

  @Test func packageDeclaresWhatTheTableAllows() {
    for rule in HouseTable.rules {
      let products = HouseTable.products.intersection(rule.outside.keys)
      let allowed = rule.ours.union(products)
      #expect(
        manifest.sources[rule.target] == allowed,
        "dependencies of \(rule.target) in Package.swift against HouseTable")
    }
  }

  @Test func foreignModulesHaveOneImporter() {
    for (module, owner) in HouseTable.soleImporters {
      let importers = Set(tree.files.filter { $0.imports.contains(module) }.map(\.target))
      #expect(importers.isSubset(of: [owner]), "importers of \(module)")
      let declared = manifest.sources.filter { $0.value.contains(module) }.map(\.key)
      #expect(declared == [owner], "targets that declare \(module)")
    }
    let cModules = manifest.sources.keys.filter { $0.wholeMatch(of: /C[A-Z]\w+/) != nil }
    let owned = Set(HouseTable.soleImporters.keys)
    #expect(owned.isSuperset(of: cModules), "every C module has an owner")
  }
}

/// Words that the house does without.
@Suite struct WordTests {
  @Test func onlyCommandsPrint() throws {
    let printing = try lines { line, file in
      !HouseTable.printers.contains(file.target) && line.contains("(")
        && line.contains(/(^|[^\w.])(debugPrint|print|dump|puts|NSLog)\(/)
    }
    #expect(printing.isEmpty)
  }

  @Test func nothingDiesOnInput() throws {
    let deadly = try lines { line, _ in
      ["try!", " as!", "fatalError("].contains { line.contains($0) }
    }
    #expect(deadly.isEmpty)
  }

  /// The standard conversion ends the process where a number does not fit; `init(bounded:)` and
  /// `greyLevel` take the nearest that does. The benchmark rounds times of its own alone.
  @Test func realNumbersBecomeIntegersWithinBounds() throws {
    let unbounded = /\bU?Int\d*\((?!bounded:|exactly:)[^:]*\.rounded\(|clamping: U?Int\d*\(/
    let lines = try lines { line, file in
      file.name != "GreyLevel.swift" && file.target != "benchmark" && line.contains(unbounded)
    }
    #expect(lines.isEmpty)
  }

  /// Where such lines stand, as `path:number`.
  private func lines(where isBad: (Substring, SourceTree.File) -> Bool) throws -> [String] {
    let files = try SourceTree.loaded.get().files
    #expect(files.count > 50, "the sources were found")
    return files.flatMap { file in
      file.code.enumerated().filter { isBad($0.element, file) }
        .map { "\(file.path):\($0.offset + 1)" }
    }
  }

  /// What the tests above would miss if the reading of code were wrong.
  @Test func commentsAndStringsAreNotCode() {
    let text = """
      import A; @preconcurrency import B  // import C
      package import struct D.E
      let s = "import F \\" print(1)" /* try!
      try! */ + 1
      """
    let file = SourceTree.File(
      target: "T", name: "t", path: "t", code: SourceTree.code(of: text))
    #expect(file.imports == ["A", "B", "D"])
    #expect(file.code.count == 4)
    #expect(!file.code.joined().contains("print"))
    #expect(!file.code.joined().contains("try!"))
  }

  @Test func manifestIsReadRight() throws {
    let manifest = try PackageManifest(
      text: """
        let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
        .systemLibrary(name: "CX", pkgConfig: "x"),
        .target(name: "CY", linkerSettings: [.linkedLibrary("y")]),
        module("A", ["CX", yams, other]),
        .executableTarget(name: "b", dependencies: ["A"], swiftSettings: []),
        .target(name: "F", dependencies: ["A"], path: "Tests/F"), tests("ATests", ["A"]),
        """)
    let expected: [String: Set<String>] = [
      "CX": [], "CY": [], "A": ["CX", "Yams", "?other"], "b": ["A"],
    ]
    #expect(manifest.sources == expected)
    #expect(manifest.tests == ["F", "ATests"])
  }
}
