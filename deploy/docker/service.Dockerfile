# Gateway and action server (Python 3.11), with the built web parts. Not built here: there was no Docker daemon; the
# commands in it are those `make run` uses. Build at the repository's top:
#   docker build -f deploy/docker/service.Dockerfile -t kotha-service .
FROM node:20-bookworm-slim AS web
WORKDIR /src
COPY . .
RUN for part in widget console; do (cd web/$part && npm ci --no-audit --no-fund && npm run build) || exit 1; done

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home kotha && mkdir -m 700 /var/lib/kotha && chown kotha /var/lib/kotha
WORKDIR /opt/kotha
COPY requirements/service.txt requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/service.txt
COPY bot bot
COPY actions actions
COPY crm_store crm_store
COPY data data
COPY domain.yml .
COPY --from=web /src/web/widget web/widget
COPY --from=web /src/web/console/dist web/console/dist
RUN rm -rf web/widget/node_modules
USER kotha
ENV PYTHONUNBUFFERED=1 KOTHA_DATA_DIR=/var/lib/kotha
EXPOSE 8080
CMD ["python", "-m", "bot"]
