# The app in a container: docker compose up, or docker build -t restoration-lab .
FROM python:3.11-slim-bookworm

# Fetched first, so that a change of the app does not fetch them again; torch without CUDA.
COPY requirements.txt /app/
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r /app/requirements.txt

COPY . /app/
RUN useradd --create-home --uid 1000 lab \
    && mkdir -p /data \
    && chown lab /data

USER lab
WORKDIR /app
ENV GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    HF_HOME=/data/models \
    NUMBA_CACHE_DIR=/data/kernels \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 7860
VOLUME /data
HEALTHCHECK --start-period=60s --interval=30s --timeout=10s \
    CMD ["python", "-m", "setup.is_healthy"]
CMD ["python", "app.py", "--library", "/data/library", "--results", "/data/results"]
