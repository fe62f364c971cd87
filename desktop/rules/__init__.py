"""Rules of the field as pure functions: plain values in, plain values out; no SQL, no Qt."""
