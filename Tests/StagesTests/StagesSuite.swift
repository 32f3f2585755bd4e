import Testing

/// All suites of the stages and the command, one after the other: libhdf5 is one a process, and
/// the children share two cores.
@Suite(.serialized) struct StagesSuite {}
