"""Makes pyarrow.arrows, a stream as pyarrow writes it, and arrow.json: more such streams (in base64), and the columns that
pyarrow reads back from those that the service must read too.

Run as: python3 -m venv .venv && .venv/bin/pip install pyarrow==26.0.1 && .venv/bin/python test/http/golden/arrow.py
"""
import base64
import json
import pathlib

import pyarrow as pa

FOLDER = pathlib.Path(__file__).parent
REWARDS = [1.5, -0.25, 1e-300, 0.1]
CHARS = [12, 0, 2**53 - 1, 7]


def stream(table, max_chunksize=None, new=pa.ipc.new_stream, **options):
    sink = pa.BufferOutputStream()
    with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=max_chunksize)
    return sink.getvalue().to_pybytes()


def with_column(name, values):
    return stream(pa.table({"rewards": REWARDS, name: values}))


def batches():
    """Batches of two, none and two rows, each with a dictionary of its own."""
    groups = pa.dictionary(pa.int8(), pa.string())
    schema = pa.schema([("groups", groups), ("rewards", pa.float64()), ("chars", pa.uint16())])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for rows in (slice(0, 2), slice(2, 2), slice(2, 4)):
            groups_of_rows = pa.array(["p1", "p2", "p3", "p3"][rows]).dictionary_encode().cast(groups)
            columns = [groups_of_rows, pa.array(REWARDS[rows]), pa.array([1, 65535, 3, 4][rows], pa.uint16())]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return sink.getvalue().to_pybytes()


def types():
    columns = {
        "rewards": pa.array([0.1, -3.4e38, 1e-45], pa.float32()),
        "double": pa.array([0.1, -1.7e308, -0.0], pa.float64()),
        "half": pa.array([65504.0, 2.0**-24, -0.0], pa.float16()),
        "another_half": pa.array([1 / 3, -1.5, 6.1e-5], pa.float16()),
    }
    for bits in (8, 16, 32):
        columns[f"int{bits}"] = pa.array([-(2 ** (bits - 1)), -1, 2 ** (bits - 1) - 1], f"int{bits}")
        columns[f"uint{bits}"] = pa.array([0, 1, 2**bits - 1], f"uint{bits}")
    columns["int64"] = pa.array([-(2**53) + 1, -1, 2**53 - 1], pa.int64())
    columns["uint64"] = pa.array([0, 2**32, 2**53 - 1], pa.uint64())
    return stream(pa.table(columns))


# Inline and not in a view, shared, empty, of one to four bytes a character, a byte-order mark, the replacement character.
LONG = "a prompt too long to stand in its view"
TEXTS = ["p1", "", LONG, "p1", "Größe", "日本語のとても長いプロンプト", "🙂🙂🙂🙂", "\ufeffp1", "\ufffd", "twelve bytes", LONG, "thirteen byte"]


def with_groups(groups, **options):
    """Columns of numbers before and after the groups."""
    count = len(groups)
    table = pa.table({"chars": range(count), "groups": groups, "rewards": [i / 4 for i in range(count)], "tokens": [3] * count})
    return stream(table, **options)


def dictionary_of(values, index=pa.int32()):
    """The values, each twice in the rows; the last one, null, in none of them."""
    indices = pa.array([*range(len(values)), *range(len(values))], index)
    return pa.DictionaryArray.from_arrays(indices, pa.array([*values.to_pylist(), None], values.type))


def deltas():
    """A dictionary, two that add to it, and one that takes its place."""
    groups = pa.dictionary(pa.int8(), pa.string())
    schema = pa.schema([("groups", groups), ("rewards", pa.float64())])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
        for values, indices in ((["a", "b"], [0, 1]), (["a", "b", "c"], [2, 0]), (["a", "b", "c", "d", "e"], [4, 3]), (["f"], [0, 0])):
            rows = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), values)
            writer.write_batch(pa.record_batch([rows, pa.array([1.5, 2.5])], schema=schema))
        assert writer.stats.num_dictionary_deltas == 2 and writer.stats.num_replaced_dictionaries == 1
    return sink.getvalue().to_pybytes()


def not_utf8(type, offset):
    """The second text is one byte that UTF-8 does not have."""
    offsets = pa.array([0, 2, 3, 5, 7], offset).buffers()[1]
    return pa.Array.from_buffers(type, 4, [None, offsets, pa.py_buffer(b"p1\xffp2p3")])


def broken_character(type, offset):
    """All the bytes are UTF-8, but the third text begins within a character."""
    offsets = pa.array([0, 2, 3, 4, 6], offset).buffers()[1]
    return pa.Array.from_buffers(type, 4, [None, offsets, pa.py_buffer("p1äp2".encode())])


