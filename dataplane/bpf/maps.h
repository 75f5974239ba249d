/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The program's settings, and what it and the agent share.
 */
#ifndef MAPS_H
#define MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "hyperplane.h"

const volatile struct config config = {
	.stall_timeout_ns = 0,
	.challenge_cost_ns = 0,
	.pipelines = 1,
	.counter_slots = 1,
	.target_slots = 1,
	.tunnel_address = 0,
	.tunnel_mtu_bytes = 0,
	.mtu_bytes = 1500,
	.vlan = 0,
};

/* Written by the pipeline threads through the map's memory. */
struct heartbeat heartbeats[MAX_PIPELINES];

/*
 * Established IPv4 flows, both directions. Sized at load. Never an LRU: full means full. The kernel makes all entries
 * at once, 0.5 us each, and on a kernel without preemption nothing else runs on that CPU meanwhile.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key4);
	__type(value, struct flow_entry4);
} flows SEC(".maps");

/* Those that have to do with IPv6. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key6);
	__type(value, struct flow_entry6);
} flows6 SEC(".maps");

/*
 * FINs of flows in the cache, a ring for each pipeline to read when it comes by. Full, or none: the frame itself goes
 * there.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_PIPELINES);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_RINGBUF);
		__uint(max_entries, 4096);
	});
} fins SEC(".maps");

/* A first look at whether a destination may be ours: most of what is not ends here. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct own_destinations);
} own_destinations SEC(".maps");

/* IPv4 destinations that flows in flows6 have. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct destination_bits);
} crossing SEC(".maps");

/* To enum own. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct own_prefix_key);
	__type(value, __u32);
} own_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct own_prefix_key6);
	__type(value, __u32);
} own_prefixes6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct next_hop);
} next_hops SEC(".maps");

/* Longest packets to targets, IPv4 ones mapped, where a path carries less than the interface. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct address);
	__type(value, __u32);
} path_mtus SEC(".maps");

/* No path is known to carry less than this; 0 = none carries less than the interface. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} narrowest_path SEC(".maps");

/* Keys of other nodes' flows. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key4);
	__type(value, struct relay_entry);
} relays SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key6);
	__type(value, struct relay_entry);
} relays6 SEC(".maps");

/* By node id. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct peer);
} peers SEC(".maps");

/* Whose frames are relayed ones: MAC address in wire order in the first six bytes, to node id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u32);
} peer_macs SEC(".maps");

/* Whose tunnelled frames are taken: address on the fabric to node id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, __u32);
} peer_addresses SEC(".maps");

/* By VIP, IPv4 ones mapped. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct address);
	__type(value, struct admission);
} admissions SEC(".maps");

/* When the buckets of VIPs and tenants are empty again. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 262144);
	__type(key, __u32);
	__type(value, __u64);
} admission_times SEC(".maps");

/* Of VIPs where any frame was refused; the listener is not known where that is decided. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct address);
	__type(value, struct refusals);
} refusals SEC(".maps");

/* A source at a tenant's VIPs. */
struct source {
	struct address address;
	__u32 tenant_place;
};

/* The same of sources, IPv6 ones by their /64; those that came last. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct source);
	__type(value, __u64);
} source_times SEC(".maps");

/* Until when a source is known to be there, IPv6 ones by their /64; those that were asked for last. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 131072);
	__type(key, struct address);
	__type(value, __u64);
} known_sources SEC(".maps");

/* When the bucket of challenges is empty again. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} challenge_time SEC(".maps");

/* The pipeline's sockets by receive queue. */
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet_counts);
} packet_counts SEC(".maps");

/* Index CPU * config.counter_slots + counter_slot: user space reads the memory without a call. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct listener_count);
} listener_counts SEC(".maps");

/* The same of targets: index CPU * config.target_slots + target * 2 + direction. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct listener_count);
} target_counts SEC(".maps");

/*
 * Of flows that are logged: frames that came with a key. An entry is there before that of the flow, and taken out after
 * it. Sized at load.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, struct flow_key4);
	__type(value, struct listener_count);
} flow_counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, struct flow_key6);
	__type(value, struct listener_count);
} flow_counts6 SEC(".maps");

#endif
