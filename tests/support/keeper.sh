# Keeps one program for a test process, and ends it with that process. The lines before these define what it does at
# each order: `begin`, others of the program's own, and `end`.
#
# Orders come as lines on the standard input, which the test process holds open. When that process is gone, whatever
# ended it, the input is at its end: the program is ended and its folder removed.

trap '' PIPE # nobody may read the answers any more, and there is still a folder to remove
umask 077
folder=$(mktemp -d "$temporary/ormcore-XXXXXX" 2>/dev/null || mktemp -d /tmp/ormcore-XXXXXX) || exit 1
trap 'end >/dev/null 2>&1 </dev/null; cd /; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder" || exit 1
echo "$folder"

while read -r order; do
  if "$order" >>log 2>&1 </dev/null; then echo done; else echo failed; fi
done
