// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Makes, reflects and swallows frames, to measure the XDP program and the
 * pipeline with: nothing here runs on a node.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "hyperplane.h"

#define FLOWS_PER_ADDRESS 32768
#define FIRST_PORT 1024

const volatile struct {
	__u8 destination_mac[8];
	__be32 vip;
	/* Of the first client, host order. */
	__u32 client;
	__be16 port;
	__u16 unused;
	__u32 ifindex;
	__u32 flow_count;
	__u32 padding;
} traffic;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} generated SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} swallowed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key4);
	__type(value, struct flow_entry4);
} bare_flows SEC(".maps");

struct udp_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

static __always_inline __u64 count(void *map)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(map, &zero);

	return value ? (*value)++ : 0;
}

static __always_inline __u16 ip_checksum(const struct udp_frame *frame)
{
	const __u16 *words = (const void *)frame + sizeof(frame->eth);
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < (int)sizeof(frame->ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The next frame of the next flow; memory comes back as the last trip left it, so every field is written. */
SEC("xdp")
int generate(struct xdp_md *ctx)
{
	struct udp_frame *frame = (void *)(long)ctx->data;
	__u32 flow;

	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	flow = count(&generated) % (traffic.flow_count ? traffic.flow_count : 1);
	/* Byte by byte, as volatile: through a plain pointer the compiler would put in the zeros it sees here. */
#pragma unroll
	for (int i = 0; i < ETH_ALEN; i++)
		frame->eth.h_dest[i] = traffic.destination_mac[i];
	__builtin_memset(frame->eth.h_source, 2, ETH_ALEN);
	frame->eth.h_proto = bpf_htons(ETH_P_IP);
	*(__u8 *)&frame->ip = 0x45;
	frame->ip.tos = 0;
	frame->ip.tot_len = bpf_htons((__u16)(ctx->data_end - ctx->data - sizeof(frame->eth)));
	frame->ip.id = 0;
	frame->ip.frag_off = 0;
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_UDP;
	frame->ip.check = 0;
	frame->ip.saddr = bpf_htonl(traffic.client + flow / FLOWS_PER_ADDRESS);
	frame->ip.daddr = traffic.vip;
	frame->ip.check = ip_checksum(frame);
	frame->udp.source = bpf_htons(FIRST_PORT + flow % FLOWS_PER_ADDRESS);
	frame->udp.dest = traffic.port;
	frame->udp.len = bpf_htons((__u16)(ctx->data_end - ctx->data - sizeof(frame->eth) - sizeof(frame->ip)));
	frame->udp.check = bpf_htons(0x1234);
	return bpf_redirect(traffic.ifindex, 0);
}

/* Sends every frame back: what moving a frame costs without looking at it. */
SEC("xdp")
int reflect(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u8 mac[ETH_ALEN];

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
	return XDP_TX;
}

SEC("xdp")
int swallow(struct xdp_md *ctx)
{
	(void)ctx;
	count(&swallowed);
	return XDP_DROP;
}

/* One look-up in a map of the flow map's kind, and nothing else. */
SEC("xdp")
int look_up(struct xdp_md *ctx)
{
	struct udp_frame *frame = (void *)(long)ctx->data;
	struct flow_key4 key;

	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	key.source = frame->ip.saddr;
	key.destination = frame->ip.daddr;
	key.source_port = frame->udp.source;
	key.destination_port = frame->udp.dest;
	key.protocol = frame->ip.protocol;
	return bpf_map_lookup_elem(&bare_flows, &key) ? XDP_TX : XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
