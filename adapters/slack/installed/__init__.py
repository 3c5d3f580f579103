"""In which workspaces the app is installed, and what keeps that: a folder, or a bucket of S3."""
