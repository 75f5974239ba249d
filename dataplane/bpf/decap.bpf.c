// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Runs on a target of a load balancer in mode dsr: takes packets out of their
 * tunnel (IP in IP, GRE, GUE, VXLAN, over IPv4 and IPv6) and gives them to the
 * kernel, which has the VIP and answers the client directly.
 *
 * What is not certainly a tunnel of ours goes to the kernel untouched; what is,
 * and is broken, is dropped. Either way it is counted under its reason.
 *
 * The same decision behind two hooks. tc: any driver, any MTU, beside other
 * programs. XDP: in the driver, before the kernel merges segments, so that those
 * inside a tunnel are merged too.
 *
 * Stages answer a counter, which stands for a verdict, or CONTINUE.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "decap.h"
#include "decap_packet.h"
#include "tunnel.h"

#define ADDRESS_BITS(version) (32 + ((version) == 4 ? 32 : 128))

const volatile struct decap_config config = { .gue_port = 6080 };

/* This machine's tunnel ends. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct decap_address);
	__type(value, __u32);
} tunnel_ends SEC(".maps");

/* Who may send through a tunnel. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16);
	__type(key, struct decap_prefix);
	__type(value, __u32);
} sources SEC(".maps");

/* Where a packet inside may go. Sized at load. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16);
	__type(key, struct decap_prefix);
	__type(value, __u32);
} vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct decap_counts);
} decap_counts SEC(".maps");

static __always_inline void copy_address(__u8 *to, __u32 version, const void *address)
{
	if (version == 4)
		__builtin_memcpy(to, address, 4);
	else
		__builtin_memcpy(to, address, 16);
}

static __always_inline bool holds(void *prefixes, __u32 version, const void *address)
{
	struct decap_prefix key = { .bits = ADDRESS_BITS(version), .address.version = version };

	copy_address(key.address.octets, version, address);
	return bpf_map_lookup_elem(prefixes, &key) != NULL;
}

static __always_inline bool is_tunnel_end(__u32 version, const void *address)
{
	struct decap_address key = { .version = version };

	copy_address(key.octets, version, address);
	return bpf_map_lookup_elem(&tunnel_ends, &key) != NULL;
}

static __always_inline bool may_carry(__u8 protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_IPIP || protocol == IPPROTO_IPV6
		|| protocol == IPPROTO_GRE;
}

/* Most frames of a machine end here: no look-up until protocol and port are a tunnel's. */
static __always_inline bool may_be_tunnel(const struct packet *packet)
{
	const struct udphdr *udp = packet->next;

	if (packet->is_fragment || packet->has_options)
		return true;
	if (packet->protocol != IPPROTO_UDP)
		return may_carry(packet->protocol);
	return (const void *)(udp + 1) <= packet->data_end
		&& (udp->dest == bpf_htons(config.gue_port) || udp->dest == bpf_htons(VXLAN_PORT));
}

/* In the order in which a reason to leave a frame alone is the more general one. */
static __always_inline int check_outer(
	const struct packet *packet, const void *source, const void *destination)
{
	if (!may_be_tunnel(packet))
		return DECAP_PASS_NO_TUNNEL;
	if (!is_tunnel_end(packet->outer_version, destination))
		return DECAP_PASS_OTHER_ADDRESS;
	if (!holds(&sources, packet->outer_version, source))
		return DECAP_PASS_SOURCE_NOT_ALLOWED;
	if (packet->is_fragment)
		return DECAP_PASS_OUTER_FRAGMENT;
	if (packet->has_options)
		return DECAP_PASS_OUTER_OPTIONS;
	return packet->end < bytes_before(packet) || packet->end > packet->frame_bytes ? DECAP_DROP_TRUNCATED : CONTINUE;
}

