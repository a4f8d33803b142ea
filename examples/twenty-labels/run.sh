#!/usr/bin/env bash
# From a JSONL of scored responses to twenty labels, a verdict, and a curve with its strength; with curl and jq alone.
# Usage: run.sh [scored.jsonl]; SERVICE, REWARD_MODEL and API_KEY from the environment. Answers are read from standard input.
set -euo pipefail

scored=${1:-"$(dirname "$0")/scored.jsonl"}
service=${SERVICE:-http://localhost:8080}
reward_model=${REWARD_MODEL:-examples/twenty-labels}
name=$(jq -rn --arg name "$reward_model" '$name | @uri')
authorization=(${API_KEY:+-H "authorization: Bearer $API_KEY"})

# What the service refuses is printed, and ends the script.
send() { curl -sS --fail-with-body "${authorization[@]}" "$@" || { echo >&2; exit 1; }; }
send_lines() { send -X POST -H 'content-type: application/x-ndjson' -T "$scored" "$service$1?reward_model=$name$2"; }
send_json() { send -X "$1" -H 'content-type: application/json' -d @- "$service$2"; }

# 1. The curve, and the pairs that it disputes: consecutive lines with the same prompt are compared.
version=$(send_lines /v1/fit '' | jq .version)
pairs=$(send_lines /v1/disputed-pairs "&version=$version&include=responses")
jq -r '.warnings[] | "Warning: \(.message)"' <<<"$pairs"
jq -r '"\(.disputed) of \(.pairs) pairs change their order; \(.ask | length) to label."' <<<"$pairs"

# 2. The labels, blind: which side has the higher reward is not shown. Empty input ends it early.
labels='[]'
total=$(jq '.ask | length' <<<"$pairs")
for ((i = 0; i < total; i++)); do
  index=$(jq ".ask[$i].left.index" <<<"$pairs")
  printf '\n%s of %s. %s\n' $((i + 1)) "$total" "$(jq -nr --argjson index "$index" 'nth($index; inputs).prompt' "$scored")"
  jq -r ".ask[$i] | \"  [1] \(.left.response)\", \"  [2] \(.right.response)\"" <<<"$pairs"
  answer=''
  until [[ $answer =~ ^[012]$ ]]; do
    read -rp 'Better: 1, 2, or 0 for neither? ' answer || break 2
  done
  side=$(jq -rn "[\"tie\", \"left\", \"right\"][$answer]")
  labels=$(jq --argjson pair "$(jq ".ask[$i]" <<<"$pairs")" --arg side "$side" \
    '. + [{id: $pair.id, preferred: $side}]' <<<"$labels")
done

# 3. The verdict, attached to the curve that was judged, and that curve at the strength of the verdict.
verdict=$(jq -n --argjson pairs "$pairs" --argjson labels "$labels" '{key: $pairs.key, labels: $labels}' |
  send_json POST /v1/verdict)
printf '\n%s\n' "$(jq -r '"\(.verdict.code) (\(.verdict.strength)): \(.verdict.explanation)"' <<<"$verdict")"
jq -r '.warnings[] | "Warning: \(.message)"' <<<"$verdict"
jq -r 'if .more_labels > 0 then "About \(.more_labels) more labels may decide it." else empty end' <<<"$verdict"
send_json PUT "/v1/curves/audit?reward_model=$name&version=$version" <<<"$verdict" >/dev/null
jq -n --arg name "$reward_model" --argjson version "$version" --argjson verdict "$verdict" \
  '{reward_model: $name, version: $version, alpha: $verdict.alpha}' |
  send_json POST /v1/curves/strength |
  jq -c '{reward_model, version, alpha: .characteristics[0].alpha, audit: .audit.verdict.code, probability: .audit.probability}'
