"""A package, because its tests share a driver."""
