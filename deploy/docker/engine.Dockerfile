# The engine (Python 3.10) with its model, trained while the image is built (some minutes, 3 GB of memory). Not built
# here: there was no Docker daemon; the commands in it are those `make train` and `make run` use.
#   docker build -f deploy/docker/engine.Dockerfile -t kotha-engine .
FROM python:3.10-slim-bookworm
RUN useradd --uid 10001 --create-home kotha
WORKDIR /opt/kotha
COPY requirements/engine.txt requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/engine.txt
COPY bot bot
COPY data data
COPY domain.yml config.yml endpoints.yml ./
ENV PYTHONUNBUFFERED=1 TF_CPP_MIN_LOG_LEVEL=3 OMP_NUM_THREADS=1
RUN mkdir models && python -m bot.engine.training --output models/kotha.tar.gz && chmod -R a+rX models
USER kotha
CMD ["python", "-m", "bot.engine.server"]