def views_not_utf8():
    """Four views: inline, and of the 14 bytes in the only buffer, of which one is no UTF-8."""
    inline = (2).to_bytes(4, "little") + b"p1".ljust(12, b"\0")
    outside = (14).to_bytes(4, "little") + b"p" * 4 + bytes(8)
    return pa.Array.from_buffers(pa.string_view(), 4, [None, pa.py_buffer(inline * 2 + outside * 2), pa.py_buffer(b"p" * 13 + b"\xff")])


def views_of(lengths, starts):
    """Views of these stretches of one buffer."""
    text = bytes(97 + i % 26 for i in range(300))
    views = [
        length.to_bytes(4, "little") + text[start : start + 4] + bytes(4) + start.to_bytes(4, "little")
        for length, start in zip(lengths, starts)
    ]
    return pa.Array.from_buffers(pa.string_view(), len(views), [None, pa.py_buffer(b"".join(views)), pa.py_buffer(text)])


def falling_offsets():
    return pa.Array.from_buffers(pa.string(), 4, [None, pa.array([0, 4, 2, 6, 7], pa.int32()).buffers()[1], pa.py_buffer(b"p1p2p3p")])


def nested_groups():
    """Groups whose type takes many nodes and buffers."""
    view = pa.array(["short", LONG, None, "x"], pa.string_view())
    struct = pa.StructArray.from_arrays([view, pa.array([1, 2, 3, 4])], ["view", "number"])
    return with_groups(pa.ListArray.from_arrays([0, 1, 1, 3, 4], struct))


def sliced():
    """Bits of validity, a null among them, that are not written; numbers from the middle of a buffer."""
    table = pa.table({"rewards": [None, *REWARDS, None], "chars": [None, *CHARS, None]})
    return stream(table.slice(1, 4))


TEXT_TYPES = (pa.string(), pa.large_string(), pa.string_view())
INDICES = (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64())

PLAIN = pa.table({"rewards": REWARDS, "chars": CHARS, "groups": ["p1", "p1", "p2", "p2"]})

READABLE = {
    "plain": stream(PLAIN),
    "metadata": stream(PLAIN.replace_schema_metadata({"pandas": "{}" * 5000})),
    "version 4": stream(PLAIN, metadata_version=pa.ipc.MetadataVersion.V4),
    "batches": batches(),
    "types": types(),
    "number groups": with_groups(pa.array([7, 7, 2**40, -1])),
    "large text groups": with_groups(pa.array(TEXTS, pa.large_string())),
    "text groups": with_groups(pa.array(TEXTS)),
    "text view groups": with_groups(pa.array(TEXTS, pa.string_view())),
    "text groups in batches": with_groups(pa.array(TEXTS), max_chunksize=5),
    "text view groups in batches": with_groups(pa.array(TEXTS, pa.string_view()), max_chunksize=5),
    "sliced text groups": with_groups(pa.array([None, *TEXTS])[2:-1]),
    "sliced text view groups": with_groups(pa.array([None, *TEXTS], pa.string_view())[2:-1]),
    **{f"dictionary groups of {index}": with_groups(dictionary_of(pa.array(TEXTS), index)) for index in INDICES},
    **{f"dictionary groups of {type}": with_groups(dictionary_of(pa.array(TEXTS, type))) for type in TEXT_TYPES[1:]},
    **{f"dictionary groups of {type}": with_groups(dictionary_of(pa.array([3, 1, 2], type))) for type in (pa.int64(), pa.uint8(), pa.float32())},
    "dictionary groups in batches": with_groups(dictionary_of(pa.array(TEXTS)), max_chunksize=5),
    "deltas": deltas(),
    "views that rows share": with_groups(views_of([100, 200, 50] * 20, [0, 100, 0] * 20)),
    "views that overlap a little": with_groups(views_of([100] * 10, range(0, 100, 10))),
    "sliced": sliced(),
    "rewards alone": stream(PLAIN.select(["rewards"])),
}

