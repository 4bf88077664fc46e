"""Measurements that anyone can repeat; each module prints one Markdown table. Nothing here is a
test: times depend on the machine."""
