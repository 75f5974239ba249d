/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A packet in a tunnel: what is known of it, the packet inside, and how the
 * headers before that one are taken away, at either hook. No maps.
 */
#ifndef DECAP_PACKET_H
#define DECAP_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "decap.h"
#include "tunnel.h"

#define CONTINUE (-1)
#define IPV4_NO_OPTIONS 0x45
#define IPV4_MORE_FRAGMENTS_AND_OFFSET 0x3fff
/* The longest of all headers up to the end of an inner IPv6 header. */
#define HEADER_BYTES (ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct udphdr) \
	+ sizeof(struct vxlan_header) + ETH_HLEN + sizeof(struct ipv6hdr))
/* Since Linux 6.3; not in every build machine's headers. */
#define ADJUST_ROOM_INNER_IPV4 (1ULL << 7)
#define ADJUST_ROOM_INNER_IPV6 (1ULL << 8)

struct packet {
	void *data;
	void *data_end;
	/* The next header. A pointer, whose place the verifier keeps in mind where it forgets an offset's. */
	void *next;
	/* Where the outer packet says it ends, from the frame's start. */
	__u32 end;
	/* Length of the frame, also of what lies outside of data. */
	__u32 frame_bytes;
	__u32 outer_version;
	__u32 inner_version;
	const void *inner_destination;
	/* Of the outer packet. */
	__u8 protocol;
	__u8 traffic_class;
	__u8 inner_protocol;
	__u8 inner_mark;
	bool is_fragment;
	bool has_options;
	/* Several packets that the device, or a sender on this machine, has left in one piece. */
	bool is_merged;
	bool changes_mark;
	/* The inner header's first two bytes and IPv4 checksum, should the mark change. */
	__u16 first_word;
	__u16 checksum;
};

/* Bytes before the next header. */
static __always_inline __u32 bytes_before(const struct packet *packet)
{
	return packet->next - packet->data;
}

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* Of a header without options. */
static __always_inline bool checksum_right(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < (int)sizeof(*ip) / 2; i++)
		sum += words[i];
	return fold(sum) == 0xffff;
}

/* 0 when it is neither. */
static __always_inline __u32 version_of_type(__be16 ethernet_type)
{
	if (ethernet_type == bpf_htons(ETH_P_IP))
		return 4;
	return ethernet_type == bpf_htons(ETH_P_IPV6) ? 6 : 0;
}

static __always_inline __u32 version_of_protocol(__u8 protocol)
{
	if (protocol == IPPROTO_IPIP)
		return 4;
	return protocol == IPPROTO_IPV6 ? 6 : 0;
}

static __always_inline int find_inner4(struct packet *packet)
{
	const struct iphdr *ip = packet->next;
	__u32 header_bytes;
	__u32 bytes;

	if ((const void *)(ip + 1) > packet->data_end || ip->version != 4)
		return DECAP_DROP_INNER_MALFORMED;
	header_bytes = ip->ihl * 4;
	bytes = bpf_ntohs(ip->tot_len);
	if (header_bytes < sizeof(*ip) || bytes < header_bytes || bytes_before(packet) + bytes > packet->end)
		return DECAP_DROP_INNER_MALFORMED;
	packet->inner_destination = &ip->daddr;
	packet->inner_protocol = ip->protocol;
	packet->inner_mark = ip->tos & ECN_MASK;
	packet->first_word = *(const __u16 *)ip;
	packet->checksum = ip->check;
	return CONTINUE;
}

static __always_inline int find_inner6(struct packet *packet)
{
	const struct ipv6hdr *ip = packet->next;

	if ((const void *)(ip + 1) > packet->data_end || ip->version != 6)
		return DECAP_DROP_INNER_MALFORMED;
	if (bytes_before(packet) + sizeof(*ip) + bpf_ntohs(ip->payload_len) > packet->end)
		return DECAP_DROP_INNER_MALFORMED;
	packet->inner_destination = &ip->daddr;
	packet->inner_protocol = ip->nexthdr;
	packet->inner_mark = ip->flow_lbl[0] >> 4 & ECN_MASK;
	packet->first_word = *(const __u16 *)ip;
	return CONTINUE;
}

