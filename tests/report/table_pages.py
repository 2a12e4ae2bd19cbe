"""Tables to render."""

from resnettui.core.table import Column, Knee, Table

BATCH = Table(
    name="batch",
    title="Batch size",
    fixed={
        "platform": "Board <1> | two_cores",
        "model": "resnet50",
        "fusion": "full",
        "threads": 1,
        "processes": 1,
        "image_size": 224,
    },
    columns=(
        Column("batch_size", "batch size", "count"),
        Column("latency_ms", "latency", "ms"),
        Column("throughput_img_s", "throughput", "img_s"),
        Column("share_of_best", "of the best", "share"),
        Column("flags", "flags"),
    ),
    rows=(
        (1, 27.84, 35.92, 0.754, ()),
        (2, 44.1, 45.35, 0.952, ("noisy", "not settled")),
        (4, 84.0, 47.62, 1.0, ()),
    ),
    knee=Knee(1, 2, 44.1 / 27.84),
    footnotes=("A note.",),
)
THREADS = Table(
    name="threads",
    title="Threads",
    fixed={"platform": "Board", "fusion": "none", "batch_size": 1, "image_size": 64},
    columns=(
        Column("threads", "threads", "count"),
        Column("latency_ms", "latency", "ms"),
        Column("throughput_img_s", "throughput", "img_s"),
    ),
    rows=((1, 40.0, 25.0), (2, 25.0, 40.0)),
    knee=Knee(1, 1, 0.625),
)
PLATFORMS = Table(
    name="w8a8",
    title="W8A8",
    fixed={"precision": "int8"},
    columns=(
        Column("platform", "platform"),
        Column("engine", "engine"),
        Column("cores", "cores", "count"),
        Column("latency_ms", "latency", "ms", decimals=1),
        Column("speedup", "speedup vs 1 core", "ratio", decimals=2),
        Column("parallel_efficiency", "parallel efficiency", "share", decimals=1),
        Column("ops", "ops tracked", "change"),
        Column("memory_bytes", "memory", "bytes"),
    ),
    rows=(
        ("A board with a long name, 4 cores", "x86", 1, 584.8, 1.0, 1.0, (160, 41), 412_000_000),
        ("A board with a long name, 4 cores", None, 2, 300.0, 1.949, 0.9747, None, None),
        ("Other", "x86", 1, 20.0, None, None, (160, 160), 1_500_000_000),
    ),
    footnotes=("A note.", "Another."),
)
TABLES = (BATCH, THREADS, PLATFORMS)
