"""A package, because its tests share reports and a screen."""
