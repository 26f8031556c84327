#!/bin/sh
# Copies the program into this user's own folders and puts it into the menu. No rights are needed, nothing
# else is changed, and the data of a clinic is never touched. `./install.sh --remove` takes it away again.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
program=$HOME/.local/opt/labor-clinic
command=$HOME/.local/bin/clinic
entry=$share/applications/labor-clinic.desktop
icon=$share/icons/hicolor/256x256/apps/labor-clinic.png

if [ "${1:-}" = --remove ]; then
    if [ -e "$program/data" ]; then
        echo "install.sh: a clinic's data lies in $program/data. Move that folder away first." >&2
        exit 2
    fi
    rm -rf "$program"
    rm -f "$command" "$entry" "$icon"
    echo "Removed. The data of your clinic is where it was."
    exit 0
fi

if [ "$here" = "$program" ]; then
    echo "install.sh: this is the installed program; run the one of the new version's folder." >&2
    exit 2
fi
mkdir -p "$(dirname "$program")" "$(dirname "$command")" "$(dirname "$entry")" "$(dirname "$icon")"
# Beside the old one and then in its place, so that a full disk leaves what was there.
if [ -e "$program.old" ]; then
    echo "install.sh: an earlier installation was cut off. Look into $program.old, then remove it." >&2
    exit 2
fi
rm -rf "$program.new"
cp -R "$here" "$program.new"
if [ -e "$program" ]; then mv "$program" "$program.old"; fi
mv "$program.new" "$program"
for own in data versions portable.txt; do  # what came to lie beside the old one
    if [ -e "$program.old/$own" ]; then
        rm -rf "${program:?}/$own"
        mv "$program.old/$own" "$program/$own"
    fi
done
rm -rf "$program.old"
ln -sf "$program/clinic" "$command"
cp "$program/_internal/resources/icons/app/clinic-256.png" "$icon"
sed "s|@PROGRAM@|$program/clinic|" "$program/labor-clinic.desktop" > "$entry"
echo "Installed. Open it from the menu, or type: $command"
