"""Other programs' view of what a run wrote: h5py, PyTables, pandas and pngcheck.

Usage: check_outputs.py OUTPUT_FOLDER CACHE_FOLDER

Every HDF5 file is read whole by h5py; every table in it by PyTables and pandas too, and compared
with the CSV beside it, to the last bit; every PNG goes through pngcheck; every SVG must be XML.
Exits 1 if anything is wrong, or if there was nothing to check.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import tables

MAXIMUM_PNGS_A_CALL = 200


class Report:
    """What was found wrong, and how much was looked at."""

    def __init__(self):
        self.problems = []
        self.counts = {}

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def problem(self, path, text):
        self.problems.append(f"{path}: {text}")

    def guard(self, path, check, *arguments):
        """Runs one check; an exception of a library is a finding about the file, not our end."""
        try:
            check(path, *arguments, self)
        except Exception as error:  # noqa: BLE001
            self.problem(path, f"{check.__name__}: {type(error).__name__}: {error}")


def files(folders, suffix):
    found = set()
    for folder in folders:
        for root, _, names in os.walk(folder):
            found.update(Path(root, name) for name in names if name.endswith(suffix))
    return sorted(found)


def text(array):
    """Fixed-length byte strings as str, so that three libraries' views compare."""
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8")
    if array.dtype.kind == "O":
        return np.array([v.decode("utf-8") if isinstance(v, bytes) else str(v) for v in array])
    return array


def same(left, right):
    left, right = text(np.asarray(left)), text(np.asarray(right))
    if left.shape != right.shape:
        return False
    if left.dtype.kind in "iufb" and right.dtype.kind in "iufb":
        return np.array_equal(left.astype(np.float64), right.astype(np.float64), equal_nan=True)
    return np.array_equal(left.astype(str), right.astype(str))


def read_by_h5py(path, report):
    with h5py.File(path, "r") as file:

        def visit(name, item):
            if not isinstance(item, h5py.Dataset):
                return
            report.count("datasets")
            # A missing source reads as zeros, with success.
            for source in item.virtual_sources() if item.is_virtual else []:
                if source.file_name != "." and not (path.parent / source.file_name).is_file():
                    report.problem(path, f"{name}: virtual source {source.file_name} is missing")
            item[()]

        file.visititems(visit)
    report.count("HDF5 files")


def read_tables(path, report):
    with tables.open_file(str(path), "r") as file:
        found = [node for node in file.walk_nodes("/", "Table")]
        rows = {node._v_pathname: node.read() for node in found}
    with h5py.File(path, "r") as file:
        # PyTables shows compound datasets without the convention's attributes too, with a
        # warning; by h5py we see which claim to be tables.
        claimed = []
        file.visititems(
            lambda name, item: claimed.append("/" + name)
            if item.attrs.get("CLASS", b"") in (b"TABLE", "TABLE")
            else None
        )
        for name in claimed:
            if name not in rows:
                report.problem(path, f"{name} says it is a table; PyTables finds none")
                continue
            check_table(path, name, rows[name], file[name][()], len(claimed), report)


def check_table(path, name, by_pytables, by_h5py, tables_in_file, report):
    by_pandas = pd.read_hdf(path, key=name)
    columns = list(by_h5py.dtype.names)
    if list(by_pytables.dtype.names) != columns or list(by_pandas.columns) != columns:
        report.problem(path, f"{name}: h5py, PyTables and pandas disagree about the columns")
        return
    for column in columns:
        if not same(by_h5py[column], by_pytables[column]):
            report.problem(path, f"{name}.{column}: h5py and PyTables read different values")
        if not same(by_h5py[column], by_pandas[column].to_numpy()):
            report.problem(path, f"{name}.{column}: h5py and pandas read different values")
    report.count("tables")
    compare_with_csv(path, name, by_h5py, tables_in_file, report)


def is_model(path):
    with h5py.File(path) as file:
        return file.attrs.get("format") in ("tessera model", b"tessera model")


def compare_with_csv(path, name, rows, tables_in_file, report):
    if is_model(path):
        return  # its curve ends at the epoch that was kept; the whole one has a file of its own
    table = name.strip("/").replace("/", "-")
    candidates = [path.with_name(f"{table}.csv"), path.with_name(f"{path.stem}-{table}.csv")]
    if tables_in_file == 1:
        candidates.insert(0, path.with_suffix(".csv"))
    csv = next((candidate for candidate in candidates if candidate.is_file()), None)
    if csv is None:
        report.problem(path, f"{name}: no CSV beside it: {', '.join(c.name for c in candidates)}")
        return
    # As text: how pandas turns text into numbers, and empty cells into NaN, is an option.
    read = pd.read_csv(csv, dtype=str, keep_default_na=False)
    if list(read.columns) != list(rows.dtype.names):
        report.problem(csv, f"columns {list(read.columns)}, in {path.name}: {rows.dtype.names}")
        return
    for column in rows.dtype.names:
        values = read[column].to_numpy()
        if rows.dtype[column].kind in "iuf":
            values = np.array([float(cell) if cell else np.nan for cell in values])
        if not same(rows[column], values):
            report.problem(csv, f"column {column} differs from {path.name}:{name}")
    report.count("CSV files")


def check_pngs(paths, report):
    for start in range(0, len(paths), MAXIMUM_PNGS_A_CALL):
        some = [str(path) for path in paths[start : start + MAXIMUM_PNGS_A_CALL]]
        done = subprocess.run(["pngcheck", "-q", *some], capture_output=True, text=True)
        if done.returncode != 0:
            report.problems.append(f"pngcheck: {(done.stdout + done.stderr).strip()}")
    report.count("PNG files", len(paths))


def check_svg(path, report):
    xml.etree.ElementTree.parse(path)
    report.count("SVG files")


def main(folders):
    report = Report()
    for path in files(folders, ".h5"):
        report.guard(path, read_by_h5py)
        report.guard(path, read_tables)
    for path in files(folders, ".svg"):
        report.guard(path, check_svg)
    check_pngs(files(folders, ".png"), report)
    for what in ("HDF5 files", "datasets", "tables", "CSV files", "PNG files"):
        if report.counts.get(what, 0) == 0:
            report.problems.append(f"found no {what} to check in {', '.join(folders)}")
    for problem in report.problems:
        print(f"check_outputs: {problem}", file=sys.stderr)
    print("checked " + ", ".join(f"{count} {what}" for what, count in report.counts.items()))
    return 1 if report.problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
