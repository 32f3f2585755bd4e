import Configuration
import Files
import Testing
import Workflow

struct VariantMistakeTests {
  private func lines(_ yaml: String, _ overrides: String...) throws -> [String] {
    let sandbox = try Sandbox()
    return faultLines {
      let document = try Document(text: yaml, file: "p.yaml")
        .applying(overrides.map { try Override($0) })
      _ = try Pipeline(
        document, catalogue: toys, data: DatasetLookup(folders: [sandbox.path("Data")]))
    }
  }

  @Test func everyMistakeOnceWithItsPlace() throws {
    let found = try lines(
      """
      name: p
      seeds: [1, 2, 1, x]
      sweep: {seed: [1], times: [2, 2.0, a/b, [1]], parts: 3, more: [], bad/name: [1], unused: [1]}
      stages:
        words: {kind: ingest, dataset: toy, use: $more}
        a: {kind: repeat, from: words, times: $time, bogus: 1}
        b: {kind: repeat, from: word, times: $times}
        c: {kind: $times, from: words}
        d: {kind: spread, from: a, parts: $zzz}
        e: {kind: report, one: words, note: [$times]}
      """)
    #expect(
      found == [
        "p.yaml:2:15: '1' is twice among the seeds",
        "p.yaml:2:18: expected an integer of at least 0 among the seeds, found 'x'",
        "p.yaml:3:9: 'seed' cannot name an axis of the sweep: write seeds: [1, 2] beside it",
        "p.yaml:3:31: '2.0' is twice among axis 'times'",
        "p.yaml:3:36: 'a/b' of axis 'times' cannot be part of a folder's name: expected at "
          + "most 100 letters, digits, '-', '_', '.' and '+'",
        "p.yaml:3:41: expected one value in axis 'times', found a list of 1",
        "p.yaml:3:54: expected a list of values for axis 'parts', found '3'",
        "p.yaml:3:63: expected a list of values for axis 'more', found a list of 0",
        "p.yaml:3:67: 'bad/name' cannot name an axis: expected at most 100 letters, digits, "
          + "'-' and '_', not beginning with '-'",
        "p.yaml:3:82: no stage uses axis 'unused': write '$unused' where its values belong",
        "p.yaml:5:39: unknown key 'use' in stage 'words' (known: kind, dataset)",
        "p.yaml:6:41: unknown axis '$time' in stage 'a'; did you mean '$times'?",
        "p.yaml:6:48: unknown key 'bogus' in stage 'a' (known: kind, from, times, seed, "
          + "control)",
        "p.yaml:7:27: unknown stage 'word', for 'from' of stage 'b'; did you mean 'words'?",
        "p.yaml:8:13: unknown kind '$times' of stage 'c' (known: ingest, repeat, spread, "
          + "count, join, album, fragile, report, meeting, stopwatch, drawing)",
        "p.yaml:9:37: unknown axis '$zzz' in stage 'd' (known: $times, $parts, $more, "
          + "$unused, $seed; quote it if it is a text)",
        "p.yaml:10:39: expected a text for 'note' in stage 'e', found a list of 1",
      ])
  }

  @Test func aMistakeInAVariantIsToldOnce() throws {
    let found = try lines(
      """
      name: p
      seeds: [1, 2]
      sweep: {times: [2, 300]}
      stages:
        words: {kind: ingest, dataset: toy}
        a: {kind: repeat, from: words, times: $times, bogus: 1}
        b: {kind: repeat, from: words, times: x}
        c: {kind: report, from: a, one: b, nothing: 3}
      """)
    #expect(
      found == [
        "p.yaml:3:20: expected an integer from 1 to 100 for 'times' in stage 'a', found '300'",
        "p.yaml:6:49: unknown key 'bogus' in stage 'a' (known: kind, from, times, seed, control)",
        "p.yaml:7:41: expected an integer from 1 to 100 for 'times' in stage 'b', found 'x'",
        "p.yaml:8:38: unknown key 'nothing' in stage 'c' (known: kind, one, from, note, named)",
      ])
  }

  @Test func oneSeedOrMany() throws {
    let both = "a pipeline has either one 'seed' or a list of 'seeds'"
    #expect(
      try lines(seeds.replacingOccurrences(of: "seeds:", with: "seed: 1\nseeds:"))
        == ["p.yaml:3:8: \(both): take one of them out"])
    #expect(
      try lines(seeds, "seed=2")
        == ["--set seed: \(both), and this one has 'seeds': write --set seeds=[N]"])
    #expect(
      try lines(chain, "seeds=[2]")
        == ["--set seeds: \(both), and this one has 'seed': add --set seed= to take it out"])
    #expect(
      try lines(seeds, "seeds=[]")
        == ["--set seeds: seeds of the pipeline: expected at least one seed, such as [1, 2, 3]"]
    )
    #expect(
      try lines(seeds, "seeds=3")
        == ["--set seeds: expected a list for 'seeds' in the pipeline, found '3'"])
  }

  @Test func restrictionsThatCannotBe() throws {
    let found = try lines(
      """
      name: p
      seeds: [1, 2]
      sweep: {times: [2, 3]}
      stages:
        words: {kind: ingest, dataset: toy, only: {seed: 1}}
        a: {kind: repeat, from: words, times: $times, only: {seeds: 1, times: 4}}
        b: {kind: repeat, from: words, only: {seed: 1}}
        c: {kind: repeat, from: words, only: {seed: [2]}}
        d: {kind: report, one: b, from: a, only: 3}
        e: {kind: join, from: [b, c], only: {seed: []}}
        f: {kind: pair, one: b, two: c}
        g: {kind: report, one: b, only: {seed: 2}}
        h: {kind: report, one: g, only: {times: 2}}
      """
    )
    #expect(
      found == [
        "p.yaml:5:46: stage 'words' does not have axis 'seed' (it has no axis), so 'only' "
          + "cannot restrict it",
        "p.yaml:6:56: unknown axis 'seeds' in only of stage 'a'; did you mean 'seed'?",
        "p.yaml:6:73: '4' is no value of axis 'times', in only of stage 'a' (it has 2, 3)",
        "p.yaml:9:44: expected a mapping of axes to values for only of stage 'd', such as "
          + "{seed: 1}, found '3'",
        "p.yaml:10:40: stage 'e' does not have axis 'seed' (it has no axis), so 'only' "
          + "cannot restrict it",
        "p.yaml:10:46: expected a value of axis 'seed' in only of stage 'e', found an empty "
          + "list",
        "p.yaml:11:13: unknown kind 'pair' of stage 'f' (known: ingest, repeat, spread, "
          + "count, join, album, fragile, report, meeting, stopwatch, drawing)",
        "p.yaml:12:3: stage 'g' has no value of axis 'seed' left: what it reads and its "
          + "'only' have none in common",
        "p.yaml:13:36: stage 'h' does not have axis 'times' (it has seed), so 'only' cannot "
          + "restrict it",
      ])
  }

  @Test func aMeasuredResultIsNotReadByOthers() throws {
    let yaml =
      chain + "\n  watch: {kind: stopwatch, from: twice}\n  again: {kind: stopwatch, from: watch}"
    #expect(try lines(yaml) == [])
    #expect(
      try lines(yaml + "\n  late: {kind: drawing, from: watch}\n") == [
        "p.yaml:9:31: 'watch' depends on measured times, and a stage of kind drawing may not, for "
          + "'from' of stage 'late'"
      ])
  }
}
