# Faults: what can befall a node. Each takes effect at once and returns; nothing is waited for.

fault() {
    local kind=${1:-} node=${2:-}
    [[ $node =~ ^node-[a-z][0-9]+$ ]] && [ -e "$STATE/run/$node.pid" ] ||
        die "usage: infra/lab fault kill|freeze|thaw|unplug|plug NODE, NODE as in infra/lab status"
    case $kind in
    kill) signal_node "$node" KILL ;;
    freeze) signal_node "$node" STOP ;;
    thaw) signal_node "$node" CONT ;;
    # The carrier stays: the node and its routers see a silence, as when a host dies or a cable in the middle is cut.
    unplug) ip -n "$(ns "switch-$(zone_of "$node")")" link set dev "p-$node" nomaster ;;
    plug) ip -n "$(ns "switch-$(zone_of "$node")")" link set dev "p-$node" master br0 ;;
    *) die "no fault '$kind': kill, freeze, thaw, unplug, plug" ;;
    esac
}

# All that runs on the node.
signal_node() {
    local process
    for process in "$1" $(silo_of "$1"); do signal_process "$process" "$2"; done
}

zone_of() { local name=${1#node-}; echo "${name:0:1}"; }
