# One image for web, worker, beat and the migrate job; docker-compose.yml says which is which.
FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/salvor
COPY requirements.lock /tmp/requirements.lock
RUN /opt/salvor/bin/pip install --require-hashes --no-deps -r /tmp/requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/salvor/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 MEDIA_ROOT=/srv/media
RUN useradd --system --uid 10001 --no-create-home salvor && mkdir -p /srv/media && chown salvor: /srv/media
COPY --from=packages /opt/salvor /opt/salvor
WORKDIR /srv/salvor
COPY manage.py pyproject.toml Procfile ./
COPY accounts accounts
COPY deals deals
COPY winback winback
COPY reports reports
COPY config config
COPY templates templates
COPY static static
COPY locale locale
# Collecting files needs settings that read, not servers that answer.
RUN SECRET_KEY=build DATABASE_URL=postgresql://nowhere/none REDIS_URL=redis://nowhere python manage.py collectstatic --noinput --verbosity 0
USER salvor
EXPOSE 8000
VOLUME /srv/media
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
