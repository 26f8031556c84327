"""Headquarters: the one place that all clinics meet; its store, its keys, its commands and its line."""
