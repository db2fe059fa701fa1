# Built from pinned hashes in one stage; run without build tools, pip or root in the other.
# For the same image byte for byte, name the base by its digest: docker build --build-arg PYTHON=python:3.11-slim@sha256:…
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS build
WORKDIR /app
RUN python -m venv --without-pip .venv
COPY requirements.txt .
RUN pip --python .venv/bin/python install --no-cache-dir --disable-pip-version-check --no-compile --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY questions questions
COPY migrations migrations
RUN pip --python .venv/bin/python install --no-cache-dir --disable-pip-version-check --no-compile --no-build-isolation --no-deps --editable .
# What no bot needs: tests, headers, type stubs, and the font tools behind PDF files. deploy/slim.sh proves that all still works.
COPY deploy/slim.sh deploy/slim.sh
RUN sh deploy/slim.sh

FROM ${PYTHON}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin drillbot && install -d -o drillbot -g drillbot /data
COPY --from=build /app /app
WORKDIR /app
USER 10001
# Nothing but /data and /tmp is written, so the image runs with a read-only root.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp \
    DATABASE_URL=sqlite:////data/drillbot.db HTTP_HOST=0.0.0.0 HTTP_PORT=8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s --retries=3 CMD ["drillbot", "health"]
CMD ["drillbot", "run"]
