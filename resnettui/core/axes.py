"""AXES: what a user can vary, each axis declared once.

The command-line flags, the configuration panel with its keys, the table columns and the fields of
a stored trial all derive from the entries here.
"""

from dataclasses import dataclass

from resnettui.core.cpu_list import format_cpu_list, is_cpu_list, parse_cpu_list

Value = str | int


@dataclass(frozen=True)
class Choice:
    """An axis whose values are a short list of words."""

    values: tuple[str, ...]

    def parse(self, text: str) -> str:
        """Return the value `text` names; ValueError says which values exist."""
        word = text.strip().lower()
        if word not in self.values:
            raise ValueError(f"{text!r} is not one of {', '.join(self.values)}")
        return word

    def step(self, value: Value, direction: int) -> str:
        """Return the value `direction` places further on, around the end."""
        at = self.values.index(str(value)) if value in self.values else -min(direction, 0)
        return self.values[(at + direction) % len(self.values)]


@dataclass(frozen=True)
class Whole:
    """An axis of whole numbers from `minimum` to `maximum`, which no machine comes near.

    `octave_steps` says how densely stepping visits it: in every doubling that many values, so 1 is
    1, 2, 4, 8, ... and 4 is 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, ...
    """

    minimum: int
    octave_steps: int = 1
    maximum: int = 1 << 16

    def parse(self, text: str) -> int:
        """Return the number `text` spells; ValueError says what is allowed."""
        try:
            number = int(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a whole number") from None
        if number < self.minimum:
            raise ValueError(f"{number} is below {self.minimum}")
        if number > self.maximum:
            raise ValueError(f"{number} is above {self.maximum}")
        return number

    def step(self, value: Value, direction: int) -> int:
        """Return the next value up or down, within the two ends."""
        number = int(value)
        below = number - 1 if direction < 0 else number
        stride = max(1, _octave(below) // self.octave_steps)
        if direction > 0:
            return min(self.maximum, (number // stride + 1) * stride)
        return max(self.minimum, (-(-number // stride) - 1) * stride)


def _octave(number: int) -> int:
    """Return the largest power of two that is not above `number` (1 for 0 and below)."""
    return 1 << (max(number, 1).bit_length() - 1)


@dataclass(frozen=True)
class Places:
    """An axis of words for places, or of lists of cores as the kernel writes them: 0-3,6."""

    values: tuple[str, ...]

    def parse(self, text: str) -> str:
        """Return the word, or the list in order; + stands for a comma where commas part values.

        ValueError says what is allowed.
        """
        word = text.strip().lower().replace("+", ",")
        if word in self.values:
            return word
        if not is_cpu_list(word):
            raise ValueError(f"{text!r} is neither {', '.join(self.values)} nor cores as 0-3,6")
        return format_cpu_list(parse_cpu_list(word))

    def step(self, value: Value | None, direction: int) -> str | None:
        """Return the next word around the end; None, nothing chosen, is one, and follows a list."""
        around = (None, *self.values)
        at = around.index(str(value)) if value in self.values else 0
        return around[(at + direction) % len(around)] if value in around else None


@dataclass(frozen=True)
class Axis:
    """One thing a user can vary."""

    name: str
    """The field of Trial, and with dashes the long flag."""
    label: str
    """What a table heading and the configuration panel call it."""
    domain: Choice | Whole | Places
    default: Value | None
    """None: the program chooses (the first quantized engine that runs; whether to pin)."""
    help: str
    short_flag: str = ""
    key: str = ""
    """Steps the axis forward on the live screen; the same letter in upper case steps back."""
    panel: bool = True
    """Shown in the configuration panel."""
    precision: str = ""
    """The precision that it has a meaning for; with any other it rests at its default."""

    @property
    def flag(self) -> str:
        """The long command-line flag."""
        return "--" + self.name.replace("_", "-")


AXES: tuple[Axis, ...] = (
    Axis(
        "model",
        "model",
        Choice(("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")),
        "resnet50",
        "torchvision's ResNet of this depth.",
    ),
    Axis(
        "precision",
        "precision",
        Choice(("fp32", "bf16", "fp16", "int8")),
        "fp32",
        "Number format; int8 is W8A8, static, calibrated.",
        key="p",
    ),
    Axis(
        "fusion",
        "fusion",
        Choice(("none", "full")),
        "none",
        "full: Conv+BN+ReLU and Conv+BN+Add+ReLU in one kernel.",
        key="f",
    ),
    Axis(
        "memory_format",
        "memory format",
        Choice(("contiguous", "channels_last")),
        "channels_last",
        "contiguous is NCHW, channels_last NHWC.",
        key="m",
    ),
    Axis(
        "batch_size",
        "batch size",
        Whole(1, maximum=1 << 30),
        1,
        "Images in one forward pass.",
        short_flag="-b",
        key="b",
    ),
    Axis(
        "threads",
        "threads",
        Whole(1, octave_steps=4, maximum=4096),
        1,
        "Intra-operator threads of the worker.",
        short_flag="-t",
        key="t",
    ),
    Axis(
        "processes",
        "processes",
        Whole(1, octave_steps=4, maximum=1024),
        1,
        "Worker processes that measure at the same time, each with that many threads.",
        short_flag="-p",
        key="n",
    ),
    Axis(
        "pin",
        "pin",
        Places(("none", "compact", "spread", "big", "little")),
        None,
        "Keep threads on cores: neighbours, far apart, those of one cluster, or a list as 0-3,6"
        " (0-3+6 in lists); without it one process is not pinned, several are spread.",
        key="i",
    ),
    Axis(
        "engine",
        "int8 engine",
        Choice(("x86", "fbgemm", "onednn", "qnnpack")),
        None,
        "Quantized engine, int8 only; without it the first that runs here.",
        key="e",
        precision="int8",
    ),
    Axis(
        "math_mode",
        "math mode",
        Choice(("strict", "bf16")),
        "strict",
        "fp32 only; bf16: oneDNN may compute on fp32 tensors in bf16.",
        key="a",
        precision="fp32",
    ),
    Axis(
        "image_size",
        "image size",
        Whole(32),
        224,
        "Height and width of an input image in pixels.",
        panel=False,
    ),
)

AXIS: dict[str, Axis] = {axis.name: axis for axis in AXES}
