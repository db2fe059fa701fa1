# Built from pinned hashes in one stage, run without build tools or root in the other.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements.txt .
RUN /app/.venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY questions questions
COPY migrations migrations
RUN /app/.venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps --editable .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home drillbot && mkdir /data && chown drillbot /data
COPY --from=build /app /app
WORKDIR /app
USER drillbot
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATABASE_URL=sqlite:////data/drillbot.db
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s CMD ["drillbot", "health"]
CMD ["drillbot", "run"]