static __always_inline int find_outer4(struct packet *packet)
{
	const struct iphdr *ip = packet->data + ETH_HLEN;
	int verdict;

	if ((const void *)(ip + 1) > packet->data_end || ip->version != 4)
		return DECAP_PASS_NO_TUNNEL;
	packet->protocol = ip->protocol;
	if (!may_carry(packet->protocol))
		return DECAP_PASS_NO_TUNNEL;
	packet->outer_version = 4;
	packet->traffic_class = ip->tos;
	packet->has_options = *(const __u8 *)ip != IPV4_NO_OPTIONS;
	packet->is_fragment = (ip->frag_off & bpf_htons(IPV4_MORE_FRAGMENTS_AND_OFFSET)) != 0;
	packet->next = packet->data + ETH_HLEN + sizeof(*ip);
	packet->end = ETH_HLEN + bpf_ntohs(ip->tot_len);
	verdict = check_outer(packet, &ip->saddr, &ip->daddr);
	if (verdict != CONTINUE)
		return verdict;
	return checksum_right(ip) ? CONTINUE : DECAP_DROP_OUTER_CHECKSUM;
}

static __always_inline int find_outer6(struct packet *packet)
{
	const struct ipv6hdr *ip = packet->data + ETH_HLEN;

	if ((const void *)(ip + 1) > packet->data_end || ip->version != 6)
		return DECAP_PASS_NO_TUNNEL;
	packet->protocol = ip->nexthdr;
	packet->outer_version = 6;
	packet->traffic_class = ip->priority << 4 | ip->flow_lbl[0] >> 4;
	packet->is_fragment = packet->protocol == IPPROTO_FRAGMENT;
	packet->has_options = packet->protocol == IPPROTO_HOPOPTS || packet->protocol == IPPROTO_ROUTING
		|| packet->protocol == IPPROTO_DSTOPTS;
	packet->next = packet->data + ETH_HLEN + sizeof(*ip);
	packet->end = ETH_HLEN + sizeof(*ip) + bpf_ntohs(ip->payload_len);
	return check_outer(packet, &ip->saddr, &ip->daddr);
}

static __always_inline int find_outer(struct packet *packet)
{
	const struct ethhdr *eth = packet->data;

	if ((const void *)(eth + 1) > packet->data_end)
		return DECAP_PASS_NO_TUNNEL;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return find_outer4(packet);
	return eth->h_proto == bpf_htons(ETH_P_IPV6) ? find_outer6(packet) : DECAP_PASS_NO_TUNNEL;
}

static __always_inline int leave_gre(struct packet *packet)
{
	const struct gre_header *gre = packet->next;

	if ((const void *)(gre + 1) > packet->data_end)
		return DECAP_DROP_TRUNCATED;
	/* Checksum, routing, sequence numbers and other versions are not what our load balancer sends. */
	if ((gre->flags & bpf_htons((__u16)~GRE_KEY)) != 0)
		return DECAP_DROP_GRE_HEADER;
	packet->inner_version = version_of_type(gre->protocol);
	packet->next += gre->flags == 0 ? sizeof(*gre) : sizeof(*gre) + GRE_KEY_BYTES;
	return DECAP_UNWRAPPED_GRE;
}

static __always_inline int leave_gue(struct packet *packet)
{
	const struct gue_header *gue = packet->next;

	if ((const void *)(gue + 1) > packet->data_end)
		return DECAP_DROP_TRUNCATED;
	if (gue->version_and_words != 0 || gue->flags != 0)
		return DECAP_DROP_GUE_HEADER;
	packet->inner_version = version_of_protocol(gue->protocol);
	packet->next += sizeof(*gue);
	return DECAP_UNWRAPPED_GUE;
}

/* The inner Ethernet header is taken for one of ours: the outer one stays in its place. */
static __always_inline int leave_vxlan(struct packet *packet)
{
	const struct vxlan_header *vxlan = packet->next;
	const struct ethhdr *eth = (const void *)(vxlan + 1);

	if ((const void *)(eth + 1) > packet->data_end)
		return DECAP_DROP_TRUNCATED;
	if ((vxlan->flags & VXLAN_HAS_VNI) == 0)
		return DECAP_DROP_VXLAN_HEADER;
	if (config.checks_vni && bpf_ntohl(vxlan->vni) >> VXLAN_VNI_SHIFT != config.vni)
		return DECAP_PASS_OTHER_VNI;
	packet->inner_version = version_of_type(eth->h_proto);
	packet->next += sizeof(*vxlan) + sizeof(*eth);
	return DECAP_UNWRAPPED_VXLAN;
}

