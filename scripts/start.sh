#!/bin/sh
# npm start: sets everything up, builds what changed, runs the server.
. "$(dirname "$0")/bootstrap.sh"
node scripts/build.ts --if-stale
exec node $env_file server/main.ts
