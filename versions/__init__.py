"""Versions of a clip made elsewhere, such as by a plug-in: what is laid beside our restorations."""
