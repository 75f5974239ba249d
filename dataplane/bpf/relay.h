/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames of other nodes' flows: to their owners, and what owners get from nodes
 * off their subnet.
 */
#ifndef RELAY_H
#define RELAY_H

#include "forward.h"
#include "gue.h"

static __always_inline bool from_peer(const struct ethhdr *eth)
{
	__u64 mac = 0;

	__builtin_memcpy(&mac, eth->h_source, ETH_ALEN);
	return bpf_map_lookup_elem(&peer_macs, &mac) != NULL;
}

/*
 * To the living owner of the flow, but for its MAC addresses untouched; a relayed frame is never relayed again. What
 * does not fit into the tunnel is the pipeline's to cut or to refuse.
 */
static __always_inline int relay(
	struct xdp_md *ctx, struct ethhdr *eth, __u32 bytes, struct relay_entry *entry, __u8 traffic_class, __u64 now_ns,
	enum packet_counter *counter)
{
	struct encapsulation to = { .kind = TUNNEL_GUE, .over_ipv4 = true, .added_bytes = GUE_BYTES };
	const struct next_hop *hop;
	struct peer *owner;
	__u32 index = entry->owner_node;
	int verdict;

	owner = bpf_map_lookup_elem(&peers, &index);
	if (!owner || !owner->alive || owner->start != entry->owner_start || from_peer(eth))
		return CONTINUE;
	hop = hop_of(owner->next_hop);
	if (!hop || (owner->tunnel_address != 0 && bytes - sizeof(*eth) + GUE_BYTES > config.tunnel_mtu_bytes))
		return CONTINUE;
	entry->last_seen_ns = now_ns;
	entry->packets++;
	if (owner->tunnel_address == 0) {
		*counter = COUNTER_RELAYED;
		return send(ctx, eth, hop);
	}
	to.source.words[3] = config.tunnel_address;
	to.destination.words[3] = owner->tunnel_address;
	to.source_port = entry->tunnel_port;
	to.port = bpf_htons(GUE_PORT);
	to.inner_type = eth->h_proto;
	to.traffic_class = traffic_class;
	verdict = into_tunnel(ctx, &to, hop) & XDP_VERDICTS;
	*counter = verdict == XDP_DROP ? COUNTER_DROP_TUNNEL_MTU : COUNTER_TUNNELLED;
	return verdict;
}

static __always_inline int relay4(struct xdp_md *ctx, struct frame *frame, __u64 now_ns, enum packet_counter *counter)
{
	struct relay_entry *entry = bpf_map_lookup_elem(&relays, &frame->key);

	if (!entry || frame->ip->ttl <= 1 || !ip_checksum_right(frame->ip))
		return CONTINUE;
	return relay(ctx, frame->eth, frame->bytes, entry, frame->ip->tos, now_ns, counter);
}

static __always_inline int relay6(struct xdp_md *ctx, struct frame6 *frame, __u64 now_ns, enum packet_counter *counter)
{
	struct relay_entry *entry = bpf_map_lookup_elem(&relays6, &frame->key);

	if (!entry || frame->ip->hop_limit <= 1)
		return CONTINUE;
	return relay(ctx, frame->eth, frame->bytes, entry, traffic_class6(frame->ip), now_ns, counter);
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

/* What is left of the tunnel goes; a frame that is not sent is left as it came. */
static __always_inline int shed_tunnel(struct xdp_md *ctx, struct ethhdr *inner, __be16 type, int verdict)
{
	if (verdict == CONTINUE || verdict == XDP_DROP)
		return verdict;
	inner->h_proto = type;
	return bpf_xdp_adjust_head(ctx, GUE_BYTES) ? XDP_ABORTED : verdict;
}

static __noinline int inner4(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct frame inner = {};

	inner.eth = (void *)(long)ctx->data + GUE_BYTES;
	inner.ip = (void *)(inner.eth + 1);
	inner.bytes = data_end - (void *)inner.eth;
	if ((void *)(inner.ip + 1) > data_end || !plain(ctx, &inner))
		return CONTINUE;
	return shed_tunnel(ctx, inner.eth, bpf_htons(ETH_P_IP), forward(ctx, &inner, false, now_ns, counter));
}

static __noinline int inner6(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct flow_entry6 *entry;
	struct frame6 inner = {};

	inner.eth = (void *)(long)ctx->data + GUE_BYTES;
	inner.ip = (void *)(inner.eth + 1);
	inner.bytes = data_end - (void *)inner.eth;
	if ((void *)(inner.ip + 1) > data_end || !plain6(ctx, &inner))
		return CONTINUE;
	entry = bpf_map_lookup_elem(&flows6, &inner.key);
	if (!entry || is_mapped(&entry->source) || is_tunnelled(entry))
		return CONTINUE;
	return shed_tunnel(ctx, inner.eth, bpf_htons(ETH_P_IPV6), forward6(ctx, &inner, entry, now_ns, counter));
}

/*
 * A node's frame of a flow of ours is forwarded, one that no node of the cell sent is refused. All else goes to the
 * pipeline as it came: CONTINUE. What came by a tunnel is a relayed frame and is not relayed again.
 */
static __always_inline int out_of_tunnel(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct gue_headers outer;
	__be32 source;
	bool is_ipv6;

	if (!find_gue(ctx, &outer) || !ip_checksum_right(outer.ip)
		|| bpf_ntohs(outer.ip->tot_len) != ctx->data_end - ctx->data - sizeof(*outer.eth))
		return CONTINUE;
	source = outer.ip->saddr;
	is_ipv6 = *outer.follows == bpf_htonl(GUE_IPV6_FOLLOWS);
	if (!bpf_map_lookup_elem(&peer_addresses, &source)
		|| (!is_ipv6 && *outer.follows != bpf_htonl(GUE_IPV4_FOLLOWS))) {
		*counter = COUNTER_DROP_TUNNEL;
		return XDP_DROP;
	}
	return is_ipv6 ? inner6(ctx, now_ns, counter) : inner4(ctx, now_ns, counter);
}

#endif
