"""Restorers that are command lines, listed in a TOML file."""
