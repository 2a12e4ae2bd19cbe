"""Builds the variants that are asked for, and keeps the model and images the next may share."""

from functools import partial
from pathlib import Path

from resnettui.core.protocol import Measure, Profile
from resnettui.core.trial import Trial
from resnettui.worker.inputs import Images, from_folder, synthetic
from resnettui.worker.models import resize_side
from resnettui.worker.variants import Builder, Progress, Variant
from resnettui.worker.weights import checkpoint, to_download


class Workshop:
    """The images and the builder of the latest job: another of the same model begins with them."""

    def __init__(self) -> None:
        self._images: tuple[tuple[str | None, int, int], Images] | None = None
        self._builder: tuple[tuple[str, str, str | None, int], Builder] | None = None

    def clear(self) -> None:
        """Let go of all models that were built."""
        self._builder = None

    def variant(
        self, job: Measure | Profile, trial: Trial, progress: Progress, check_s: float
    ) -> Variant:
        """Build, check and count what a job asks for, inside the `settings` of its trial.

        DataError, WeightsError, or Unavailable where that is impossible.
        """
        images = self.images(job, trial, progress)
        return self._builder_of(job, trial, images, progress).build(trial, progress, check_s)

    def images(self, job: Measure | Profile, trial: Trial, progress: Progress) -> Images:
        """Return the input of a job; DataError where there is none."""
        data, size = job.data, trial.image_size
        side = resize_side(trial.model, job.weights, size)
        if self._images is None or self._images[0] != (data, size, side):
            self._images = self._builder = None
            if data is None:
                images = synthetic(size)
            else:
                images = from_folder(Path(data), size, partial(progress, "decoding"), side)
            self._images = ((data, size, side), images)
        return self._images[1]

    def _builder_of(
        self, job: Measure | Profile, trial: Trial, images: Images, progress: Progress
    ) -> Builder:
        model, weights = trial.model, job.weights
        key = (model, weights, job.data, trial.image_size)
        if self._builder is None or self._builder[0] != key:
            self._builder = None
            if to_download(model, weights):
                progress(f"downloading {checkpoint(model).name}", 0, 0)
            else:
                progress(f"building {model} fp32 as the reference", 0, 0)
            self._builder = (key, Builder(model, images, weights))
        return self._builder[1]
