# Processes of the lab. Each has run/NAME.pid ("pid starttime") and run/NAME.cmd; it is ended by that pid, and only
# while the start time still matches, so a pid that the system gave to somebody else is never touched.

start_time() { awk '{sub(/^.*\) /, ""); print $20}' "/proc/$1/stat" 2>/dev/null; }

# start NAME CMD…: in the background, output in log/NAME.log.
start() {
    local name=$1
    shift
    (umask 077 && printf '%q ' "$@" >"$STATE/run/$name.cmd")
    setsid "$@" </dev/null >>"$STATE/log/$name.log" 2>&1 &
    adopt "$name" $!
    disown
}

adopt() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$STATE/run/$1.pid"; }

# Takes over a daemon that wrote its own pid file.
adopt_daemon() {
    wait_for "$1 to start" 10 test -s "$2"
    adopt "$1" "$(cat "$2")"
}

start_again() {
    [ -e "$STATE/run/$1.cmd" ] || die "no process '$1'; see infra/lab status"
    # What was killed may still be on its way out.
    [ ! -e "$STATE/run/$1.killed" ] || wait_quietly 20 process_gone "$1" || die "$1 does not end"
    rm -f "$STATE/run/$1.killed"
    process_alive "$1" && return
    local -a command
    eval "command=($(cat "$STATE/run/$1.cmd"))"
    start "$1" "${command[@]}"
}

process_alive() {
    local pid started
    [ -e "$STATE/run/$1.pid" ] || return 1
    read -r pid started <"$STATE/run/$1.pid" || return 1
    [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] && ! grep -q '^State:.Z' "/proc/$pid/status"
}

# signal_process NAME SIGNAL: a silo is a group, see silos.sh.
signal_process() {
    local pid _
    process_alive "$1" || return 0
    read -r pid _ <"$STATE/run/$1.pid"
    [[ $1 != silo-* ]] || pid=-$pid
    [ "$2" != KILL ] || : >"$STATE/run/$1.killed"
    kill "-$2" -- "$pid" 2>/dev/null || true
}

process_gone() { ! process_alive "$1"; }

stop_process() {
    signal_process "$1" TERM
    wait_quietly 20 process_gone "$1" || signal_process "$1" KILL
    wait_quietly 5 process_gone "$1" || die "$1 does not end"
}

end_processes_of_state() {
    local file name
    [ -d "$STATE/run" ] || return 0
    # The lab is thrown away: nothing drains. PostgreSQL gets the chance to end its children.
    for file in "$STATE"/run/*.pid; do
        [ -e "$file" ] || continue
        name=$(basename "$file" .pid)
        if [ "$name" = postgres ]; then signal_process "$name" QUIT; else signal_process "$name" KILL; fi
    done
    for file in "$STATE"/run/*.pid; do
        [ -e "$file" ] || continue
        name=$(basename "$file" .pid)
        wait_quietly 10 process_gone "$name" || signal_process "$name" KILL
    done
}

end_processes_of_namespace() {
    local pid
    for pid in $(ip netns pids "$1"); do kill -KILL "$pid" 2>/dev/null || true; done
}

# wait_quietly SECONDS CMD…: until CMD succeeds.
wait_quietly() {
    local until=$((SECONDS + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.05
    done
}

# wait_ready NAME PATTERN: until the process has printed a line like that; a process that ended is not waited for.
wait_ready() {
    local log=$STATE/log/$1.log until=$((SECONDS + 60))
    while ! grep -q "$2" "$log" 2>/dev/null; do
        if ! process_alive "$1" || [ $SECONDS -ge $until ]; then
            tail -n 10 "$log" >&2
            die "$1 did not become ready; its log ends as above"
        fi
        sleep 0.05
    done
}

# wait_for WHAT SECONDS CMD…: until CMD succeeds, and says what it waited for in vain.
wait_for() {
    local what=$1 seconds=$2
    shift 2
    wait_quietly "$seconds" "$@" || die "waited $seconds s in vain for $what; look at infra/lab logs"
}
