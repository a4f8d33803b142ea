#!/usr/bin/env bash
# From a JSONL of scored responses to twenty labels, a verdict, and a curve with its strength; with curl and jq alone.
# Usage: run.sh [scored.jsonl]; SERVICE, REWARD_MODEL and API_KEY from the environment. Answers are read from standard input.
set -euo pipefail

scored=${1:-"$(dirname "$0")/scored.jsonl"}
service=${SERVICE:-http://localhost:8080}
reward_model=${REWARD_MODEL:-examples/twenty-labels}
name=$(jq -rn --arg name "$reward_model" '$name | @uri')
authorization=(${API_KEY:+-H "authorization: Bearer $API_KEY"})

fail() { printf '%s\n' "$*" >&2; exit 1; }
# The answer; what the service refuses is printed as it says it, and ends the script.
send() {
  local answer
  answer=$(curl -sS --fail-with-body "${authorization[@]}" "$@") || fail "$answer"
  printf '%s' "$answer"
}
send_lines() { send -X POST -H 'content-type: application/x-ndjson' -T "$scored" "$service$1?reward_model=$name$2"; }
send_json() { send -X "$1" -H 'content-type: application/json' -d @- "$service$2"; }

# 1. The curve, and the pairs that it disputes: consecutive lines with the same prompt are compared.
curve=$(send_lines /v1/fit '')
version=$(jq .version <<<"$curve")
pairs=$(send_lines /v1/disputed-pairs "&version=$version&include=prompts&include=responses")
jq -r '.warnings[] | "Warning: \(.message)"' <<<"$pairs"
jq -r '"\(.disputed) of \(.pairs) pairs change their order; \(.ask | length) to label."' <<<"$pairs"
if jq -e 'any(.warnings[]; .code == "single-responses")' <<<"$pairs" >/dev/null; then fail 'Sort the lines by prompt.'; fi

# 2. The labels, blind: which side has the higher reward is not shown. The end of the input ends it early.
labels='[]'
total=$(jq '.ask | length' <<<"$pairs")
for ((i = 0; i < total; i++)); do
  jq -r --arg which "$((i + 1)) of $total" \
    ".ask[$i] | \"\n\(\$which). \(.prompt)\", \"  [1] \(.left.response)\", \"  [2] \(.right.response)\"" <<<"$pairs"
  while true; do
    read -rp 'Better: 1, 2, or 0 for neither? ' answer || break 2
    [[ $answer =~ ^[012]$ ]] && break
    # At a terminal it is asked again; answers in a file would go to the wrong pairs from here on.
    [[ -t 0 ]] || fail "Answer $((i + 1)) is not 1, 2 or 0: nothing was changed."
  done
  labels=$(jq --argjson pair "$(jq ".ask[$i]" <<<"$pairs")" --argjson answer "$answer" \
    '. + [{id: $pair.id, preferred: ["tie", "left", "right"][$answer]}]' <<<"$labels")
done

# 3. The verdict, attached to the curve that was judged, and that curve at the strength of the verdict.
request=$(jq -n --argjson pairs "$pairs" --argjson labels "$labels" '{key: $pairs.key, labels: $labels}')
verdict=$(send_json POST /v1/verdict <<<"$request")
printf '\n%s\n' "$(jq -r '"\(.verdict.code) (\(.verdict.strength)): \(.verdict.explanation)"' <<<"$verdict")"
jq -r '.warnings[] | "Warning: \(.message)"' <<<"$verdict"
jq -r 'if .more_labels > 0 then "About \(.more_labels) more labels may decide it." else empty end' <<<"$verdict"
if jq -e '.labels < 10' <<<"$verdict" >/dev/null; then
  printf 'Fewer than 10 labels prefer a response: nothing was changed; the curve is version %s at full strength.\n' "$version"
  exit
fi
send_json PUT "/v1/curves/audit?reward_model=$name&version=$version" <<<"$verdict" >/dev/null
strength=$(jq -n --arg name "$reward_model" --argjson version "$version" --argjson verdict "$verdict" \
  '{reward_model: $name, version: $version, alpha: $verdict.alpha}')
send_json POST /v1/curves/strength <<<"$strength" |
  jq -c '{reward_model, version, alpha: .characteristics[0].alpha, audit: .audit.verdict.code, probability: .audit.probability}'
