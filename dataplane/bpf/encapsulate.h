/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Frames of flows in mode dsr: whole, but for their TTL, into a tunnel to a
 * target that answers the client itself. TunnelHeader does the same. What no
 * longer fits is the pipeline's to cut or to refuse.
 */
#ifndef ENCAPSULATE_H
#define ENCAPSULATE_H

#include "send.h"
#include "tunnel.h"

/* TunnelKind. */
enum tunnel_kind {
	TUNNEL_GUE,
	TUNNEL_IPIP,
	TUNNEL_GRE,
	TUNNEL_VXLAN,
};

#define TUNNEL_TTL 64
#define INNER_MACS { 2, 0, 0, 0x64, 0x73, 0x72, 2, 0, 0, 0x64, 0x73, 0x6c }

struct encapsulation {
	struct address source;
	struct address destination;
	/* Of the outer datagram; also the flow label. */
	__be16 source_port;
	__be16 port;
	__be32 network;
	__u16 kind;
	__be16 inner_type;
	__u8 traffic_class;
	bool over_ipv4;
	__u16 added_bytes;
};

/* An entry of a flow in mode dsr; its fields mean something else then: FlowEntry.Tunnel. */
#define is_tunnelled(entry) ((entry)->route & ROUTE_TUNNELLED)

/* What two entries of different width have in common. */
#define fill_encapsulation(to, entry) do { \
	(to)->source_port = (entry)->destination_port; \
	(to)->port = (entry)->ip_checksum_delta; \
	(to)->kind = (entry)->l4_checksum_delta; \
	(to)->network = (entry)->acknowledgement; \
} while (0)

static __always_inline __u16 bytes_added(const struct encapsulation *to)
{
	__u16 bytes = to->over_ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	switch (to->kind) {
	case TUNNEL_GUE:
		return bytes + sizeof(struct udphdr) + sizeof(struct gue_header);
	case TUNNEL_GRE:
		return bytes + sizeof(struct gre_header) + (to->network ? GRE_KEY_BYTES : 0);
	case TUNNEL_VXLAN:
		return bytes + sizeof(struct udphdr) + sizeof(struct vxlan_header) + sizeof(struct ethhdr);
	default:
		return bytes;
	}
}

static __always_inline __u8 protocol_inside(const struct encapsulation *to)
{
	return to->inner_type == bpf_htons(ETH_P_IP) ? IPPROTO_IPIP : IPPROTO_IPV6;
}

static __always_inline __u8 protocol_outside(const struct encapsulation *to)
{
	if (to->kind == TUNNEL_IPIP)
		return protocol_inside(to);
	return to->kind == TUNNEL_GRE ? IPPROTO_GRE : IPPROTO_UDP;
}

/* False when the frame ends before; the verifier knows no better. */
static __always_inline bool write_udp(
	struct udphdr *udp, const void *data_end, const struct encapsulation *to)
{
	if ((void *)(udp + 1) > data_end)
		return false;
	udp->source = to->source_port;
	udp->dest = to->port;
	udp->len = bpf_htons((__u16)(data_end - (void *)udp));
	udp->check = 0;
	return true;
}

/* What stands between the outer IP header and the packet. */
static __always_inline bool write_inside(void *at, const void *data_end, const struct encapsulation *to)
{
	const __u8 macs[2 * ETH_ALEN] = INNER_MACS;
	struct vxlan_header *vxlan;
	struct gue_header *gue;
	struct gre_header *gre = at;
	struct ethhdr *eth;

	switch (to->kind) {
	case TUNNEL_GUE:
		gue = at + sizeof(struct udphdr);
		if ((void *)(gue + 1) > data_end || !write_udp(at, data_end, to))
			return false;
		gue->version_and_words = 0;
		gue->protocol = protocol_inside(to);
		gue->flags = 0;
		return true;
	case TUNNEL_GRE:
		if ((void *)(gre + 1) > data_end)
			return false;
		gre->flags = to->network ? bpf_htons(GRE_KEY) : 0;
		gre->protocol = to->inner_type;
		if (!to->network)
			return true;
		if ((void *)(gre + 1) + GRE_KEY_BYTES > data_end)
			return false;
		*(__be32 *)(gre + 1) = to->network;
		return true;
	case TUNNEL_VXLAN:
		vxlan = at + sizeof(struct udphdr);
		eth = (void *)(vxlan + 1);
		if ((void *)(eth + 1) > data_end || !write_udp(at, data_end, to))
			return false;
		*(__be32 *)vxlan = bpf_htonl(VXLAN_HAS_VNI << 24);
		vxlan->vni = bpf_htonl(bpf_ntohl(to->network) << VXLAN_VNI_SHIFT);
		__builtin_memcpy(eth, macs, sizeof(macs));
		eth->h_proto = to->inner_type;
		return true;
	default:
		return true;
	}
}

