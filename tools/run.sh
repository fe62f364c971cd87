#!/bin/bash
# The main job on the sample office: spreadsheets in, roster on paper, package up, merged above. Results lie in out/.
set -eu
cd "$(dirname "$0")/.."

out=out
county=$out/office
city=$out/city
desk=.venv/bin/county-desk
year=2026
# The offices of this trial are not to appear among those that the computer's clerk works on.
export COUNTY_DESK_SETTINGS=$PWD/$out/settings

step() { printf '\n== %s\n' "$*"; }

# Exit 1 says that rows were refused, as they must be here.
some_refused() { "$@" || [ $? -eq 1 ]; }

rm -rf "$county" "$city" "$out/window" "$out/cards" "$out/errors" "$out/sheets" "$out/paper" "$out/packages" "$out/receipts"
mkdir -p "$out/cards" "$out/errors" "$out/sheets" "$out/paper" "$out/packages" "$out/receipts"

step "1. A sample county office and the city's office above it"
$desk sample "$county"
$desk new-office "$city" --name 云州市教育委员会 --code 509900 --level city

step "2. Both exchange their key cards"
$desk keys card --to "$out/cards/云岭县.ckey" --office "$county"
$desk keys card --to "$out/cards/云州市.ckey" --office "$city"
$desk keys confirm "$out/cards/云州市.ckey" --office "$county"
$desk keys confirm "$out/cards/云岭县.ckey" --office "$city"

step "3. Twelve schools' spreadsheets come in; faulty rows go back as copies in $out/errors"
some_refused $desk import resources/sample/*.xls* resources/sample/*.csv --as roster --errors "$out/errors" \
    --office "$county"

step "4. Lists as workbooks in $out/sheets"
$desk export appointments --to "$out/sheets/骨干教师.xlsx" --office "$county"
$desk export teachers --to "$out/sheets/教师.xlsx" --office "$county"
$desk export schools --to "$out/sheets/学校.xlsx" --office "$county"

step "5. The roster on paper, official and public, in $out/paper"
$desk report F01 --to "$out/paper/骨干教师花名册.pdf" --office "$county"
$desk report F01 --to "$out/paper/骨干教师花名册（公示）.pdf" --set version=public --office "$county"

step "6. The yearly package for the city in $out/packages"
$desk package write --year $year --to "$out/packages" --office "$county"

step "7. The city reads and merges it; its receipt lies in $out/receipts"
for package in "$out"/packages/*.cpkg; do
    $desk package show "$package" --office "$city"
    $desk package merge "$package" --receipt "$out/receipts" --office "$city"
done

step "8. Both databases are whole"
$desk check --office "$county"
$desk check --office "$city"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    step "9. The window opens on the sample office; close it to end"
    $desk window --office "$county"
else
    step "9. No display: a picture of every page in $out/window"
    # Offscreen, Qt warns of size hints for every window it cannot move.
    QT_LOGGING_RULES=default.warning=false $desk window --screenshots "$out/window" --office "$county"
fi

step "Done. See $out/errors, $out/sheets, $out/paper, $out/packages, $out/receipts and $out/window."
