// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Decides which frames are ours, forwards those of established IPv4 flows, and
 * relays those of other nodes' flows to their owners.
 *
 * A cache of the pipeline's verdicts: whatever is not a plain frame of a flow
 * that the pipeline has put into `flows` goes to the pipeline, which alone names
 * what is wrong with it. What is not ours goes to the kernel untouched.
 *
 * Stages answer a verdict (enum xdp_action) or CONTINUE.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "frame.h"
#include "gue.h"
#include "hyperplane.h"

const volatile struct config config = {
	.stall_timeout_ns = 0,
	.pipelines = 1,
	.counter_slots = 1,
	.tunnel_address = 0,
	.tunnel_mtu_bytes = 0,
};

#define XDP_VERDICTS 7

/* Written by the pipeline threads through the map's memory. */
struct heartbeat heartbeats[MAX_PIPELINES];

/* Established flows, both directions. Sized at load. Never an LRU: full means full. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key4);
	__type(value, struct flow_entry4);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct own_prefix_key);
	__type(value, __u32);
} own_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct next_hop);
} next_hops SEC(".maps");

/* Keys of other nodes' flows. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key4);
	__type(value, struct relay_entry);
} relays SEC(".maps");

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

static __always_inline void count_listener(const struct flow_entry4 *entry, __u32 bytes)
{
	__u32 slot = entry->route >> ROUTE_NEXT_HOP_BITS;
	struct listener_count *count;
	__u32 index;

	if (slot >= config.counter_slots)
		return;
	index = bpf_get_smp_processor_id() * config.counter_slots + slot;
	count = bpf_map_lookup_elem(&listener_counts, &index);
	if (!count)
		return;
	count->packets++;
	count->bytes += bytes;
}

static __always_inline int send(struct xdp_md *ctx, struct ethhdr *eth, const struct next_hop *hop)
{
	__builtin_memcpy(eth->h_dest, hop->destination_mac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, hop->source_mac, ETH_ALEN);
	if (hop->ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(hop->ifindex, 0);
}

/* A look-up in the cache of verdicts; CONTINUE when it has none for this frame. */
static __always_inline int forward(struct xdp_md *ctx, struct frame *frame, __u64 now_ns, enum packet_counter *counter)
{
	struct flow_entry4 *entry = bpf_map_lookup_elem(&flows, &frame->key);
	struct next_hop *hop;
	__u32 index;

	if (!entry || !ip_checksum_right(frame->ip))
		return CONTINUE;
	if (frame->ip->ttl <= 1) {
		*counter = COUNTER_DROP_TTL;
		return XDP_DROP;
	}
	index = entry->route & ROUTE_NEXT_HOP_MASK;
	hop = bpf_map_lookup_elem(&next_hops, &index);
	if (!hop || !hop->resolved) {
		*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
		return XDP_DROP;
	}
	rewrite(frame, entry);
	entry->last_seen = now_ns >> LAST_SEEN_SHIFT;
	/* Two CPUs may lose a count here; the counts per listener are exact. */
	entry->packets++;
	count_listener(entry, frame->bytes);
	*counter = COUNTER_FORWARDED;
	return send(ctx, frame->eth, hop);
}

static __always_inline bool from_peer(const struct frame *frame)
{
	__u64 mac = 0;

	__builtin_memcpy(&mac, frame->eth->h_source, ETH_ALEN);
	return bpf_map_lookup_elem(&peer_macs, &mac) != NULL;
}

/* Whole inside GUE; only its old Ethernet header goes. */
static __noinline int into_tunnel(
	struct xdp_md *ctx, const struct peer *owner, const struct next_hop *hop, __be16 port,
	enum packet_counter *counter)
{
	struct gue_headers outer;
	__u32 packet_bytes;

	*counter = COUNTER_DROP_TUNNEL_MTU;
	if (bpf_xdp_adjust_head(ctx, -GUE_BYTES) || !find_gue(ctx, &outer))
		return XDP_DROP;
	packet_bytes = ctx->data_end - ctx->data - sizeof(*outer.eth);
	write_gue(&outer, packet_bytes, config.tunnel_address, owner->tunnel_address, port);
	*counter = COUNTER_TUNNELLED;
	/* A verdict, never CONTINUE: the verifier must see that nobody goes on with the old pointers. */
	return send(ctx, outer.eth, hop) & XDP_VERDICTS;
}

/* To the living owner of the flow, but for its MAC addresses untouched; a relayed frame is never relayed again. */
static __always_inline int relay(struct xdp_md *ctx, struct frame *frame, __u64 now_ns, enum packet_counter *counter)
{
	struct relay_entry *entry = bpf_map_lookup_elem(&relays, &frame->key);
	struct next_hop *hop;
	struct peer *owner;
	__u32 index;

	if (!entry || frame->ip->ttl <= 1 || !ip_checksum_right(frame->ip))
		return CONTINUE;
	index = entry->owner_node;
	owner = bpf_map_lookup_elem(&peers, &index);
	if (!owner || !owner->alive || owner->start != entry->owner_start || from_peer(frame))
		return CONTINUE;
	index = owner->next_hop;
	hop = bpf_map_lookup_elem(&next_hops, &index);
	if (!hop || !hop->resolved)
		return CONTINUE;
	/* What does not fit is the pipeline's to cut or to refuse. */
	if (owner->tunnel_address != 0
		&& frame->bytes - sizeof(*frame->eth) + GUE_BYTES > config.tunnel_mtu_bytes)
		return CONTINUE;
	entry->last_seen_ns = now_ns;
	entry->packets++;
	if (owner->tunnel_address != 0)
		return into_tunnel(ctx, owner, hop, entry->tunnel_port, counter);
	*counter = COUNTER_RELAYED;
	return send(ctx, frame->eth, hop);
}

