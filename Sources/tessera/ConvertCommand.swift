import ArgumentParser
import Foundation
import Models
import Tasks

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turns a model with vae leaves into an exact one with continuous-mixture leaves.",
    discussion: """
      Decoders and sum weights are copied, encoders dropped: each decoder is evaluated at fixed nodes of \
      the prior instead. That can cost log-likelihood, because the codes of the encoder were elsewhere; \
      --fine-tune continues the training. With images, the log-likelihood before, after and after \
      fine-tuning is printed, each with its kind (exact, lowerBound, estimate).

      EXAMPLES
        tessera convert --model vae.h5 --nodes 64 --output mixture.h5
        tessera convert --model Output/quickstart/spn-vae/seed-1/model.h5 \\
          --nodes 64 --images Data/mnist-5k/t10k-images-idx3-ubyte.gz \\
          --likelihood quadrature:15 --output mixture.h5
        tessera convert --model vae.h5 --nodes 100 --rule qmc --images test.idx \\
          --train-images train.idx --fine-tune 2 --output mixture.h5
        tessera convert --model vae.h5 --nodes 64 --data SHARDS \\
          --fine-tune 5 --output mixture.h5
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var pictures: ImageOptions

  @Option(
    help: "Number of nodes; for quantile and gauss-hermite n^latents: 64 = 8^2 for 2 latents.")
  var nodes: Int = 64

  @Option(help: "Rule of the nodes: quantile, gauss-hermite or qmc.")
  var rule = "quantile"

  @Option(help: "Weights of the nodes: fixed, or learned by fine-tuning.")
  var nodeWeights: String = "fixed"

  @Option(help: "The model file to write.")
  var output: String

  @Option(
    help: "A folder of shards: evaluates its test images, fine-tunes on its training images.")
  var data: String?

  @Option(
    help: "Images to evaluate: IDX, a folder of PNGs, or what else tessera ingest reads.")
  var images: String?

  @Option(help: "Images to fine-tune on, as --images.")
  var trainImages: String?

  @Option(help: "Epochs of fine-tuning.")
  var fineTune: Int = 0

  @Option(help: "Adam's rate of fine-tuning.")
  var rate: Double = 0.01

  @Option(help: "Images a batch of fine-tuning.")
  var batch: Int = 128

  @Option(help: "Estimator before the conversion: elbo, elbo-analytic, iwae:S or quadrature:N.")
  var likelihood = LikelihoodChoice.trained.description

  func validate() throws {
    if output == options.model {
      throw ValidationError(
        "--output: expected another file than the model, whose encoders would be lost")
    }
    func require(_ isRight: Bool, _ message: String) throws {
      if !isRight { throw ValidationError(message) }
    }
    try require(
      ModelConversion.rules.contains(rule),
      "--rule: expected \(ModelConversion.rules.joined(separator: ", ")), found '\(rule)'")
    try require(
      ["fixed", "learned"].contains(nodeWeights),
      "--node-weights: expected fixed or learned, found '\(nodeWeights)'")
    try require(
      ModelConversion.nodeCounts.contains(nodes),
      "--nodes: expected 1 to \(ModelConversion.nodeCounts.upperBound), found \(nodes)")
    try require(
      (0...100_000).contains(fineTune), "--fine-tune: expected 0 to 100000, found \(fineTune)")
    try require((1...1_000_000).contains(batch), "--batch: expected 1 to 1000000, found \(batch)")
    try require((1e-8...10).contains(rate), "--rate: expected 1e-8 to 10, found \(rate)")
    try require(
      LikelihoodChoice(likelihood) != nil,
      "--likelihood: expected \(LikelihoodChoice.expectation), found '\(likelihood)'")
    try require(
      data == nil || (images == nil && trainImages == nil),
      "--data has its own images: leave out --images and --train-images")
    try require(
      fineTune == 0 || data != nil || trainImages != nil,
      "--fine-tune needs training images: --data SHARDS or --train-images IDX_OR_FOLDER")
    try require(
      trainImages == nil || fineTune > 0, "--train-images are for --fine-tune: give it epochs")
  }

  mutating func run() throws {
    let conversion = ModelConversion(
      nodes: nodes, rule: rule, learnsWeights: nodeWeights == "learned")
    let sources: ModelConverting.Images =
      if let data { .shards(data) } else {
        .files(numbers: images.map(pictures.given), training: trainImages.map(pictures.given))
      }
    let converting = ModelConverting(
      conversion: conversion, images: sources,
      likelihood: LikelihoodChoice(likelihood) ?? .trained, epochs: fineTune, batch: batch,
      rate: rate, workers: options.workerCount)
    let file = try OutputFile(output).checked(
      apartFrom: [
        ("--model", options.model), ("--images", images), ("--train-images", trainImages),
        ("--data", data),
      ])
    for line in try converting.run(model: options.model, to: file) { Terminal.output(line) }
    Terminal.output(output)
  }
}