/* The outer checksum is not looked at: the one inside covers as much, and the kernel checks it. */
static __always_inline int leave_udp(struct packet *packet)
{
	const struct udphdr *udp = packet->next;
	__u32 datagram_end;

	if ((const void *)(udp + 1) > packet->data_end)
		return DECAP_DROP_TRUNCATED;
	datagram_end = bytes_before(packet) + bpf_ntohs(udp->len);
	packet->next += sizeof(*udp);
	if (datagram_end < bytes_before(packet) || datagram_end > packet->end)
		return DECAP_DROP_TRUNCATED;
	packet->end = datagram_end;
	return udp->dest == bpf_htons(config.gue_port) ? leave_gue(packet) : leave_vxlan(packet);
}

static __always_inline int leave_tunnel(struct packet *packet)
{
	if (packet->protocol == IPPROTO_UDP)
		return leave_udp(packet);
	if (packet->protocol == IPPROTO_GRE)
		return leave_gre(packet);
	packet->inner_version = version_of_protocol(packet->protocol);
	return DECAP_UNWRAPPED_IP;
}

/* A counter; DECAP_UNWRAPPED_… when the headers before packet->next are to be taken away. */
static __always_inline int decide(struct packet *packet)
{
	int verdict = find_outer(packet);
	int unwrapped;

	if (verdict != CONTINUE)
		return verdict;
	unwrapped = leave_tunnel(packet);
	if (unwrapped < DECAP_UNWRAPPED_IP || unwrapped > DECAP_UNWRAPPED_VXLAN)
		return unwrapped;
	verdict = find_inner(packet);
	if (verdict != CONTINUE)
		return verdict;
	if (config.checks_vip && !holds(&vips, packet->inner_version, packet->inner_destination))
		return DECAP_PASS_NOT_A_VIP;
	if (kernel_would_lose(packet))
		return DECAP_DROP_MERGED_DATAGRAMS;
	verdict = carry_mark(packet);
	return verdict == CONTINUE ? unwrapped : verdict;
}

static __always_inline void count(__u32 counter)
{
	__u32 zero = 0;
	struct decap_counts *counts = bpf_map_lookup_elem(&decap_counts, &zero);

	if (counts && counter < DECAP_COUNTERS) {
		counts->frames[DECAP_RECEIVED]++;
		counts->frames[counter]++;
	}
}

static __always_inline bool takes_out(int counter)
{
	return counter >= DECAP_UNWRAPPED_IP && counter <= DECAP_UNWRAPPED_VXLAN;
}

/* Headers may lie outside of what a program sees at first. */
static __always_inline void pull_headers(struct __sk_buff *skb)
{
	__u32 wanted_bytes = skb->len < HEADER_BYTES ? skb->len : HEADER_BYTES;

	if (skb->data_end - skb->data < wanted_bytes)
		bpf_skb_pull_data(skb, wanted_bytes);
}

SEC("tc")
int hpdecap_tc(struct __sk_buff *skb)
{
	struct packet packet = { .frame_bytes = skb->len, .is_merged = skb->gso_size != 0 };
	int counter;

	pull_headers(skb);
	packet.data = (void *)(long)skb->data;
	packet.data_end = (void *)(long)skb->data_end;
	counter = decide(&packet);
	if (takes_out(counter) && unwrap_tc(skb, &packet))
		counter = DECAP_DROP_KERNEL_REFUSED;
	count(counter);
	/* Never TC_ACT_OK: filters after this one see the frame too. */
	return counter > DECAP_UNWRAPPED_VXLAN ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("xdp.frags")
int hpdecap_xdp(struct xdp_md *ctx)
{
	struct packet packet = { .frame_bytes = bpf_xdp_get_buff_len(ctx) };
	int counter;

	packet.data = (void *)(long)ctx->data;
	packet.data_end = (void *)(long)ctx->data_end;
	counter = decide(&packet);
	if (takes_out(counter) && unwrap_xdp(ctx, &packet))
		counter = DECAP_DROP_KERNEL_REFUSED;
	count(counter);
	return counter > DECAP_UNWRAPPED_VXLAN ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
