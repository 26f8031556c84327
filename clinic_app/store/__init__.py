"""The encrypted store of a clinic: the only place that knows SQL. Its door is `store.Store`."""
