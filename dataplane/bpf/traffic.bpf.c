// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Makes, redirects and swallows frames, to measure the XDP program with:
 * nothing here runs on a node.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "ip_checksum.h"

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
	frame->ip.check = ip_checksum(&frame->ip);
	frame->udp.source = bpf_htons(FIRST_PORT + flow % FLOWS_PER_ADDRESS);
	frame->udp.dest = traffic.port;
	frame->udp.len = bpf_htons((__u16)(ctx->data_end - ctx->data - sizeof(frame->eth) - sizeof(frame->ip)));
	frame->udp.check = bpf_htons(0x1234);
	return bpf_redirect(traffic.ifindex, 0);
}

/* Sends every frame on: what moving one costs without looking at it. */
SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	(void)ctx;
	return bpf_redirect(traffic.ifindex, 0);
}

SEC("xdp")
int swallow(struct xdp_md *ctx)
{
	(void)ctx;
	count(&swallowed);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
