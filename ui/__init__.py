"""The pages: they arrange and compute nothing. Only here are gradio, fastapi and plotly known."""
