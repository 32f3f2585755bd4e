import Testing

// Two lines of suites, one for each core: the tests of a line follow one another, since their
// programs take two workers each.

/// The suites of models, stages and pipelines.
@Suite(.serialized) struct StagesSuite {}

/// The suites of the command.
@Suite(.serialized) struct CommandSuite {}
