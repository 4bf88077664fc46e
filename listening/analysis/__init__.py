"""From votes to a verdict: what listeners preferred, how sure that is, and which metric agrees."""
