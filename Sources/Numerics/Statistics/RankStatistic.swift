/// The area under the receiver operating characteristic: the probability that a score of the one set
/// is above a score of the other, ties counting half (Mann & Whitney 1947). 0.5 is chance.
///
/// - Returns: NaN where a set is empty or holds a NaN.
package func areaUnderROC(positives: [Double], negatives: [Double]) -> Double {
  guard !positives.isEmpty, !negatives.isEmpty,
    !positives.contains(where: \.isNaN), !negatives.contains(where: \.isNaN)
  else { return .nan }
  let all = (positives.map { ($0, true) } + negatives.map { ($0, false) })
    .sorted { $0.0 < $1.0 }
  var rankSum = 0.0
  var start = 0
  while start < all.count {
    var end = start
    while end < all.count, all[end].0 == all[start].0 { end += 1 }
    // Ranks start+1...end, shared by all that tie.
    let rank = Double(start + 1 + end) / 2
    rankSum += rank * Double(all[start..<end].count { $0.1 })
    start = end
  }
  let (n, m) = (Double(positives.count), Double(negatives.count))
  return (rankSum - n * (n + 1) / 2) / (n * m)
}
