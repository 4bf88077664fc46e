"""Shared ground: the clip, its files, its spectra, its loudness. Imports nothing else of ours."""
