"""The application."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker import resources
from matchmaker.accounts import views as accounts
from matchmaker.accounts.mandates import views as mandates
from matchmaker.accounts.members import views as members
from matchmaker.accounts.own import views as own
from matchmaker.accounts.registration import views as registration
from matchmaker.accounts.trail import views as trail
from matchmaker.audit import recording
from matchmaker.catalogue.arrivals import views as arrivals
from matchmaker.catalogue.coaching import views as coaching
from matchmaker.catalogue.demand import views as demand
from matchmaker.catalogue.generics import views as generics
from matchmaker.catalogue.needs import events as need_events
from matchmaker.catalogue.needs import reviewing, steps
from matchmaker.catalogue.needs import views as needs
from matchmaker.catalogue.offerings import events as offering_events
from matchmaker.catalogue.offerings import views as offerings
from matchmaker.catalogue.search import views as search
from matchmaker.catalogue.search.names import NameShelf
from matchmaker.catalogue.sheets import views as sheets
from matchmaker.catalogue.suggestions import views as matches
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.catalogue.twins import views as twins
from matchmaker.contracts.agreements import events as contract_events
from matchmaker.contracts.agreements import steps as contract_steps
from matchmaker.contracts.agreements import views as contracts
from matchmaker.contracts.funnel import views as funnel
from matchmaker.contracts.introductions import events as introduction_events
from matchmaker.contracts.introductions import guests as introduction_guests
from matchmaker.contracts.introductions import steps as introduction_steps
from matchmaker.contracts.introductions import views as introductions
from matchmaker.contracts.services import events as service_events
from matchmaker.contracts.services import sheets as service_sheets
from matchmaker.contracts.services import views as services
from matchmaker.dossier import queries as dossier_queries
from matchmaker.dossier import views as dossier
from matchmaker.home import views as home
from matchmaker.metrics import recording as counting
from matchmaker.metrics import views as metrics
from matchmaker.metrics.cohorts.rules import FUNNEL
from matchmaker.metrics.freezes import views as freezes
from matchmaker.metrics.lists import freezing as list_freezing
from matchmaker.metrics.lists import tagging as list_tagging
from matchmaker.metrics.lists import technologies as key_technologies
from matchmaker.metrics.lists import views as three_lists
from matchmaker.registry import views as registry
from matchmaker.registry.coverage import views as coverage
from matchmaker.registry.profiles import views as profiles
from matchmaker.settings import Settings, settings
from matchmaker.statistics import views as statistics
from matchmaker.statistics.exports import views as exports
from matchmaker.statistics.quality import views as quality
from matchmaker.statistics.reports import views as reports
from matchmaker.statistics.tables import views as tables
from matchmaker.statistics.year import views as year
from matchmaker.vouchers import events as voucher_events
from matchmaker.vouchers import reviewing as voucher_reviewing
from matchmaker.vouchers import views as vouchers
from matchmaker.vouchers.clearing import views as batches
from matchmaker.vouchers.flags import views as flags
from matchmaker.vouchers.pool import views as pool
from matchmaker.vouchers.reconciliation import views as reconciliation
from matchmaker.vouchers.redemptions import events as claim_events
from matchmaker.vouchers.redemptions import notices
from matchmaker.vouchers.redemptions import views as redemptions
from matchmaker.vouchers.review import views as review
from matchmaker.vouchers.schemes import views as schemes
from matchmaker.vouchers.uses import views as uses
from matchmaker.web import access, attachments, database, errors, i18n, ids, looks, security, session, templates
from matchmaker.web.limits import limiter

BLUEPRINTS = (
    home.bp,
    accounts.bp,
    mandates.bp,
    registration.bp,
    members.bp,
    own.bp,
    trail.bp,
    dossier.bp,
    registry.bp,
    profiles.bp,
    coverage.bp,
    coaching.bp,
    needs.bp,
    offerings.bp,
    sheets.bp,
    demand.bp,
    matches.bp,
    arrivals.bp,
    twins.bp,
    generics.bp,
    search.bp,
    introductions.bp,
    redemptions.bp,
    review.bp,
    batches.bp,
    contracts.bp,
    services.bp,
    service_sheets.bp,
    funnel.bp,
    vouchers.bp,
    uses.bp,
    schemes.bp,
    pool.bp,
    metrics.bp,
    freezes.bp,
    flags.bp,
    reconciliation.bp,
    three_lists.bp,
    list_freezing.bp,
    list_tagging.bp,
    key_technologies.bp,
    statistics.bp,
    tables.bp,
    exports.bp,
    quality.bp,
    year.bp,
    reports.bp,
)

#: What each domain knows of an organisation, for its dossier.
DOSSIER = (
    dossier_queries.ACCOUNTS,
    need_events.SOURCE,
    offering_events.SOURCE,
    introduction_events.SOURCE,
    voucher_events.SOURCE,
    claim_events.SOURCE,
    contract_events.SOURCE,
    service_events.SOURCE,
)
#: Modules whose pages belong to the blueprint of another one; importing them is what adds the pages.
MORE_PAGES = (
    reviewing,
    steps,
    introduction_guests,
    introduction_steps,
    contract_steps,
    voucher_reviewing,
    notices,
)

#: Twenty fields of 20,000 Chinese characters, form-encoded.
MAX_REQUEST_BYTES = 4 * 1024 * 1024

csrf = CSRFProtect()


def create_app(given: Settings | None = None, **config: Any) -> Flask:
    """Return the application for ``given`` settings, else for this host's. Raises when a view has no policy."""
    chosen = given or settings()
    app = Flask(
        "matchmaker",
        template_folder=str(resources.TEMPLATES),
        static_folder=str(resources.STATIC),
        static_url_path="/static",
    )
    app.jinja_environment = templates.Environment
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SESSION_COOKIE_NAME="__Host-matchmaker" if chosen.secure_cookies else "matchmaker",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        # Two weeks from signing in, not from the last page: a cookie is not signed anew for every answer.
        SESSION_REFRESH_EACH_REQUEST=False,
        # The form's own life is the session's: a need written over lunch must not be refused.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=chosen.secure_cookies,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        TRUSTED_HOSTS=list(chosen.trusted_hosts) or None,
        PUBLIC_URL=chosen.public_url,
        RATELIMIT_HEADERS_ENABLED=True,
        **config,
    )
    if chosen.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=chosen.proxies)  # type: ignore[method-assign]  # Flask's documented way
    app.url_map.converters["int"] = ids.RowId
    _extend(app, chosen)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions[dossier.SOURCES] = DOSSIER
    app.extensions[funnel.STEPS] = FUNNEL
    access.require_policies(app)
    return app


def _extend(app: Flask, chosen: Settings) -> None:
    recording.listen()
    counting.listen()
    database.init_app(app, chosen.database_url, files=chosen.files)
    attachments.init_app(app)
    app.extensions["matchmaker_indexes"] = Indexes(chosen.indexes)
    app.extensions["matchmaker_names"] = NameShelf()
    csrf.init_app(app)
    limiter.init_app(app)
    session.init_app(app)
    i18n.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    templates.init_app(app)
    app.jinja_env.globals["source_url"] = chosen.source_url
    looks.init_app(app)
