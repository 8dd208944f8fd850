#!/bin/sh
# npm test: sets everything up, then everything that CI checks.
. "$(dirname "$0")/bootstrap.sh"
exec node scripts/test.ts "$@"
