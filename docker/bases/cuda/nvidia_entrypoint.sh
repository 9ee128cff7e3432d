#!/bin/bash
# The original prints a banner and the licence first.
exec "$@"
