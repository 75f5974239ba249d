/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How frames leave, and are counted.
 */
#ifndef SEND_H
#define SEND_H

#include "frame.h"
#include "frame6.h"
#include "maps.h"

static __always_inline void count_listener(__u32 route, __u32 bytes)
{
	__u32 slot = (route >> ROUTE_NEXT_HOP_BITS) & ROUTE_SLOT_MASK;
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

/* The ring has one reader: which of several pipelines has a flow is not known here. */
static __always_inline struct flow_fin *reserve_fin(const struct fin *seen)
{
	struct flow_fin *fin = config.pipelines > 1 ? NULL : bpf_ringbuf_reserve(&fins, sizeof(*fin), 0);

	if (fin) {
		fin->sequence_end = seen->sequence_end;
		fin->acknowledgement = seen->acknowledgement;
	}
	return fin;
}

/* Tells the pipeline of a FIN that is about to leave; false when it must see the frame itself. */
static __always_inline bool note_fin(const struct frame *frame)
{
	struct flow_fin *fin;

	if (!frame->fin.seen)
		return true;
	fin = reserve_fin(&frame->fin);
	if (!fin)
		return false;
	map_key(&fin->key, &frame->key);
	bpf_ringbuf_submit(fin, BPF_RB_NO_WAKEUP);
	return true;
}

static __always_inline bool note_fin6(const struct frame6 *frame)
{
	struct flow_fin *fin;

	if (!frame->fin.seen)
		return true;
	fin = reserve_fin(&frame->fin);
	if (!fin)
		return false;
	fin->key = frame->key;
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
