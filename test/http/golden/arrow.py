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


def nested_groups():
    """Columns of numbers before and after groups whose type takes many nodes and buffers."""
    view = pa.array(["short", "a string too long to be stored in its view", None, "x"], pa.string_view())
    struct = pa.StructArray.from_arrays([view, pa.array([1, 2, 3, 4])], ["view", "number"])
    groups = pa.ListArray.from_arrays([0, 1, 1, 3, 4], struct)
    return stream(pa.table({"chars": CHARS, "groups": groups, "rewards": REWARDS, "tokens": [1, 2, 3, 4]}))


def sliced():
    """Bits of validity, a null among them, that are not written; numbers from the middle of a buffer."""
    table = pa.table({"rewards": [None, *REWARDS, None], "chars": [None, *CHARS, None]})
    return stream(table.slice(1, 4))


PLAIN = pa.table({"rewards": REWARDS, "chars": CHARS, "groups": ["p1", "p1", "p2", "p2"]})

READABLE = {
    "plain": stream(PLAIN),
    "metadata": stream(PLAIN.replace_schema_metadata({"pandas": "{}" * 5000})),
    "version 4": stream(PLAIN, metadata_version=pa.ipc.MetadataVersion.V4),
    "batches": batches(),
    "types": types(),
    "nested groups": nested_groups(),
    "null groups": stream(PLAIN.set_column(2, "groups", pa.nulls(4))),
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
    "lz4": stream(PLAIN, compression="lz4"),
    "zstd": stream(PLAIN, compression="zstd"),
    "legacy": stream(PLAIN, use_legacy_format=True),
    "file": stream(PLAIN, new=pa.ipc.new_file),
}


def columns_of(body):
    table = pa.ipc.open_stream(body).read_all()
    return {name: table[name].to_pylist() for name in table.column_names if name != "groups"}


def in_base64(body):
    return base64.b64encode(body).decode()


if __name__ == "__main__":
    readable = {name: {"stream": in_base64(body), "columns": columns_of(body)} for name, body in READABLE.items()}
    refused = {name: in_base64(body) for name, body in REFUSED.items()}
    (FOLDER / "pyarrow.arrows").write_bytes(READABLE["plain"])
    document = {"pyarrow": pa.__version__, "readable": readable, "refused": refused}
    (FOLDER / "arrow.json").write_text(json.dumps(document, indent=1) + "\n")
