# One FRR router per zone: eBGP with any node of the fabric, ECMP over them, layer-4 hashing.

routers_up() {
    local zone
    for zone in "${ZONES[@]}"; do router_up "$zone"; done
}

router_up() {
    local zone=$1 z dir
    z=$(zone_number "$zone")
    dir=$STATE/run/frr-$zone
    mkdir -p "$dir"
    cat >"$dir/zebra.conf" <<CONF
hostname router-$zone
log file $STATE/log/zebra-$zone.log informational
CONF
    cat >"$dir/bgpd.conf" <<CONF
hostname router-$zone
log file $STATE/log/bgpd-$zone.log informational
ip prefix-list NODES seq 5 permit $(vip_pool "$zone") ge 26 le 32
ip prefix-list NODES seq 10 permit $(snat_pool "$zone") le 32
ip prefix-list NODES seq 15 permit $(probe_pool "$zone") ge 32 le 32
route-map FROM-NODES permit 10
 match ip address prefix-list NODES
route-map FROM-NODES deny 99
route-map TO-NODES deny 10
router bgp 64512
 bgp router-id 10.10.$z.1
 bgp log-neighbor-changes
 bgp bestpath as-path multipath-relax
 bgp graceful-restart-disable
 bgp listen limit 64
 neighbor NODES peer-group
 neighbor NODES remote-as external
 neighbor NODES timers 3 9
 bgp listen range 10.10.$z.0/24 peer-group NODES
 address-family ipv4 unicast
  neighbor NODES soft-reconfiguration inbound
  neighbor NODES route-map FROM-NODES in
  neighbor NODES route-map TO-NODES out
  neighbor NODES maximum-prefix 4000
  maximum-paths 16
 exit-address-family
CONF
    touch "$STATE"/log/{zebra,bgpd}-"$zone".log
    chown -R frr:frr "$dir" "$STATE"/log/{zebra,bgpd}-"$zone".log
    local daemon
    for daemon in zebra bgpd; do
        ip netns exec "$(ns "router-$zone")" /usr/lib/frr/$daemon -d --vty_socket "$dir" -z "$dir/zserv.api" -A 127.0.0.1 \
            -f "$dir/$daemon.conf" -i "$dir/$daemon.pid" >>"$STATE/log/$daemon-$zone.log" 2>&1
        adopt_daemon "$daemon-$zone" "$dir/$daemon.pid"
    done
}
