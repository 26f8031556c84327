"""The record of what was done: one screen."""
