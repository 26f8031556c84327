"""Headquarters: what waits, what was received, and the ways to send it."""
