"""The API's documentation: the document itself and a page to read and try it."""

import json
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from webapp.api.openapi import document
from webapp.api.routing import JSON, PERMISSION, Operation

EXTENSION = "beacon_openapi"
bp = Blueprint("docs", __name__)


def init_app(app: Flask, operations: Sequence[Operation]) -> None:
    """Make the document of these operations and serve it."""
    app.extensions[EXTENSION] = json.dumps(document(operations), indent=1)
    app.register_blueprint(bp)


@bp.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Answer with the OpenAPI document."""
    return Response(current_app.extensions[EXTENSION], mimetype=JSON)


@bp.get("/docs")
def page() -> ResponseReturnValue:
    """Show the documentation with our own copy of Swagger UI."""
    return render_template("docs/index.html")


for _view in (openapi, page):
    setattr(_view, PERMISSION, None)  # public
