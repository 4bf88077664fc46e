"""What the findings of docs/findings.md are measured on and how; `python -m findings` runs it."""
