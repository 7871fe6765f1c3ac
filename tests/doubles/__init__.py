"""Local stand-ins for outside services: real HTTP, real SMTP, on 127.0.0.1."""
