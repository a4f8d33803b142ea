#!/usr/bin/env bash
# From a JSONL of scored responses to a DPO file, with curl alone.
# Usage: run.sh [scored.jsonl] [dpo.jsonl]; SERVICE, REWARD_MODEL and API_KEY from the environment.
set -euo pipefail

scored=${1:-"$(dirname "$0")/scored.jsonl"}
dpo=${2:-dpo.jsonl}
service=${SERVICE:-http://localhost:8080}
query="reward_model=${REWARD_MODEL:-examples/jsonl-to-dpo}"
headers=(-H 'content-type: application/x-ndjson' ${API_KEY:+-H "authorization: Bearer $API_KEY"})

# -T sends the file as it is read, whatever its size; --data-binary would load it first.
post() { curl -sS --fail-with-body -X POST "${headers[@]}" -T "$scored" "$service$1?$query"; }

# The curve and, under "diagnostics", how much of the reward went with length before and after.
post /v1/fit
echo

# The pairs, and in the last line what became of the groups.
post /v1/preference-pairs >"$dpo.all" || { cat "$dpo.all" >&2; exit 1; }
if grep '^{"error"' "$dpo.all" >&2; then
  echo "these lines of $scored are wrong; nothing was written to $dpo" >&2
  exit 1
fi
sed '$d' "$dpo.all" >"$dpo"
tail -n 1 "$dpo.all"
rm "$dpo.all"
