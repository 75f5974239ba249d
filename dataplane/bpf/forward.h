/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames of established flows: the cache of the pipeline's verdicts.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include "encapsulate.h"

/*
 * A look-up in the cache of verdicts; CONTINUE when it has none for this frame. What came by a tunnel is not wrapped.
 */
static __always_inline int forward(
	struct xdp_md *ctx, struct frame *frame, bool may_wrap, __u64 now_ns, enum packet_counter *counter)
{
	struct flow_entry4 *entry = bpf_map_lookup_elem(&flows, &frame->key);
	const struct next_hop *hop;

	if (!entry || !ip_checksum_right(frame->ip))
		return CONTINUE;
	if (is_tunnelled(entry))
		return may_wrap ? encapsulate(ctx, frame, entry, now_ns, counter) : CONTINUE;
	if (frame->ip->ttl <= 1) {
		*counter = COUNTER_DROP_TTL;
		return XDP_DROP;
	}
	hop = hop_of(entry->route);
	if (!hop) {
		*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
		return XDP_DROP;
	}
	if (!note_fin(&frame->fin, &frame->key, NULL, entry->owner))
		return CONTINUE;
	rewrite(frame, entry);
	entry->last_seen = now_ns >> LAST_SEEN_SHIFT;
	count(entry->route, entry->owner, frame->bytes);
	count_flow(&frame->key, NULL, entry->owner, frame->bytes);
	*counter = COUNTER_FORWARDED;
	return send(ctx, frame->eth, hop);
}

/* By an entry within the family. */
static __always_inline int forward6(
	struct xdp_md *ctx, struct frame6 *frame, struct flow_entry6 *entry, __u64 now_ns, enum packet_counter *counter)
{
	const struct next_hop *hop;

	if (frame->ip->hop_limit <= 1) {
		*counter = COUNTER_DROP_TTL;
		return XDP_DROP;
	}
	hop = hop_of(entry->route);
	if (!hop) {
		*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
		return XDP_DROP;
	}
	if (!note_fin(&frame->fin, NULL, &frame->key, entry->owner))
		return CONTINUE;
	rewrite6(frame, entry);
	entry->last_seen = now_ns >> LAST_SEEN_SHIFT;
	count(entry->route, entry->owner, frame->bytes);
	count_flow(NULL, &frame->key, entry->owner, frame->bytes);
	*counter = COUNTER_FORWARDED;
	return send(ctx, frame->eth, hop);
}

#endif
