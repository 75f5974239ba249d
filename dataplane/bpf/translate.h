/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames of established flows that leave in the other address family (RFC 7915):
 * FamilyTranslator does the same. Only what needs no thought: options, extension
 * headers, fragments, IPv4 datagrams without a checksum and what would no longer
 * fit go to the pipeline.
 */
#ifndef TRANSLATE_H
#define TRANSLATE_H

#include "forward.h"

#define FAMILY_DIFFERENCE ((int)(sizeof(struct ipv6hdr) - sizeof(struct iphdr)))
/* What every IPv6 path carries whole, as IPv4: only this may be cut on the way. */
#define LONGEST_CUT_BYTES (1280 - FAMILY_DIFFERENCE)

/* Where a frame goes; NULL, and the reason, when it does not. */
static __always_inline const struct next_hop *may_leave(
	const struct flow_entry6 *entry, __u8 hop_limit, enum packet_counter *counter)
{
	*counter = COUNTER_DROP_TTL;
	if (hop_limit <= 1)
		return NULL;
	*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
	return hop_of(entry->route);
}

/* What a translated frame has in common with others. */
static __always_inline void leave(
	struct flow_entry6 *entry, __u32 bytes, __u64 now_ns, enum packet_counter *counter)
{
	entry->last_seen = now_ns >> LAST_SEEN_SHIFT;
	count(entry->route, entry->owner, bytes);
	*counter = COUNTER_DROP_TRANSLATION;
}

/* The entry of a plain IPv4 frame in the map of flows that have to do with IPv6. */
static __always_inline struct flow_entry6 *find_mapped(const struct flow_key4 *key4)
{
	struct flow_key6 key;

	map_key(&key, key4);
	return bpf_map_lookup_elem(&flows6, &key);
}

static __always_inline int to_ipv6(struct xdp_md *ctx, struct frame *frame, __u64 now_ns, enum packet_counter *counter)
{
	struct flow_entry6 *entry = find_mapped(&frame->key);
	struct ipv6hdr header = {};
	const struct next_hop *hop;
	__u32 segment_bytes;
	struct ethhdr *eth;

	if (!entry || !ip_checksum_right(frame->ip))
		return CONTINUE;
	if (is_tunnelled(entry))
		return encapsulate_mapped(ctx, frame, entry, now_ns, counter);
	segment_bytes = bpf_ntohs(frame->ip->tot_len) - sizeof(*frame->ip);
	if (segment_bytes + sizeof(header) > config.mtu_bytes)
		return CONTINUE;
	if (frame->ip->protocol == IPPROTO_UDP && *frame->checksum == 0)
		return CONTINUE;
	hop = may_leave(entry, frame->ip->ttl, counter);
	if (!hop)
		return XDP_DROP;
	if (!note_fin(&frame->fin, &frame->key, NULL, entry->owner))
		return CONTINUE;
	leave(entry, frame->bytes, now_ns, counter);
	count_flow(&frame->key, NULL, entry->owner, frame->bytes);
	frame->ports[0] = entry->source_port;
	frame->ports[1] = entry->destination_port;
	if (frame->ip->protocol == IPPROTO_TCP)
		adjust_tcp(frame->checksum, entry->l4_checksum_delta, &entry->acknowledgement);
	else
		adjust_udp(frame->checksum, entry->l4_checksum_delta);
	*(__be16 *)&header = bpf_htons((__u16)(IPV6_VERSION << 12 | frame->ip->tos << 4));
	header.payload_len = bpf_htons((__u16)segment_bytes);
	header.nexthdr = frame->ip->protocol;
	header.hop_limit = frame->ip->ttl - 1;
	__builtin_memcpy(&header.saddr, &entry->source, sizeof(header.saddr));
	__builtin_memcpy(&header.daddr, &entry->destination, sizeof(header.daddr));
	if (bpf_xdp_adjust_head(ctx, -FAMILY_DIFFERENCE))
		return XDP_DROP;
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) + sizeof(header) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	__builtin_memcpy(eth + 1, &header, sizeof(header));
	eth->h_proto = bpf_htons(ETH_P_IPV6);
	*counter = COUNTER_TRANSLATED;
	return send(ctx, eth, hop) & XDP_VERDICTS;
}

/* A plain IPv6 frame whose entry has IPv4 addresses. */
static __always_inline int to_ipv4(
	struct xdp_md *ctx, struct frame6 *frame, struct flow_entry6 *entry, __u64 now_ns, enum packet_counter *counter)
{
	struct iphdr header = {};
	const struct next_hop *hop;
	__u32 total_bytes;
	struct ethhdr *eth;

	hop = may_leave(entry, frame->ip->hop_limit, counter);
	if (!hop)
		return XDP_DROP;
	if (!note_fin(&frame->fin, NULL, &frame->key, entry->owner))
		return CONTINUE;
	leave(entry, frame->bytes, now_ns, counter);
	count_flow(NULL, &frame->key, entry->owner, frame->bytes);
	frame->ports[0] = entry->source_port;
	frame->ports[1] = entry->destination_port;
	if (frame->ip->nexthdr == IPPROTO_TCP)
		adjust_tcp(frame->checksum, entry->l4_checksum_delta, &entry->acknowledgement);
	else
		adjust_udp(frame->checksum, entry->l4_checksum_delta);
	total_bytes = bpf_ntohs(frame->ip->payload_len) + sizeof(header);
	*(__u8 *)&header = IPV4_NO_OPTIONS;
	header.tos = traffic_class6(frame->ip);
	header.tot_len = bpf_htons((__u16)total_bytes);
	header.id = *frame->checksum;
	header.frag_off = total_bytes > LONGEST_CUT_BYTES ? bpf_htons(IPV4_DONT_FRAGMENT) : 0;
	header.ttl = frame->ip->hop_limit - 1;
	header.protocol = frame->ip->nexthdr;
	header.saddr = entry->source.words[3];
	header.daddr = entry->destination.words[3];
	header.check = ~ip_sum(&header);
	if (bpf_xdp_adjust_head(ctx, FAMILY_DIFFERENCE))
		return XDP_DROP;
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) + sizeof(header) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	__builtin_memcpy(eth + 1, &header, sizeof(header));
	eth->h_proto = bpf_htons(ETH_P_IP);
	*counter = COUNTER_TRANSLATED;
	return send(ctx, eth, hop) & XDP_VERDICTS;
}

#endif
