"""The claims desk for labor clinics: from a worker's story to papers that can be filed."""

__version__ = "0.1.0"
