#!/usr/bin/env bash
# The tour of the README against a running stack (`npm start`), by curl. Prints each answer; stops at the first failure.
# Usage: docs/examples/tour.sh [endpoints.json] [webhook-url]
set -euo pipefail

endpoints=${1:-.wharf/endpoints.json}
webhook=${2:-http://127.0.0.1:4000/hook}
field() { node -e 'let text = ""; process.stdin.on("data", (part) => (text += part)).on("end", () => console.log(process.argv[1].split(".").reduce((value, name) => value[name], JSON.parse(text))))' "$1"; }
api="$(field api < "$endpoints")/api/v1"
simulator=$(field simulator < "$endpoints")
json='content-type: application/json'
email="tour-$RANDOM-$RANDOM@example.com"
owner="4915$((RANDOM % 90000 + 10000))0001"
friend="4915$((RANDOM % 90000 + 10000))0002"
call() { curl --silent --show-error --fail-with-body "$@"; }

echo "1. An account, a login, a master key"
call "$api/auth/register" -H "$json" -d "{\"email\":\"$email\",\"password\":\"a long password\",\"name\":\"Tour\"}" > /dev/null
token=$(call "$api/auth/login" -H "$json" -d "{\"email\":\"$email\",\"password\":\"a long password\"}" | field data.token)
key=$(call "$api/auth/api-keys" -H "authorization: Bearer $token" -H "$json" -d '{"name":"SaaS Master Key"}' | field data.key)

echo "2. A session with its webhook"
session=$(call "$api/sessions" -H "x-api-key: $key" -H "$json" \
  -d "{\"name\":\"Client ABC\",\"webhook\":{\"url\":\"$webhook\",\"events\":[\"*\"]}}" | field data.sessionId)
echo "   $session"

echo "3. The QR, scanned by a simulated phone"
qr=$(call "$api/sessions/$session/qr?wait=20" -H "x-api-key: $key" | field data.qr)
call "$simulator/phones" -H "$json" -d "{\"phone\":\"$owner\",\"name\":\"Olga Owner\"}" > /dev/null
call "$simulator/phones" -H "$json" -d "{\"phone\":\"$friend\",\"name\":\"Fred Friend\"}" > /dev/null
call "$simulator/phones/$owner/scan" -H "$json" -d "{\"qr\":\"$qr\"}" > /dev/null
for _ in $(seq 100); do
  status=$(call "$api/sessions/$session/status" -H "x-api-key: $key" | field data.status)
  [ "$status" = connected ] && break
  sleep 0.1
done
echo "   $status"

echo "4. A message in"
call "$simulator/phones/$friend/messages" -H "$json" -d "{\"to\":\"$owner\",\"text\":\"hello\"}"
echo

echo "5. A message out"
message=$(call "$api/sessions/$session/messages" -H "x-api-key: $key" -H "$json" -d "{\"to\":\"+$friend\",\"text\":\"hi Fred\"}" | field data.messageId)
for _ in $(seq 100); do
  inbox=$(call "$simulator/phones/$friend/messages")
  case "$inbox" in *"$message"*) break ;; esac
  sleep 0.1
done
echo "   $inbox"
case "$inbox" in *"hi Fred"*) echo "The phone has it." ;; *) echo "The phone does not have it." >&2; exit 1 ;; esac
