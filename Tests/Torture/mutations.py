"""Seeded damage to files: a few changes of bytes, of which some stay within what checksums cover."""
import gzip
import random
import re
import struct
import zlib

from images import chunk

NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 62, 1 << 63, (1 << 64) - 1,
           # As floats: infinities, the largest, NaN, the smallest; 1e308 as a double.
           0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x7FC00000, 0x7FE1CCF385EBC8A0, 0x7FF0000000000000]
# What a number of a pipeline or record may be instead.
ODD = ["0", "-1", "1", "2", "3", "7", "64", "255", "256", "65535", "65536", "1000000", "2147483647", "2147483648",
       "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "1e309", "-1e309",
       ".inf", "-.inf", ".nan", "0.5", "-0.0", "1e-320", "0x10", "0o17", "1_000", "''", "~", "[]", "{}"]


def bytes_of(data, dice, keep=0):
    """One to four changes of the bytes after the first `keep`: flips, numbers, cuts, repetitions, removals."""
    data = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 4])):
        if len(data) <= keep:
            break
        at, way = dice.randrange(keep, len(data)), dice.randrange(7)
        if way == 0:
            data[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            data[at] = dice.randrange(256)
        elif way in (2, 3):
            size, order = dice.choice([2, 4, 8]), dice.choice("<>")
            number = dice.choice(NUMBERS) & ((1 << 8 * size) - 1)
            data[at : at + size] = struct.pack(order + {2: "H", 4: "I", 8: "Q"}[size], number)[: max(1, len(data) - at)]
        elif way == 4:
            del data[at:]
        elif way == 5:
            length = dice.randrange(1, 64)
            data[at:at] = data[at : at + length] * dice.choice([1, 1, 2, 50])
        else:
            del data[at : at + dice.randrange(1, 64)]
    return bytes(data)


def png(data, dice):
    """Every second mutant has right checksums, so that the damage reaches what is behind them."""
    if dice.randrange(2):
        return bytes_of(data, dice)
    chunks, at = [], 8
    while at + 8 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks.append([data[at + 4 : at + 8], data[at + 8 : at + 8 + length]])
        at += 12 + length
    chosen, way = dice.choice(chunks), dice.randrange(6)
    if way == 0:
        chunks.append(chunks.pop(dice.randrange(len(chunks))))
    elif way == 1:
        chunks.insert(dice.randrange(len(chunks)), list(chosen))
    elif way == 2:
        chosen[0] = bytes(dice.choice([b"PLTE", b"tRNS", b"gAMA", b"zTXt", b"iCCP", b"eXIf", b"IDAT", b"aBCd"]))
    elif way == 3 and chosen[0] == b"IDAT":
        chosen[1] = zlib.compress(bytes_of(zlib.decompress(chosen[1]), dice))
    else:
        chosen[1] = bytes_of(chosen[1], dice) if chosen[1] else bytes([dice.randrange(256)]) * dice.randrange(40)
    return data[:8] + b"".join(chunk(kind, body) for kind, body in chunks)


def packed_idx(data, dice):
    """Of the gzip file itself, or of the IDX within."""
    if dice.randrange(2):
        return bytes_of(data, dice)
    return gzip.compress(bytes_of(gzip.decompress(data), dice), 1, mtime=0)


def text(data, dice):
    """YAML or JSON: lines, words and numbers moved, repeated, removed or replaced; at times mere bytes."""
    source = data.decode()
    for _ in range(dice.choice([1, 1, 2, 3])):
        words = list(re.finditer(r"[A-Za-z0-9_.$-]+", source))
        lines = source.splitlines(keepends=True)
        way = dice.randrange(8)
        if way == 0 and lines:
            del lines[dice.randrange(len(lines))]
            source = "".join(lines)
        elif way == 1 and lines:
            lines.insert(dice.randrange(len(lines)), dice.choice(lines))
            source = "".join(lines)
        elif way in (2, 3, 4) and words:
            word = dice.choice(words)
            numbers = [found for found in words if re.fullmatch(r"-?[0-9.]+", found.group())]
            if way == 2 and numbers:
                word, new = dice.choice(numbers), dice.choice(ODD)
            else:
                new = dice.choice(ODD) if way == 3 else dice.choice(words).group()
            source = source[: word.start()] + new + source[word.end() :]
        elif way == 5:
            at = dice.randrange(len(source) + 1)
            source = source[:at] + dice.choice(["{", "}", "[", "]", ":", ",", "- ", "&a ", "*a ", "!!int ", "'", '"', "\t",
                                                "\0", "\x1b[2J", "\u2028", "\ufffe", "\U0001f600", "<<: ", "? ", "| ", "%"]
                                               ) * dice.choice([1, 1, 1, 3000]) + source[at:]
        elif way == 6:
            source = source[: dice.randrange(len(source) + 1)]
        else:
            return bytes_of(source.encode(errors="surrogatepass"), dice)
    return source.encode(errors="surrogatepass")


def dice_for(*parts):
    return random.Random(" ".join(map(str, parts)))
