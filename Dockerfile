# The packages are built in one stage and run in another, which has no compiler and no root.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /build/requirements.txt
RUN python -m venv /opt/beacon \
    && /opt/beacon/bin/pip install --no-cache-dir --no-deps --require-hashes \
        -r /build/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/beacon/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    INSTANCE_DIR=/var/lib/beacon
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/beacon beacon
COPY --from=packages /opt/beacon /opt/beacon
WORKDIR /app
COPY gunicorn.conf.py wsgi.py ./
COPY webapp ./webapp
COPY jobs ./jobs
COPY templates ./templates
COPY static ./static
COPY migrations ./migrations
RUN python -m compileall -q .
USER beacon
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "--bind", "0.0.0.0:8000", "wsgi:app"]
