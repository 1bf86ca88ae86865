"""Letters by e-mail, where the installation has a mail server."""
