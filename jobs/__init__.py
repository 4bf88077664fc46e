"""Work that takes long: how far it is, how it is stopped, and a thread to do it in."""

from jobs.job import Job
from jobs.progress import JobCancelled, Progress, Stage

__all__ = ["Job", "JobCancelled", "Progress", "Stage"]
