"""The bin of cases."""
