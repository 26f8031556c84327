"""Scored practice with stories of invented people."""
