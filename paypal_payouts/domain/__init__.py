"""Values and rules, pure: no input or output, no clock, no chance. Everything else depends on this package."""
