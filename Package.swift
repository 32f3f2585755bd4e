// swift-tools-version: 6.2
import Foundation
import PackageDescription

// A plain `swift build -c release` is the fast build: AVX2 and FMA for every Swift target of ours.
// All of them, because the linker keeps one copy of a helper that two modules emit. Square roots of
// vectors are one instruction only if nobody wants errno of negative ones.
// TESSERA_PORTABLE=1 (with a --scratch-path of its own) builds for any x86-64 instead.
#if arch(x86_64)
  let portable = ProcessInfo.processInfo.environment["TESSERA_PORTABLE"] == "1"
#else
  let portable = true
#endif

let optimised: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]
  + (portable ? [] : [.unsafeFlags(["-Xcc", "-march=x86-64-v3", "-Xcc", "-fno-math-errno"])])

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: optimised)
}

/// The tests call optimised modules; optimising themselves would take twice as long to compile and save
/// nothing.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude,
    swiftSettings: optimised + [.unsafeFlags(["-Onone"])])
}

let package = Package(
  name: "tessera",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Level 0: C libraries, behind module maps and thin shims.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CBLAS", pkgConfig: "openblas"),
    .target(name: "CSystem"),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(
      name: "CProcessor", cSettings: portable ? [] : [.define("TESSERA_REQUIRES_AVX2")]),

    // Level 0: what knows no domain.
    module("Numerics", ["CProcessor", "CBLAS"]),
    module("Configuration", [yams]),
    module("Files", ["Configuration", "CZlib", "CDeflate", "CCrypto", "CSystem", "CPNG"]),

    // Level 1.
    module("Circuits", ["Numerics", "Configuration"]),
    module("Storage", ["Configuration", "Files", "CHDF5"]),
    module("Workflow", ["Configuration", "Files"]),

    // Level 2.
    module("Datasets", ["Storage", "Numerics", "Configuration", "Files"]),

    // Level 3: models over images; figures take plain numbers.
    module(
      "Models", ["Circuits", "Datasets", "Storage", "Numerics", "Configuration", "Files"]),
    module("Reports", ["Numerics", "Configuration", "Files"]),

    // Level 4: what a user asks for, as work, stage and table. Level 5: the command.
    module(
      "Tasks",
      [
        "Numerics", "Configuration", "Files", "Circuits", "Storage", "Workflow", "Datasets",
        "Models", "Reports",
      ]),
    .executableTarget(
      name: "tessera",
      dependencies: ["Tasks", "Models", "Workflow", "Configuration", "Files", argumentParser],
      swiftSettings: optimised),

    // `make bench`: speed, measured apart from the tests.
    .executableTarget(
      name: "benchmark",
      dependencies: ["Numerics", "Circuits", "Files", "Datasets"],
      swiftSettings: optimised),

    // What several test targets use.
    .target(
      name: "TestSupport",
      dependencies: ["Circuits", "Storage", "Numerics", "Configuration", "Files"],
      path: "Tests/TestSupport", swiftSettings: optimised),
    tests("NumericsTests", ["Numerics"]),
    tests("ConfigurationTests", ["Configuration"]),
    tests("FilesTests", ["TestSupport", "Files", "Configuration"]),
    tests("CircuitsTests", ["TestSupport", "Circuits", "Numerics", "Configuration"]),
    tests("StorageTests", ["TestSupport", "Storage", "Files", "Configuration"]),
    tests("WorkflowTests", ["Workflow", "Configuration", "Files"]),
    tests(
      "DatasetsTests",
      ["TestSupport", "Datasets", "Storage", "Numerics", "Files", "Configuration"]),
    tests(
      "ModelsTests",
      [
        "TestSupport", "Models", "Circuits", "Datasets", "Storage", "Numerics", "Configuration",
        "Files",
      ], exclude: ["Fixtures"]),
    tests("ReportsTests", ["Reports", "Numerics", "Files", "Configuration"]),
    tests(
      "TasksTests",
      [
        "TestSupport", "Tasks", "Models", "Workflow", "Configuration", "Files", "Datasets",
        "Storage", "Circuits", "Numerics",
      ]),
    tests("BenchmarkTests", ["benchmark"]),
    tests("HouseTests", []),
  ]
)
