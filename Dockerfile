# Small, without root at run time, on a root file system that may be read-only, with a health check. Debian's Python 3.11.
#   docker build -t commontrust .
#   docker run --read-only --tmpfs /tmp -p 8000:8000 -v commontrust-data:/data -v commontrust-keys:/keys commontrust
# `make image-check` builds and starts it without a registry. Examples for one machine and for many: deploy/
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008  # Debian keeps one version of a package in a release, and mends it
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/commontrust
WORKDIR /src
COPY requirements.txt ./
RUN /opt/commontrust/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY analysis analysis
COPY app app
COPY locales locales
COPY migrations migrations
COPY surveys surveys
# Compiled here, because the root is read-only later.
RUN /opt/commontrust/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/commontrust/bin/python -m compileall -q /opt/commontrust/lib

FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-log-init --no-create-home --shell /usr/sbin/nologin commontrust \
 && install -d -o commontrust -m 700 /data /keys
COPY --from=build /opt/commontrust /opt/commontrust
ENV PATH=/opt/commontrust/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    COMMONTRUST_DATA_DIR=/data \
    COMMONTRUST_KEY_DIR=/keys
USER 10001
VOLUME ["/data", "/keys"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
  CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["sh", "-c", "commontrust migrate && exec commontrust serve --host 0.0.0.0 --port 8000"]
