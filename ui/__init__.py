"""The pages. The only package that knows gradio, fastapi or plotly; it arranges and computes nothing."""