/* The frame has room in front; NULL when it is too short after all. */
static __always_inline struct ethhdr *write_outer(struct xdp_md *ctx, const struct encapsulation *to)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip6 = (void *)(eth + 1);
	struct iphdr *ip = (void *)(eth + 1);

	if (to->over_ipv4) {
		if ((void *)(ip + 1) > data_end || !write_inside(ip + 1, data_end, to))
			return NULL;
		eth->h_proto = bpf_htons(ETH_P_IP);
		*(__u8 *)ip = IPV4_NO_OPTIONS;
		ip->tos = to->traffic_class;
		ip->tot_len = bpf_htons((__u16)(data_end - (void *)ip));
		ip->id = 0;
		ip->frag_off = bpf_htons(IPV4_DONT_FRAGMENT);
		ip->ttl = TUNNEL_TTL;
		ip->protocol = protocol_outside(to);
		ip->check = 0;
		ip->saddr = to->source.words[3];
		ip->daddr = to->destination.words[3];
		ip->check = ~ip_sum(ip);
		return eth;
	}
	if ((void *)(ip6 + 1) > data_end || !write_inside(ip6 + 1, data_end, to))
		return NULL;
	eth->h_proto = bpf_htons(ETH_P_IPV6);
	*(__be32 *)ip6 = bpf_htonl(
		IPV6_VERSION << 28 | (__u32)to->traffic_class << 20 | bpf_ntohs(to->source_port));
	ip6->payload_len = bpf_htons((__u16)(data_end - (void *)(ip6 + 1)));
	ip6->nexthdr = protocol_outside(to);
	ip6->hop_limit = TUNNEL_TTL;
	__builtin_memcpy(&ip6->saddr, &to->source, sizeof(ip6->saddr));
	__builtin_memcpy(&ip6->daddr, &to->destination, sizeof(ip6->daddr));
	return eth;
}

/* XDP_DROP when the frame has no room in front. */
static __noinline int into_tunnel(
	struct xdp_md *ctx, const struct encapsulation *to, const struct next_hop *hop)
{
	struct ethhdr *eth;

	if (bpf_xdp_adjust_head(ctx, -(int)to->added_bytes))
		return XDP_DROP;
	eth = write_outer(ctx, to);
	if (!eth)
		return XDP_DROP;
	/* A verdict, never CONTINUE: the verifier must see that nobody goes on with the old pointers. */
	return send(ctx, eth, hop) & XDP_VERDICTS;
}

/* Its TTL is counted, its flow's entry stamped. */
static __always_inline int into_target(
	struct xdp_md *ctx, const struct encapsulation *to, const struct next_hop *hop, enum packet_counter *counter)
{
	int verdict = into_tunnel(ctx, to, hop) & XDP_VERDICTS;

	*counter = verdict == XDP_DROP ? COUNTER_DROP_MTU : COUNTER_ENCAPSULATED;
	return verdict;
}

/* Whether the path to the target is known to carry less. */
static __always_inline bool fits_path(const struct encapsulation *to, __u32 packet_bytes)
{
	__u32 zero = 0;
	const __u32 *narrowest = bpf_map_lookup_elem(&narrowest_path, &zero);
	struct address target = to->destination;
	const __u32 *mtu_bytes;

	if (!narrowest || *narrowest == 0 || packet_bytes <= *narrowest)
		return true;
	if (to->over_ipv4)
		map_address(&target, to->destination.words[3]);
	mtu_bytes = bpf_map_lookup_elem(&path_mtus, &target);
	return !mtu_bytes || packet_bytes <= *mtu_bytes;
}

