"""The only list of what is known not to hold yet. The summary prints each entry that a point needed, with its count;
`--strict` excuses none. An entry goes when its fault is mended."""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    check: str  # a regular expression for the check: faults, kills, signals, pairs, flips or mutants
    point: str  # for the point
    problem: str  # for every problem of the point
    reason: str

    def covers(self, check, point, problems):
        return (re.fullmatch(self.check, check) is not None and re.search(self.point, str(point)) is not None
                and all(re.search(self.problem, problem) for problem in problems))


KNOWN = [
    Known("faults", r"(open|read|stat) [0-9]+\+? ", r"^exit code (65|66|70), expected",
          "a failing read or open under HDF5 is told as damaged data, not as a failing disk"),
    Known("faults", r" write [0-9]+ SHORT", r"^exit code 73, expected 74 \[pwrite cache/\S*lock",
          "a short write of the holder's name into a lock file ends the run, and with 73"),
    Known("faults|kills", r"^(over|again) (unlink|open)", r"litter: (cache|output)/\S*(\.tessera-probe|\.publishing|\.lock)",
          "a lock file, the file that tries whether a folder can be written to, and an empty folder of a publication stay "
          "behind where removing them failed"),
    Known("kills", r"^(over|again) ", r"litter: cache/([0-9a-f]{64}\.lock|\.hashes\.json\S*\.partial)|litter: output/\S*\.publishing",
          "lock files, empty folders and the memory's temporary file stay behind after a kill"),
    Known("faults|kills|signals", r"^ingest ", r"(lost|litter|missing): data/archive",
          "ingest removes the older shards before the new ones have their place, and does not clear what a killed one left"),
    Known("flips", r"^rot ", r"^wrong success, (differs|untrue): output/",
          "a copy of a result to output is not compared with its hash"),
    Known("flips", r"^inspect ", r"^believed: exit 0",
          "inspect reads HDF5 files of ours, and some records, without a digest"),
    Known("flips", r"^disk \S*(timings\.|run\.json)", r"not noticed|untrue", "timings and run.json have no digest"),
]
