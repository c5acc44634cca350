# syntax=docker/dockerfile:1
# Golden Thread in a container: two stages, no compiler, no root, a root file system that may be read-only.
#
#   docker build -t golden-thread .
#   docker run --rm -p 8050:8050 --read-only --tmpfs /tmp -v golden-thread:/data golden-thread
#
# docs/how-to/run-in-production.md tells the rest.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source

# What it runs on and what builds it, each locked, in environments of their own: the first one is what is kept.
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/golden-thread \
    && /opt/golden-thread/bin/pip install --require-hashes --only-binary :all: -r requirements.lock \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock

COPY pyproject.toml hatch_build.py LICENSE README.md app.py ./
COPY scorecard scorecard
COPY metrics metrics
COPY layouts layouts
COPY config config
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /wheel \
    && /opt/golden-thread/bin/pip install --no-index --no-deps /wheel/*.whl \
    && /opt/golden-thread/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin thread \
    && install --directory --owner thread --group thread /data
COPY --from=build /opt/golden-thread /opt/golden-thread
ENV PATH=/opt/golden-thread/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GOLDEN_THREAD_VAR=/data
USER thread
WORKDIR /data
VOLUME /data
EXPOSE 8050
# The first start makes the demo company before it answers: that is what the start period is for.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8050/healthz', timeout=4).close()"]
ENTRYPOINT ["golden-thread"]
CMD ["demo", "--host", "0.0.0.0"]
