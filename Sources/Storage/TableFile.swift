import CHDF5

extension HDF5File {
  /// Writes a table by the H5TB convention: h5py, PyTables and `pandas.read_hdf` open it.
  ///
  /// By hand, because the library's own `H5TBmake_table` embeds the time.
  package func write(_ name: String, table: Table) throws {
    try HDF5Queue.perform {
      try createParents(of: name)
      let place = place(name)
      let records = TableRecords(table.columns)
      let type = records.type()
      let creation = HDF5Temporary.properties(tessera_h5p_dataset_create())
      try place.check(H5Pset_obj_track_times(creation.id, false), .create)
      let chunk = [hsize_t(max(1, min(table.rows, 65536 / max(1, records.rowSize) + 1)))]
      try place.check(H5Pset_chunk(creation.id, 1, chunk), .create)
      let space = HDF5Temporary.space([table.rows], extendible: true)
      let none = tessera_h5p_default()
      let id = H5Dcreate2(self.id, name, type.id, space.id, none, creation.id, none)
      try place.with(id, .create, close: H5Dclose) { dataset in
        guard table.rows > 0 else { return }
        let all = tessera_h5s_all()
        try place.check(H5Dwrite(dataset, type.id, all, all, none, records.encode()), .write)
      }
      try setAttribute(name, "CLASS", .string("TABLE"))
      try setAttribute(name, "VERSION", .string("3.0"))
      try setAttribute(name, "TITLE", .string(table.title))
      for (index, column) in table.columns.enumerated() {
        try setAttribute(name, "FIELD_\(index)_NAME", .string(column.name))
        if let unit = column.unit {
          try setAttribute(name, "FIELD_\(index)_UNITS", .string(unit))
        }
      }
    }
  }

  /// Reads a table back. Throws `StorageFault` (65) for anything but columns of f8, i8 and
  /// fixed-length strings.
  package func table(_ name: String) throws -> Table {
    try HDF5Queue.perform {
      let place = place(name)
      let none = tessera_h5p_default()
      return try place.with(H5Dopen2(id, name, none), .read, close: H5Dclose) { dataset in
        let shape = try shape(of: dataset, place)
        guard shape.count == 1 else { throw place.fault("expected a table of one axis") }
        let columns = try place.with(H5Dget_type(dataset), .read, close: H5Tclose) { type in
          try readColumns(dataset, type, rows: shape[0], place)
        }
        return Table(title: try string(name, "TITLE"), columns: columns)
      }
    }
  }

  private func readColumns(
    _ dataset: hid_t, _ type: hid_t, rows: Int, _ place: HDF5Place
  ) throws -> [TableColumn] {
    guard H5Tget_class(type) == H5T_COMPOUND else { throw place.fault("expected a table") }
    let stride = H5Tget_size(type)
    try requirePlausible([rows], stride, place)
    var bytes = [UInt8](repeating: 0, count: rows * stride)
    let all = tessera_h5s_all()
    if rows > 0 {
      try place.check(H5Dread(dataset, type, all, all, tessera_h5p_default(), &bytes), .read)
    }
    var columns: [TableColumn] = []
    for index in 0..<UInt32(max(0, H5Tget_nmembers(type))) {
      let kind = H5Tget_member_class(type, index)
      let offset = H5Tget_member_offset(type, index)
      let size = try place.with(
        H5Tget_member_type(type, index), .read, close: H5Tclose
      ) { member in
        let isKnown =
          H5Tequal(member, Double.hdf5Type()) > 0 || H5Tequal(member, Int64.hdf5Type()) > 0
          || kind == H5T_STRING && H5Tis_variable_str(member) == 0
        guard isKnown else { throw place.fault("column \(index): expected f8, i8 or string") }
        return H5Tget_size(member)
      }
      let values = TableRecords.decode(
        bytes, rows: rows, stride: stride, offset: offset, size: size, kind: kind)
      let units = "FIELD_\(index)_UNITS"
      let unit = try hasAttribute(place.object, units) ? string(place.object, units) : nil
      let name = try string(place.object, "FIELD_\(index)_NAME")
      guard !columns.contains(where: { $0.name == name }) else {
        throw place.fault("two columns named \(name)")
      }
      columns.append(TableColumn(name, unit: unit, values))
    }
    guard !columns.isEmpty else { throw place.fault("a table without columns") }
    return columns
  }
}
