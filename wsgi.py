"""What the web server imports: the app, built once."""

from webapp.app import create_app

app = create_app()