static __always_inline bool fits(struct encapsulation *to, __u32 frame_bytes)
{
	__u32 packet_bytes;

	to->added_bytes = bytes_added(to);
	packet_bytes = frame_bytes - sizeof(struct ethhdr) + to->added_bytes;
	return packet_bytes <= config.mtu_bytes && fits_path(to, packet_bytes);
}

/* An IPv4 frame, by an entry whose common fields and addresses are in the encapsulation. */
static __always_inline int encapsulate4(
	struct xdp_md *ctx, struct frame *frame, struct encapsulation *to, __u32 route, __u32 *last_seen, __u32 owner,
	__u64 now_ns, enum packet_counter *counter)
{
	const struct next_hop *hop;

	*counter = COUNTER_DROP_TTL;
	if (frame->ip->ttl <= 1)
		return XDP_DROP;
	*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
	hop = hop_of(route);
	if (!hop)
		return XDP_DROP;
	if (!fits(to, frame->bytes) || !note_fin(&frame->fin, &frame->key, NULL, owner))
		return CONTINUE;
	to->inner_type = bpf_htons(ETH_P_IP);
	to->traffic_class = frame->ip->tos;
	frame->ip->check = adjust(frame->ip->check, bpf_htons(TTL_DECREMENT_DELTA));
	frame->ip->ttl--;
	*last_seen = now_ns >> LAST_SEEN_SHIFT;
	count(route, owner, frame->bytes);
	count_flow(&frame->key, NULL, owner, frame->bytes);
	return into_target(ctx, to, hop, counter);
}

/* An IPv4 frame of a flow to an IPv4 target. */
static __always_inline int encapsulate(
	struct xdp_md *ctx, struct frame *frame, struct flow_entry4 *entry, __u64 now_ns, enum packet_counter *counter)
{
	struct encapsulation to = { .over_ipv4 = true };

	fill_encapsulation(&to, entry);
	to.source.words[3] = entry->source;
	to.destination.words[3] = entry->destination;
	return encapsulate4(ctx, frame, &to, entry->route, &entry->last_seen, entry->owner, now_ns, counter);
}

static __always_inline void fill_encapsulation6(struct encapsulation *to, const struct flow_entry6 *entry)
{
	fill_encapsulation(to, entry);
	to->source = entry->source;
	to->destination = entry->destination;
	to->over_ipv4 = is_mapped(&entry->source);
}

/* An IPv4 frame of a flow to an IPv6 target. */
static __always_inline int encapsulate_mapped(
	struct xdp_md *ctx, struct frame *frame, struct flow_entry6 *entry, __u64 now_ns, enum packet_counter *counter)
{
	struct encapsulation to = {};

	fill_encapsulation6(&to, entry);
	return encapsulate4(ctx, frame, &to, entry->route, &entry->last_seen, entry->owner, now_ns, counter);
}

/* An IPv6 frame, to a target of either family. */
static __always_inline int encapsulate6(
	struct xdp_md *ctx, struct frame6 *frame, struct flow_entry6 *entry, __u64 now_ns, enum packet_counter *counter)
{
	struct encapsulation to = {};
	const struct next_hop *hop;

	*counter = COUNTER_DROP_TTL;
	if (frame->ip->hop_limit <= 1)
		return XDP_DROP;
	*counter = COUNTER_DROP_NEXT_HOP_UNRESOLVED;
	hop = hop_of(entry->route);
	if (!hop)
		return XDP_DROP;
	fill_encapsulation6(&to, entry);
	if (!fits(&to, frame->bytes) || !note_fin(&frame->fin, NULL, &frame->key, entry->owner))
		return CONTINUE;
	to.inner_type = bpf_htons(ETH_P_IPV6);
	to.traffic_class = traffic_class6(frame->ip);
	frame->ip->hop_limit--;
	entry->last_seen = now_ns >> LAST_SEEN_SHIFT;
	count(entry->route, entry->owner, frame->bytes);
	count_flow(NULL, &frame->key, entry->owner, frame->bytes);
	return into_target(ctx, &to, hop, counter);
}

#endif
