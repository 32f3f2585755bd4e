import Circuits
import Configuration
import Datasets
import Workflow

/// What may stand behind keys that are of images.
extension Catalogues {
  static var sources: Catalogue<any ImageFormat> { ImageFormats.catalogue }
  static var binarisations: Catalogue<BinarisationView> { BinarisationView.catalogue }
}

extension StageCatalogue {
  /// Every stage of tessera.
  package static let tessera = StageCatalogue(
    [
      IngestStage.self, PartitionStage.self, SplitStage.self, ShardsStage.self,
      MutualInformationStage.self, TrainStage.self,
      LoadModelStage.self, EvaluateStage.self, EvaluateEpochsStage.self, QuestionsStage.self,
      CertifyStage.self, AverageStage.self, EnsembleStage.self,
      ConvertStage.self, InpaintStage.self, AnomalyStage.self, CompletionBaselinesStage.self,
      // Pictures and figures.
      SampleStage.self, ImagesStage.self, ReconstructStage.self, FilmStripStage.self,
      CurveStage.self, CurvesStage.self, CurvesBySecondStage.self, BuildingBlocksStage.self,
      CutsStage.self, NodesStage.self, CompareStage.self, AnswersStage.self, ClaimsStage.self,
      EfficiencyStage.self, LikelihoodByParametersStage.self, LikelihoodBySecondStage.self,
      LikelihoodHistogramStage.self, PosterStage.self,
      // What marginals that are exact keep.
      LeafMassStage.self, MarginalErrorStage.self, ConditionalFrequenciesStage.self,
      MarginalCostStage.self, MonteCarloStage.self, InpaintingErrorStage.self,
    ], inputRule: InputAgreement.check)
}
