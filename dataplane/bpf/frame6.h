/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The same as frame.h of an IPv6 frame: no maps.
 */
#ifndef FRAME6_H
#define FRAME6_H

#include "frame.h"

#define IPV6_VERSION 6
#define IPV6_MULTICAST 0xff

struct frame6 {
	struct ethhdr *eth;
	struct ipv6hdr *ip;
	/* Start of the TCP or UDP header. */
	__be16 *ports;
	__sum16 *checksum;
	struct flow_key6 key;
	__u32 bytes;
	struct fin fin;
};

/* An IPv6 frame with a whole header. */
static __always_inline bool find_ipv6(struct xdp_md *ctx, struct frame6 *frame)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	frame->eth = data;
	frame->ip = (void *)(frame->eth + 1);
	frame->bytes = data_end - data;
	return (void *)(frame->ip + 1) <= data_end && frame->eth->h_proto == bpf_htons(ETH_P_IPV6);
}

static __always_inline __u8 traffic_class6(const struct ipv6hdr *ip)
{
	return bpf_ntohs(*(const __be16 *)ip) >> 4;
}

/* ::ffff:a.b.c.d: how an IPv4 address stands in a key, and in no frame that is right. */
static __always_inline bool is_mapped(const struct address *address)
{
	return address->words[0] == 0 && address->words[1] == 0 && address->words[2] == bpf_htonl(0xffff);
}

static __always_inline void map_address(struct address *address, __be32 ipv4)
{
	address->words[0] = 0;
	address->words[1] = 0;
	address->words[2] = bpf_htonl(0xffff);
	address->words[3] = ipv4;
}

static __always_inline void map_key(struct flow_key6 *key, const struct flow_key4 *key4)
{
	map_address(&key->source, key4->source);
	map_address(&key->destination, key4->destination);
	key->source_port = key4->source_port;
	key->destination_port = key4->destination_port;
	key->protocol = key4->protocol;
}

/* True when the frame is one that a flow entry may be applied to without a second look. */
static __always_inline bool plain6(struct xdp_md *ctx, struct frame6 *frame)
{
	void *data_end = (void *)(long)ctx->data_end;
	const struct ipv6hdr *ip = frame->ip;
	__u32 segment_bytes = bpf_ntohs(ip->payload_len);

	if (*(const __u8 *)ip >> 4 != IPV6_VERSION || *(const __u8 *)&ip->saddr == IPV6_MULTICAST)
		return false;
	if (segment_bytes == 0 || segment_bytes + sizeof(*ip) + sizeof(*frame->eth) > frame->bytes)
		return false;
	if (ip->nexthdr == IPPROTO_TCP) {
		if (!plain_tcp((void *)(frame->ip + 1), data_end, segment_bytes, &frame->checksum, &frame->fin))
			return false;
	} else if (ip->nexthdr == IPPROTO_UDP) {
		if (!plain_udp((void *)(frame->ip + 1), data_end, segment_bytes, &frame->checksum))
			return false;
	} else {
		return false;
	}
	frame->ports = (void *)(frame->ip + 1);
	__builtin_memcpy(&frame->key.source, &ip->saddr, sizeof(frame->key.source));
	__builtin_memcpy(&frame->key.destination, &ip->daddr, sizeof(frame->key.destination));
	frame->key.source_port = frame->ports[0];
	frame->key.destination_port = frame->ports[1];
	frame->key.protocol = ip->nexthdr;
	return !is_mapped(&frame->key.source) && !is_mapped(&frame->key.destination);
}

/* Within the family; the hop limit is in no checksum. */
static __always_inline void rewrite6(struct frame6 *frame, struct flow_entry6 *entry)
{
	struct ipv6hdr *ip = frame->ip;

	__builtin_memcpy(&ip->saddr, &entry->source, sizeof(entry->source));
	__builtin_memcpy(&ip->daddr, &entry->destination, sizeof(entry->destination));
	frame->ports[0] = entry->source_port;
	frame->ports[1] = entry->destination_port;
	ip->hop_limit--;
	if (ip->nexthdr == IPPROTO_TCP)
		adjust_tcp(frame->checksum, entry->l4_checksum_delta, &entry->acknowledgement);
	else
		adjust_udp(frame->checksum, entry->l4_checksum_delta);
}

#endif
