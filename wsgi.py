"""What the web server imports: the app, built once."""

from webapp.app import create_app
from webapp.errors import SettingsError

try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(f"Beacon cannot start. Mend this setting:\n{error}") from None
