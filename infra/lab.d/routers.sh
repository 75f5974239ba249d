# One router per zone: eBGP with the nodes of its fabric, BFD, ECMP over them, layer-4 hashing. FRR, or BIRD as a second vendor.

routers_up() {
    local router=$1 bfd_ms=$2 nodes=$3 zone
    for zone in "${ZONES[@]}"; do
        case $router in
        frr) frr_up "$zone" "$bfd_ms" ;;
        bird) bird_up "$zone" "$bfd_ms" "$nodes" ;;
        esac
    done
}

# A router's BFD answers in time even while the machine is busy: the nodes' does too, and hardware would.
real_time() { if chrt -f 20 true 2>/dev/null; then echo chrt -f 20; fi; }
