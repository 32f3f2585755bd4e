/// An event of a run; the command decides how it is shown. A stage is named
/// with its variant, and events of several stages may come from several threads.
package enum ProgressEvent: Hashable, Sendable {
  /// `reason`: why the stage was not found in the cache.
  case stageStarted(stage: String, kind: String, reason: String)
  case progress(stage: String, completed: Int, total: Int, unit: String, detail: String)
  case note(stage: String, text: String)
  case warning(stage: String, text: String)
  /// `failure`: the reason, where the result is that of a stage that failed.
  case stageCached(stage: String, failure: String? = nil)
  case stageFinished(stage: String, seconds: Double, failure: String? = nil)
  /// Published files that were missing or edited, and were written again.
  case stageRestored(stage: String, files: [String])
}
