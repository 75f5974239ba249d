/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How frames leave, and are counted.
 */
#ifndef SEND_H
#define SEND_H

#include "frame.h"
#include "frame6.h"
#include "maps.h"

static __always_inline void count_in(void *counts, __u32 slots, __u32 slot, __u32 bytes)
{
	struct listener_count *count;
	__u32 index;

	if (slot >= slots)
		return;
	index = bpf_get_smp_processor_id() * slots + slot;
	count = bpf_map_lookup_elem(counts, &index);
	if (!count)
		return;
	count->packets++;
	count->bytes += bytes;
}

/* For the listener and for the target of a flow; the direction is the lowest bit of either place. */
static __always_inline void count(__u32 route, __u32 owner, __u32 bytes)
{
	__u32 slot = (route >> ROUTE_NEXT_HOP_BITS) & ROUTE_SLOT_MASK;

	count_in(&listener_counts, config.counter_slots, slot, bytes);
	count_in(&target_counts, config.target_slots, (owner >> OWNER_TARGET_SHIFT) * 2 + (slot & 1), bytes);
}

/* For the flow itself, when it is logged. One of the keys is NULL. Frames of a flow may be on several CPUs at once. */
static __always_inline void count_flow(
	const struct flow_key4 *key4, const struct flow_key6 *key6, __u32 owner, __u32 bytes)
{
	struct listener_count *count;

	if (!__builtin_expect(owner & OWNER_LOGGED, 0))
		return;
	if (key4)
		count = bpf_map_lookup_elem(&flow_counts, key4);
	else
		count = bpf_map_lookup_elem(&flow_counts6, key6);
	if (!count)
		return;
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, bytes);
}

static __always_inline int send(struct xdp_md *ctx, struct ethhdr *eth, const struct next_hop *hop)
{
	__builtin_memcpy(eth->h_dest, hop->destination_mac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, hop->source_mac, ETH_ALEN);
	if (hop->ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(hop->ifindex, 0);
}

/*
 * Tells the flow's pipeline, which its entry names, of a FIN that is about to leave; false when the pipeline must see
 * the frame itself. One of the keys is NULL.
 */
static __always_inline bool note_fin(
	const struct fin *seen, const struct flow_key4 *key4, const struct flow_key6 *key6, __u32 owner)
{
	__u32 home = owner & OWNER_HOME_MASK;
	struct flow_fin *fin;
	void *ring;

	if (!seen->seen)
		return true;
	ring = bpf_map_lookup_elem(&fins, &home);
	fin = ring ? bpf_ringbuf_reserve(ring, sizeof(*fin), 0) : NULL;
	if (!fin)
		return false;
	if (key4)
		map_key(&fin->key, key4);
	else
		fin->key = *key6;
	fin->sequence_end = seen->sequence_end;
	fin->acknowledgement = seen->acknowledgement;
	bpf_ringbuf_submit(fin, BPF_RB_NO_WAKEUP);
	return true;
}

/* The next hop that a route names; NULL while its MAC address is not known. */
static __always_inline const struct next_hop *hop_of(__u32 route)
{
	__u32 index = route & ROUTE_NEXT_HOP_MASK;
	const struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &index);

	return hop && hop->resolved ? hop : NULL;
}

#endif
