"""The things Discord is made of, as plain objects without I/O."""