static __always_inline bool ours(const struct iphdr *ip)
{
	struct own_prefix_key key = { .prefix_bits = 32, .address = ip->daddr };

	return bpf_map_lookup_elem(&own_prefixes, &key) != NULL;
}

/* Somebody's frame inside GUE. */
static __always_inline bool tunnelled(struct xdp_md *ctx, const struct frame *frame)
{
	const void *data_end = (void *)(long)ctx->data_end;
	const struct udphdr *udp = (const void *)(frame->ip + 1);

	return config.tunnel_address != 0 && frame->ip->daddr == config.tunnel_address
		&& frame->ip->protocol == IPPROTO_UDP && plain_ip(frame->ip)
		&& (const void *)(udp + 1) <= data_end && udp->dest == bpf_htons(GUE_PORT);
}

/*
 * A node's frame of a flow of ours is forwarded, one that no node of the cell sent is refused. All else goes to the
 * pipeline as it came: CONTINUE. What came by a tunnel is a relayed frame and is not relayed again.
 */
static __noinline int out_of_tunnel(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct gue_headers outer;
	struct frame inner = {};
	__be32 source;
	int verdict;

	if (!find_gue(ctx, &outer) || !ip_checksum_right(outer.ip)
		|| bpf_ntohs(outer.ip->tot_len) != ctx->data_end - ctx->data - sizeof(*outer.eth))
		return CONTINUE;
	source = outer.ip->saddr;
	if (!bpf_map_lookup_elem(&peer_addresses, &source) || *outer.follows != bpf_htonl(GUE_IPV4_FOLLOWS)) {
		*counter = COUNTER_DROP_TUNNEL;
		return XDP_DROP;
	}
	inner.eth = (void *)outer.eth + GUE_BYTES;
	inner.ip = (void *)(inner.eth + 1);
	inner.bytes = data_end - (void *)inner.eth;
	if ((void *)(inner.ip + 1) > data_end || !plain(ctx, &inner))
		return CONTINUE;
	verdict = forward(ctx, &inner, now_ns, counter);
	if (verdict == CONTINUE || verdict == XDP_DROP)
		return verdict;
	inner.eth->h_proto = bpf_htons(ETH_P_IP);
	return bpf_xdp_adjust_head(ctx, GUE_BYTES) ? XDP_ABORTED : verdict;
}

/* The dead-man switch. A beat may be newer than our coarse clock, hence the signed difference. */
static __always_inline bool stalled(__u64 now_ns)
{
	if (config.stall_timeout_ns == 0)
		return false;
	for (__u32 i = 0; i < MAX_PIPELINES && i < config.pipelines; i++) {
		__u64 beat_ns = *(volatile __u64 *)&heartbeats[i].beat_ns;

		if (beat_ns == 0 || (__s64)(now_ns - beat_ns) > (__s64)config.stall_timeout_ns)
			return true;
	}
	return false;
}

static __always_inline int punt(struct xdp_md *ctx, enum packet_counter *counter)
{
	int verdict = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_DROP);

	*counter = verdict == XDP_REDIRECT ? COUNTER_PUNTED : COUNTER_DROP_NO_SOCKET;
	return verdict;
}

/* A frame that a switch floods because it lost the receiver must not be carried on twice. */
static __always_inline bool addressed_to_us(const struct ethhdr *eth)
{
	return !config.checks_mac || (*(const __u32 *)eth->h_dest == config.own_mac_first
		&& *(const __u16 *)(eth->h_dest + 4) == config.own_mac_last);
}

static __always_inline int decide(struct xdp_md *ctx, enum packet_counter *counter)
{
	struct frame frame = {};
	__u64 now_ns;
	bool is_tunnelled;
	bool alive;
	int verdict;

	*counter = COUNTER_PASSED;
	verdict = find_destination(ctx, &frame);
	if (verdict != CONTINUE)
		return verdict;
	if (!addressed_to_us(frame.eth))
		return XDP_PASS;
	now_ns = bpf_ktime_get_coarse_ns();
	alive = !stalled(now_ns);
	/* A known flow is ours without asking for its prefix. */
	if (alive && plain(ctx, &frame)) {
		verdict = forward(ctx, &frame, now_ns, counter);
		if (verdict == CONTINUE)
			verdict = relay(ctx, &frame, now_ns, counter);
		if (verdict != CONTINUE)
			return verdict;
	}
	is_tunnelled = tunnelled(ctx, &frame);
	if (!is_tunnelled && !ours(frame.ip))
		return XDP_PASS;
	if (!alive) {
		*counter = COUNTER_DROP_AGENT_STALLED;
		return XDP_DROP;
	}
	if (is_tunnelled) {
		verdict = out_of_tunnel(ctx, now_ns, counter);
		if (verdict != CONTINUE)
			return verdict;
	}
	return punt(ctx, counter);
}

SEC("xdp")
int hyperplane(struct xdp_md *ctx)
{
	enum packet_counter counter;
	int verdict = decide(ctx, &counter);
	__u32 zero = 0;
	struct packet_counts *counts = bpf_map_lookup_elem(&packet_counts, &zero);

	if (counts && counter < PACKET_COUNTERS) {
		counts->frames[COUNTER_RECEIVED]++;
		counts->frames[counter]++;
	}
	return verdict;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