/* Where the packet inside begins is known, and of which version it should be. */
static __always_inline int find_inner(struct packet *packet)
{
	if (packet->inner_version == 0)
		return DECAP_DROP_INNER_NOT_IP;
	return packet->inner_version == 4 ? find_inner4(packet) : find_inner6(packet);
}

/* RFC 6040: what the path said about congestion goes on with the packet inside. */
static __always_inline int carry_mark(struct packet *packet)
{
	__u32 mark_shift = packet->inner_version == 4 ? 0 : 4;
	int mark = ecn_leaving_tunnel(packet->traffic_class & ECN_MASK, packet->inner_mark);
	__u16 word;

	if (mark == ECN_LOST)
		return DECAP_DROP_CONGESTION;
	if (mark == packet->inner_mark)
		return CONTINUE;
	word = bpf_htons((bpf_ntohs(packet->first_word) & ~(ECN_MASK << mark_shift)) | mark << mark_shift);
	/* RFC 1624, equation 3. */
	packet->checksum = ~fold((__u16)~packet->checksum + (__u16)~packet->first_word + word);
	packet->first_word = word;
	packet->changes_mark = true;
	return CONTINUE;
}

/*
 * Linux takes the headers away but still believes that a UDP tunnel is there. TCP does not mind; UDP wants to cut its
 * datagrams apart, looks for the tunnel, and loses all of them without a word.
 */
static __always_inline bool kernel_would_lose(const struct packet *packet)
{
	return packet->is_merged && packet->protocol == IPPROTO_UDP && packet->inner_protocol == IPPROTO_UDP;
}

static __always_inline __be16 type_of_inner(const struct packet *packet)
{
	return packet->inner_version == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
}

/*
 * The inner length of segments stays as it is (FIXED_GSO), and what the device said about the outer checksum is
 * forgotten by default: the kernel checks the one inside.
 */
static __always_inline int unwrap_tc(struct __sk_buff *skb, const struct packet *packet)
{
	__be16 type = type_of_inner(packet);
	__u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;

	if (packet->inner_version != packet->outer_version)
		flags |= packet->inner_version == 4 ? ADJUST_ROOM_INNER_IPV4 : ADJUST_ROOM_INNER_IPV6;
	if (bpf_skb_adjust_room(skb, ETH_HLEN - (__s32)bytes_before(packet), BPF_ADJ_ROOM_MAC, flags))
		return -1;
	if (packet->inner_version != packet->outer_version
		&& bpf_skb_store_bytes(skb, offsetof(struct ethhdr, h_proto), &type, sizeof(type), 0))
		return -1;
	if (!packet->changes_mark)
		return 0;
	if (packet->inner_version == 4
		&& bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct iphdr, check), &packet->checksum,
			sizeof(packet->checksum), BPF_F_RECOMPUTE_CSUM))
		return -1;
	return bpf_skb_store_bytes(
		skb, ETH_HLEN, &packet->first_word, sizeof(packet->first_word), BPF_F_RECOMPUTE_CSUM);
}

static __always_inline int unwrap_xdp(struct xdp_md *ctx, struct packet *packet)
{
	struct ethhdr *eth = packet->next - sizeof(*eth);

	__builtin_memcpy(eth, packet->data, 2 * ETH_ALEN);
	eth->h_proto = type_of_inner(packet);
	if (bpf_xdp_adjust_head(ctx, (void *)eth - packet->data))
		return -1;
	if (!packet->changes_mark)
		return 0;
	if (packet->inner_version == 4
		&& bpf_xdp_store_bytes(ctx, ETH_HLEN + offsetof(struct iphdr, check), &packet->checksum,
			sizeof(packet->checksum)))
		return -1;
	return bpf_xdp_store_bytes(ctx, ETH_HLEN, &packet->first_word, sizeof(packet->first_word));
}

#endif
