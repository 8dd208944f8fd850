#!/bin/sh
# Runs one of the project's programs on the pinned Node, with everything it needs installed.
. "$(dirname "$0")/bootstrap.sh"
exec node $env_file "$@"
