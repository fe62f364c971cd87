"""The window: the only folder that knows Qt. Pages ask services for everything and know no SQL."""