REFUSED = {
    "null": with_column("chars", [1, None, 3, None]),
    "null in a later batch": stream(pa.table({"rewards": [1.0] * 20 + [None]}), max_chunksize=10),
    "not finite": stream(pa.table({"rewards": [1.0, float("nan"), float("inf"), float("-inf")]})),
    "half not finite": with_column("half", pa.array([1, float("nan"), float("inf"), 0], pa.float16())),
    "int64 beyond doubles": with_column("tokens", [2**53, -(2**53), 2**53 - 1, 2**63 - 1]),
    "uint64 beyond doubles": with_column("tokens", pa.array([0, 2**53, 2**64 - 1, 1], pa.uint64())),
    "text": stream(pa.table({"rewards": REWARDS, "prompt": ["secret"] * 4, "response": ["text"] * 4})),
    "dictionary": with_column("chars", pa.array([1, 1, 2, 2]).dictionary_encode()),
    "string": with_column("tokens", ["1", "2", "3", "4"]),
    "large string": with_column("tokens", pa.array(["1", "2", "3", "4"], pa.large_string())),
    "bool": with_column("tokens", [True, False, True, False]),
    "list": with_column("tokens", [[1], [2], [3], [4]]),
    "struct": with_column("tokens", [{"a": 1}] * 4),
    "decimal": with_column("tokens", pa.array([1, 2, 3, 4], pa.decimal128(5))),
    "timestamp": with_column("tokens", pa.array([1, 2, 3, 4], pa.timestamp("s"))),
    "null type": with_column("tokens", pa.nulls(4)),
    "no rewards": stream(pa.table({"chars": CHARS})),
    "no columns": stream(pa.table({})),
    "no rows": stream(PLAIN.slice(0, 0)),
    "same name twice": stream(pa.Table.from_arrays([pa.array(REWARDS)] * 3, ["rewards", "chars", "chars"])),
    "rewards twice": stream(pa.Table.from_arrays([pa.array(REWARDS)] * 2, ["rewards", "rewards"])),
    "not a name": with_column("a b", CHARS),
    "a long name": with_column("n" * 5000, CHARS),
    "__proto__": with_column("__proto__", CHARS),
    "nested groups": nested_groups(),
    "null groups": with_groups(pa.nulls(4)),
    "struct groups": with_groups(pa.array([{"a": 1}] * 4)),
    "bool groups": with_groups(pa.array([True, False, True, False])),
    "binary groups": with_groups(pa.array([b"secret"] * 4)),
    "timestamp groups": with_groups(pa.array([1, 2, 3, 4], pa.timestamp("s"))),
    "dictionary groups of bool": with_groups(pa.array([True, False, True, False]).dictionary_encode()),
    "dictionary groups of binary": with_groups(pa.array([b"secret"] * 4).dictionary_encode()),
    "null among number groups": with_groups(pa.array([1, None, 2, 2])),
    **{f"null among {type} groups": with_groups(pa.array(["secret", None, "p1", None], type)) for type in TEXT_TYPES},
    "null in a later batch of groups": with_groups(pa.array(["secret", "p1", "p1", None]), max_chunksize=2),
    "null index": with_groups(pa.array(["secret", None, "p1", None]).dictionary_encode()),
    "null value": with_groups(pa.DictionaryArray.from_arrays([0, 1, 0, 1], ["secret", None])),
    "null value in a later batch": with_groups(pa.DictionaryArray.from_arrays([0, 0, 0, 1], ["secret", None]), max_chunksize=2),
    "number dictionary with bad values": with_groups(pa.DictionaryArray.from_arrays([0, 1, 2, 0], [1.5, None, float("nan")])),
    "int64 dictionary beyond doubles": with_groups(pa.DictionaryArray.from_arrays([0, 1, 0, 0], [1, 2**53])),
    "text groups not UTF-8": with_groups(not_utf8(pa.string(), pa.int32())),
    "large text groups not UTF-8": with_groups(not_utf8(pa.large_string(), pa.int64())),
    "text view groups not UTF-8": with_groups(views_not_utf8()),
    "dictionary groups not UTF-8": with_groups(pa.DictionaryArray.from_arrays([0, 0, 0, 0], not_utf8(pa.string(), pa.int32()))),
    "text groups that cut a character": with_groups(broken_character(pa.string(), pa.int32())),
    "views that overlap": with_groups(views_of([200] * 40, range(40))),
    "a view beyond its buffer": with_groups(views_of([100, 200], [0, 200])),
    "falling offsets": with_groups(falling_offsets()),
    "index beyond the dictionary": with_groups(pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 0]), ["secret", "p1"], safe=False)),
    "negative index": with_groups(pa.DictionaryArray.from_arrays(pa.array([0, 1, -1, 0]), ["secret", "p1"], safe=False)),
    "lz4": stream(PLAIN, compression="lz4"),
    "zstd": stream(PLAIN, compression="zstd"),
    "legacy": stream(PLAIN, use_legacy_format=True),
    "file": stream(PLAIN, new=pa.ipc.new_file),
}


def columns_of(body):
    table = pa.ipc.open_stream(body).read_all()
    return {name: table[name].to_pylist() for name in table.column_names}


def in_base64(body):
    return base64.b64encode(body).decode()


if __name__ == "__main__":
    readable = {name: {"stream": in_base64(body), "columns": columns_of(body)} for name, body in READABLE.items()}
    refused = {name: in_base64(body) for name, body in REFUSED.items()}
    (FOLDER / "pyarrow.arrows").write_bytes(READABLE["plain"])
    document = {"pyarrow": pa.__version__, "readable": readable, "refused": refused}
    (FOLDER / "arrow.json").write_text(json.dumps(document, indent=1) + "\n")
