# syntax=docker/dockerfile:1
# One image, three programs: web, media and worker differ by their command in docker-compose.yml.

FROM node:20-bookworm-slim AS front-end
WORKDIR /src/assets
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY assets/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --create-home --home-dir /home/liveclass liveclass \
    && install -d -o liveclass -g liveclass /data /recordings
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY realtime/ realtime/
COPY members/ members/
COPY courses/ courses/
COPY templates/ templates/
COPY locale/ locale/
COPY liveclass/ liveclass/
COPY --from=front-end /src/liveclass/static/build/ liveclass/static/build/
COPY --from=front-end /src/courses/credits/certificates/fonts/ courses/credits/certificates/fonts/
# Static files belong to the image, not to the data volume. The key is used by this one command
# only; at run time the platform takes SECRET_KEY from its environment.
RUN STATIC_ROOT=/app/static-root DATA_DIR=/tmp/build SECRET_KEY=only-while-the-image-is-being-built-0123456789abcdef \
    python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && chown -R liveclass:liveclass /app/static-root
ENV STATIC_ROOT=/app/static-root
USER 10001
VOLUME /data
EXPOSE 8000 8001 8002/udp
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=2)"]
CMD ["python", "manage.py", "serve"]
